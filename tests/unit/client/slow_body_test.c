#include "client/slow_body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"

/* A body that gives as much as it may, and `last` when it has no more. */
struct rig {
    struct loop *loop;
    struct body_source inner;
    size_t left;
    enum io last;
    unsigned nrewinds;
    struct slow_body slow;
    unsigned nready;
};

static enum io inner_read(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct rig *r = container_of(src, struct rig, inner);
    *n = cap < r->left ? cap : r->left;
    memset(buf, 'x', *n);
    r->left -= *n;
    if (*n > 0)
        return IO_OK;
    if (r->last == IO_FAILED)
        fault_set(&src->fault, ERR_READ, 7, "gone");
    return r->last;
}

static bool inner_rewind(struct body_source *src)
{
    struct rig *r = container_of(src, struct rig, inner);
    return ++r->nrewinds == 1;
}

static void on_ready(struct slow_body *b)
{
    container_of(b, struct rig, slow)->nready++;
}

static void begin(struct rig *r, size_t len, enum io last, uint64_t rate)
{
    *r = (struct rig){.loop = loop_new(), .left = len, .last = last};
    r->inner = (struct body_source){.read = inner_read, .rewind = inner_rewind};
    slow_body_init(&r->slow, r->loop, &r->inner, rate);
    r->slow.on_ready = on_ready;
}

static void end(struct rig *r)
{
    slow_body_fini(&r->slow);
    slow_body_fini(&r->slow);
    loop_free(r->loop);
}

static enum io read_some(struct rig *r, size_t *n)
{
    static uint8_t buf[65536];
    return r->slow.source.read(&r->slow.source, buf, sizeof buf, n);
}

static void a_piece_passes_and_the_next_one_is_waited_for(void **state)
{
    (void)state;
    struct rig r;
    size_t n;
    begin(&r, 150, IO_EOF, 2000); /* 100 bytes in a twentieth of a second */
    assert_int_equal(read_some(&r, &n), IO_OK);
    assert_int_equal(n, 100);
    assert_int_equal(read_some(&r, &n), IO_AGAIN);
    assert_int_equal(n, 0);
    assert_int_equal(r.left, 50); /* nothing was taken that cannot pass */
    assert_int_equal(r.nready, 0);
    loop_run(r.loop); /* until the timer, the only thing it has */
    assert_int_equal(r.nready, 1);
    assert_int_equal(read_some(&r, &n), IO_OK);
    assert_int_equal(n, 50);
    end(&r);
}

static void its_end_and_its_failure_are_those_of_the_body(void **state)
{
    (void)state;
    static const enum io lasts[] = {IO_EOF, IO_AGAIN, IO_FAILED};
    for (size_t i = 0; i < 3; i++) {
        struct rig r;
        size_t n;
        begin(&r, 0, lasts[i], 2000);
        r.inner.fault.code = ERR_CONNECT; /* of before, and nobody's business */
        assert_int_equal(read_some(&r, &n), lasts[i]);
        assert_int_equal(n, 0);
        bool has_failed = lasts[i] == IO_FAILED;
        assert_int_equal(r.slow.source.fault.code, has_failed ? ERR_READ : 0);
        assert_int_equal(r.slow.source.fault.wire, has_failed ? 7 : 0);
        end(&r);
    }
}

static void it_is_rewound_as_the_body_is(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, 1, IO_EOF, 1);
    assert_true(r.slow.source.rewind(&r.slow.source));
    assert_false(r.slow.source.rewind(&r.slow.source));
    assert_int_equal(r.nrewinds, 2);
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_passes_and_the_next_one_is_waited_for),
        cmocka_unit_test(its_end_and_its_failure_are_those_of_the_body),
        cmocka_unit_test(it_is_rewound_as_the_body_is),
    };
    return cmocka_run_group_tests_name("client/slow_body", tests, NULL, NULL);
}
