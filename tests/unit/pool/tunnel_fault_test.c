/* Failures at a proxy, as whoever goes through it is told of them. */
#include "pool/tunnel_fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"

static const struct proxy proxy = {
    .kind = PROXY_HTTP,
    .host = SPAN_LIT("p.test"),
    .port = 3128,
};

static void before_the_answer(void **state)
{
    static const struct {
        enum err code;
        enum remedy remedy;
        enum err expected;
        enum remedy left;
        const char *text;
    } rows[] = {
        {ERR_CONNECT, REMEDY_UNKNOWN, ERR_CONNECT, REMEDY_UNKNOWN,
         "proxy http://p.test:3128: why"},
        {ERR_HOST_NAME, REMEDY_UNKNOWN, ERR_PROXY_NAME, REMEDY_UNKNOWN,
         "proxy: why"},
        {ERR_EMPTY_REPLY, REMEDY_RESEND, ERR_RECV, REMEDY_UNKNOWN,
         "proxy http://p.test:3128: why"},
        {ERR_SEND, REMEDY_LISTENER, ERR_RECV, REMEDY_LISTENER,
         "proxy http://p.test:3128: why"},
        {ERR_TIMEOUT, REMEDY_UNKNOWN, ERR_TIMEOUT, REMEDY_UNKNOWN,
         "proxy http://p.test:3128: why"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fault why;
        fault_set(&why, rows[i].code, 0, "why");
        why.remedy = rows[i].remedy;
        struct fault fault = tunnel_fault_asking(&why, &proxy);
        assert_int_equal(fault.code, rows[i].expected);
        assert_int_equal(fault.remedy, rows[i].left);
        assert_string_equal(fault.detail, rows[i].text);
    }
}

static void once_it_is_open(void **state)
{
    struct fault why;
    (void)state;
    fault_set(&why, ERR_PARTIAL, 0, "cut");
    why.remedy = REMEDY_LISTENER;
    struct fault fault = tunnel_fault_open(&why);
    assert_int_equal(fault.code, ERR_RECV);
    assert_int_equal(fault.remedy, REMEDY_UNKNOWN);
    assert_string_equal(fault.detail, "the proxy's tunnel: cut");
}

static void a_refusal(void **state)
{
    static const struct {
        int status;
        enum err expected;
    } rows[] = {
        {200, ERR_TUNNEL},  {403, ERR_TUNNEL},  {407, ERR_TUNNEL},
        {408, ERR_CONNECT}, {429, ERR_CONNECT}, {502, ERR_CONNECT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct refusal r;
        refusal_begin(&r, rows[i].status, SPAN_LIT("p"), SPAN_LIT(""));
        refusal_add(&r, SPAN_LIT("go \x1b[2J away\n"));
        const struct fault f = tunnel_fault_refused(&r, "CONNECT");
        assert_int_equal(f.code, rows[i].expected);
        assert_int_equal(f.wire, rows[i].status);
        assert_non_null(strstr(f.detail, "CONNECT tunnel failed, response "));
        assert_non_null(strstr(f.detail, " (p): go ?[2J away"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_the_answer),
        cmocka_unit_test(a_refusal),
        cmocka_unit_test(once_it_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
