#include "files/part_reader.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SIZE = 3000000,
};

/* One that is read, and what it was told. */
struct read {
    struct part_reader face;
    uint64_t nbytes;
    unsigned nslices;
    uint64_t sum;
    unsigned turn; /* in which of the loop the last slice came */
    bool has_ended, is_read;
    int error;
    struct read *cancels; /* at its end */
};

static struct qv_client *client;
static struct part_readers all;
static char path[] = "/tmp/part_reader_XXXXXX";
static unsigned nturns;
static struct qv_timer ticking;

static void on_tick(struct qv_timer *t)
{
    nturns++;
    qv_timer_arm(client, t, 0);
}

static void on_bytes(struct part_reader *face, const void *data, size_t len)
{
    struct read *r = QV_OWNER(face, struct read, face);
    const uint8_t *bytes = data;
    assert_true(r->nslices == 0 || r->turn != nturns);
    assert_false(r->has_ended);
    r->turn = nturns;
    r->nslices++;
    r->nbytes += len;
    for (size_t i = 0; i < len; i++)
        r->sum += bytes[i];
}

static void on_end(struct part_reader *face, bool is_read)
{
    struct read *r = QV_OWNER(face, struct read, face);
    r->error = errno;
    assert_false(part_reader_is_active(face));
    assert_false(r->has_ended);
    r->has_ended = true;
    r->is_read = is_read;
    if (r->cancels)
        part_reader_cancel(&r->cancels->face);
}

static struct read reading(void)
{
    return (struct read){.face = {.on_bytes = on_bytes, .on_end = on_end}};
}

static int set_up(void **state)
{
    struct qv_client_options none = {0};
    char *bytes = malloc(SIZE);
    (void)state;
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    memset(bytes, 1, SIZE);
    assert_int_equal(write(fd, bytes, SIZE), SIZE);
    free(bytes);
    close(fd);
    client = qv_client_new(&none);
    part_readers_init(&all, client);
    ticking = (struct qv_timer){.on_expired = on_tick};
    qv_timer_arm(client, &ticking, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    part_readers_fini(&all);
    qv_timer_disarm(client, &ticking);
    qv_client_free(client);
    unlink(path);
    return 0;
}

static void test_the_loop_turns_between_two_slices(void **state)
{
    (void)state;
    struct read r = reading();
    part_reader_start(&all, &r.face, path, SIZE - 1);
    assert_true(part_reader_is_active(&r.face));
    assert_int_equal(r.nslices, 0);
    qv_client_run(client); /* until nothing is left to do */
    assert_true(r.has_ended && r.is_read);
    assert_int_equal(r.nbytes, SIZE - 1);
    assert_int_equal(r.sum, SIZE - 1);
    assert_true(r.nslices > 5);
}

static void test_what_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct read longer = reading(), none = reading(), empty = reading();
    part_reader_start(&all, &longer.face, path, SIZE + 1);
    part_reader_start(&all, &none.face, "/no/such/file", 1);
    part_reader_start(&all, &empty.face, "/no/such/file", 0);
    qv_client_run(client);
    assert_true(longer.has_ended && !longer.is_read);
    assert_int_equal(longer.error, 0);
    assert_int_equal(longer.nbytes, SIZE);
    assert_true(none.has_ended && !none.is_read);
    assert_int_equal(none.error, ENOENT);
    assert_true(empty.has_ended && empty.is_read);
}

static void
test_one_is_read_after_the_other_unless_it_is_cancelled(void **state)
{
    (void)state;
    struct read a = reading(), b = reading(), c = reading();
    a.cancels = &b;
    part_reader_start(&all, &a.face, path, SIZE);
    part_reader_start(&all, &b.face, path, SIZE);
    part_reader_start(&all, &c.face, path, SIZE);
    qv_client_run(client);
    assert_true(a.is_read && c.is_read);
    assert_int_equal(b.nbytes, 0);
    assert_false(b.has_ended);
    assert_true(a.turn < c.turn);
    part_reader_start(&all, &a.face, path, SIZE);
    part_reader_cancel(&a.face);
    part_reader_cancel(&a.face);
    qv_client_run(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_loop_turns_between_two_slices,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_read_says_why,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_one_is_read_after_the_other_unless_it_is_cancelled, set_up,
            tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
