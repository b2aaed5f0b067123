/* A queue on its way into a transport that takes it in pieces. */
#include "transport/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"

enum {
    QUEUED = 100000
};

/* Takes up to `each` bytes a call, and answers `then` after `calls` of them. */
struct narrow {
    struct transport t;
    size_t each;
    unsigned calls;
    enum io then;
    uint8_t got[QUEUED];
    size_t len;
};

static enum io narrow_write(struct transport *t, const struct span *spans,
                            int nspans, size_t *n)
{
    struct narrow *w = container_of(t, struct narrow, t);
    *n = 0;
    if (w->calls == 0)
        return w->then;
    w->calls--;
    for (int i = 0; i < nspans && *n < w->each; i++) {
        size_t room = w->each - *n;
        size_t len = spans[i].len < room ? spans[i].len : room;
        memcpy(w->got + w->len, spans[i].base, len);
        w->len += len;
        *n += len;
    }
    return IO_OK;
}

static const struct transport_ops narrow_ops = {
    .name = "narrow",
    .write = narrow_write,
};

static void a_queue_is_written_as_far_as_it_goes(void **state)
{
    static const struct {
        size_t each;
        unsigned calls;
        enum io then;
        enum io answer;
        size_t taken;
    } rows[] = {
        {QUEUED, 1, IO_AGAIN, IO_OK, QUEUED},
        {30000, 4, IO_AGAIN, IO_OK, QUEUED},
        {30000, 2, IO_AGAIN, IO_AGAIN, 60000},
        {30000, 2, IO_FAILED, IO_FAILED, 60000},
        {1, 0, IO_AGAIN, IO_AGAIN, 0},
    };
    static uint8_t bytes[QUEUED];
    (void)state;
    for (size_t i = 0; i < QUEUED; i++)
        bytes[i] = (uint8_t)(i % 251);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static struct narrow w;
        struct buf_pool pool;
        struct buf queue;
        size_t n = 1;
        w = (struct narrow){.t.ops = &narrow_ops,
                            .each = rows[i].each,
                            .calls = rows[i].calls,
                            .then = rows[i].then};
        buf_pool_init(&pool);
        buf_init(&queue, &pool);
        buf_add(&queue, span_of(bytes, QUEUED));
        assert_int_equal(transport_write_queue(&w.t, &queue, &n),
                         rows[i].answer);
        assert_int_equal(n, rows[i].taken);
        assert_int_equal(queue.len, QUEUED - rows[i].taken);
        assert_memory_equal(w.got, bytes, w.len);
        buf_fini(&queue);
        buf_pool_fini(&pool);
    }
}

static void an_empty_queue_asks_nobody(void **state)
{
    struct narrow w = {.t.ops = &narrow_ops, .then = IO_FAILED};
    struct buf_pool pool;
    struct buf queue;
    size_t n = 1;
    (void)state;
    buf_pool_init(&pool);
    buf_init(&queue, &pool);
    assert_int_equal(transport_write_queue(&w.t, &queue, &n), IO_OK);
    assert_int_equal(n, 0);
    buf_fini(&queue);
    buf_pool_fini(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_is_written_as_far_as_it_goes),
        cmocka_unit_test(an_empty_queue_asks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
