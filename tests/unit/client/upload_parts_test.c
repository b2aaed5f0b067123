/* Bodies of several pieces, some of them files that change meanwhile. */
#include "client/upload_parts.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    BODY_MAX = 200
};

static char folder[] = "/tmp/quiver-parts-XXXXXX";
static char file[64];

static void put(const char *text)
{
    FILE *f = fopen(file, "w");
    fputs(text, f);
    fclose(f);
}

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/quiver-parts-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(file, sizeof file, "%s/f", folder);
    put("file");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(file);
    return rmdir(folder);
}

/* What comes in pieces of `step`, up to the first that is not IO_OK. */
static enum io read_all(struct upload_parts *u, size_t step, char *body)
{
    size_t len = 0;
    for (;;) {
        size_t n = 0;
        enum io io =
            u->source.read(&u->source, (uint8_t *)body + len, step, &n);
        body[len + n] = '\0';
        if (io != IO_OK)
            return io;
        assert_true(n > 0 && n <= step);
        len += n;
        assert_true(len + step < BODY_MAX);
    }
}

static unsigned open_files(void)
{
    DIR *d = opendir("/proc/self/fd");
    unsigned n = 0;
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}

static void pieces_follow_each_other(void **state)
{
    const struct qv_body_part parts[] = {
        {.bytes = "", .len = 0},  {.bytes = "a\0b", .len = 3}, {.path = file},
        {.bytes = "c", .len = 1}, {.bytes = NULL, .len = 0},   {.path = file},
    };
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];
    unsigned before = open_files();

    (void)state;
    for (size_t step = 1; step < 20; step++) {
        upload_parts_init(&u, parts, 6);
        assert_true(upload_parts_measure(&u, &fault));
        assert_int_equal(u.total, 12);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(read_all(&u, step, body), IO_EOF);
            assert_memory_equal(body, "a\0bfilecfile", 13);
            assert_int_equal(open_files(), before);
            assert_true(u.source.rewind(&u.source));
        }
        upload_parts_fini(&u);
    }
}

static void a_file_is_open_only_while_it_is_sent(void **state)
{
    const struct qv_body_part parts[] = {{.bytes = "abc", .len = 3},
                                         {.path = file}};
    struct upload_parts u;
    struct fault fault;
    uint8_t byte;
    size_t n;
    unsigned before = open_files();

    (void)state;
    upload_parts_init(&u, parts, 2);
    assert_true(upload_parts_measure(&u, &fault));
    assert_int_equal(open_files(), before);
    for (int i = 0; i < 4; i++)
        assert_int_equal(u.source.read(&u.source, &byte, 1, &n), IO_OK);
    assert_int_equal(byte, 'f');
    assert_int_equal(open_files(), before + 1);
    upload_parts_fini(&u); /* the transfer was cancelled */
    assert_int_equal(open_files(), before);
}

static void a_file_that_changes_is_noticed(void **state)
{
    const struct qv_body_part parts[] = {
        {.bytes = "<", .len = 1}, {.path = file}, {.bytes = ">", .len = 1}};
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];

    (void)state;
    /* What it has more than was promised is not sent. */
    upload_parts_init(&u, parts, 3);
    assert_true(upload_parts_measure(&u, &fault));
    put("file and more");
    assert_int_equal(read_all(&u, 3, body), IO_EOF);
    assert_string_equal(body, "<file>");
    /* Shorter */
    put("fi");
    assert_true(u.source.rewind(&u.source));
    assert_int_equal(read_all(&u, 3, body), IO_FAILED);
    assert_int_equal(u.source.fault.code, ERR_READ);
    assert_non_null(strstr(u.source.fault.detail, file));
    assert_non_null(strstr(u.source.fault.detail, "2 of 4 bytes"));
    /* Gone */
    unlink(file);
    assert_true(u.source.rewind(&u.source));
    assert_int_equal(read_all(&u, 3, body), IO_FAILED);
    assert_non_null(strstr(u.source.fault.detail, "No such file"));
    /* Another kind of thing, which must not be waited for. */
    assert_int_equal(mkfifo(file, 0600), 0);
    assert_true(u.source.rewind(&u.source));
    assert_int_equal(read_all(&u, 3, body), IO_FAILED);
    assert_non_null(strstr(u.source.fault.detail, "not a regular file"));
    upload_parts_fini(&u);
}

static void what_is_no_file_has_no_length(void **state)
{
    static const struct {
        const char *path;
        const char *reason;
    } cases[] = {{"/no/such/file", "No such file"},
                 {"/dev/null", "not a regular file"},
                 {"/", "not a regular file"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct qv_body_part part = {.path = cases[i].path};
        struct upload_parts u;
        struct fault fault;
        upload_parts_init(&u, &part, 1);
        assert_false(upload_parts_measure(&u, &fault));
        assert_int_equal(fault.code, ERR_READ);
        assert_non_null(strstr(fault.detail, cases[i].path));
        assert_non_null(strstr(fault.detail, cases[i].reason));
        upload_parts_fini(&u);
    }
}

static void nothing_at_all_is_a_body(void **state)
{
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];

    (void)state;
    upload_parts_init(&u, NULL, 0);
    assert_true(upload_parts_measure(&u, &fault));
    assert_int_equal(u.total, 0);
    assert_int_equal(read_all(&u, 8, body), IO_EOF);
    upload_parts_fini(&u);
    upload_parts_init(&u, NULL, 0);
    upload_parts_fini(&u); /* never measured */
}

static void parts_are_encoded_as_they_say(void **state)
{
    const struct qv_body_part parts[] = {
        {.bytes = "fo\xff", .len = 3, .encoder = QV_ENCODER_BASE64},
        {.bytes = "|", .len = 1},
        {.path = file, .from = 2, .encoder = QV_ENCODER_BASE64},
        {.bytes = "|", .len = 1},
        {.path = file, .from = 1},
        {.path = file, .from = 100},
        {.bytes = "a=", .len = 2, .encoder = QV_ENCODER_7BIT},
    };
    const char *whole = "Zm//|bGU=|ilea=";
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];
    unsigned before = open_files();

    (void)state;
    for (size_t step = 1; step < 20; step++) {
        upload_parts_init(&u, parts, sizeof parts / sizeof *parts);
        assert_true(upload_parts_measure(&u, &fault));
        assert_int_equal(u.total, strlen(whole));
        for (int again = 0; again < 2; again++) {
            assert_int_equal(read_all(&u, step, body), IO_EOF);
            assert_string_equal(body, whole);
            assert_int_equal(open_files(), before);
            assert_true(u.source.rewind(&u.source));
        }
        upload_parts_fini(&u);
    }
}

static void quoted_printable_has_no_length_before(void **state)
{
    const struct qv_body_part parts[] = {
        {.bytes = "x", .len = 1},
        {.path = file, .encoder = QV_ENCODER_QUOTED_PRINTABLE},
    };
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];

    (void)state;
    put("a=b \xe4");
    upload_parts_init(&u, parts, 2);
    assert_true(upload_parts_measure(&u, &fault));
    assert_int_equal(u.total, -1);
    assert_int_equal(read_all(&u, 3, body), IO_EOF);
    assert_string_equal(body, "xa=3Db =E4");
    /* A file can be read again; nothing of it is a stream. */
    assert_true(u.source.rewind(&u.source));
    assert_int_equal(read_all(&u, 7, body), IO_EOF);
    assert_string_equal(body, "xa=3Db =E4");
    upload_parts_fini(&u);
}

static void seven_bits_are_no_more(void **state)
{
    const struct qv_body_part part = {.path = file, .encoder = QV_ENCODER_7BIT};
    struct upload_parts u;
    struct fault fault;
    char body[BODY_MAX + 1];

    (void)state;
    put("abc\x80");
    upload_parts_init(&u, &part, 1);
    assert_true(upload_parts_measure(&u, &fault));
    assert_int_equal(u.total, 4);
    assert_int_equal(read_all(&u, 2, body), IO_FAILED);
    assert_int_equal(u.source.fault.code, ERR_READ);
    upload_parts_fini(&u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_follow_each_other, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_file_is_open_only_while_it_is_sent,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_changes_is_noticed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(parts_are_encoded_as_they_say, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(quoted_printable_has_no_length_before,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(seven_bits_are_no_more, setup,
                                        teardown),
        cmocka_unit_test(what_is_no_file_has_no_length),
        cmocka_unit_test(nothing_at_all_is_a_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
