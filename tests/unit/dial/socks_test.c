#include "dial/socks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(text) text, sizeof(text) - 1

static void sent(const struct socks *s, const char *bytes, size_t len)
{
    assert_int_equal(s->nout, len);
    assert_memory_equal(s->out, bytes, len);
}

/* The proxy says these bytes, as many as are asked for at a time. */
static enum socks_result hear(struct socks *s, const char *bytes, size_t len,
                              struct fault *fault)
{
    size_t at = 0;
    for (;;) {
        assert_true(s->want <= sizeof s->in);
        assert_true(at + s->want <= len);
        memcpy(s->in, bytes + at, s->want);
        at += s->want;
        enum socks_result r = socks_receive(s, fault);
        if (r != SOCKS_MORE || at == len)
            return r;
    }
}

static void begin(struct socks *s, const struct proxy *p, const char *host,
                  const struct addr *addr)
{
    struct fault fault;
    const struct socks_goal goal = {
        .proxy = p, .host = span_str(host), .port = 0x1234, .addr = addr};
    assert_true(socks_begin(s, &goal, &fault));
}

static void version_5_names_a_host(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS5H};
    struct socks s;
    struct fault fault;
    begin(&s, &p, "a.test", NULL);
    sent(&s, BYTES("\5\1\0"));
    assert_int_equal(hear(&s, BYTES("\5\0"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\5\1\0\3\6a.test\x12\x34"));
    assert_int_equal(hear(&s, BYTES("\5\0\0\1\1\2\3\4\0\x50"), &fault),
                     SOCKS_OPEN);
}

static void version_5_names_an_address(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS5H};
    const struct proxy here = {.kind = PROXY_SOCKS5};
    struct socks s;
    struct fault fault;
    begin(&s, &p, "1.2.3.4", NULL);
    assert_int_equal(hear(&s, BYTES("\5\0"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\5\1\0\1\1\2\3\4\x12\x34"));
    begin(&s, &p, "::1", NULL);
    assert_int_equal(hear(&s, BYTES("\5\0"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x12\x34"));
    struct addr a;
    assert_true(addr_parse(&a, SPAN_LIT("9.8.7.6"), 1));
    begin(&s, &here, "a.test", &a);
    assert_int_equal(hear(&s, BYTES("\5\0"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\5\1\0\1\11\10\7\6\x12\x34"));
}

static void version_5_has_passwords(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS5H,
                            .has_user = true,
                            .user = SPAN_LIT("me"),
                            .password = SPAN_LIT("word")};
    struct socks s;
    struct fault fault;
    begin(&s, &p, "a", NULL);
    sent(&s, BYTES("\5\2\0\2"));
    assert_int_equal(hear(&s, BYTES("\5\2"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\1\2me\4word"));
    assert_int_equal(hear(&s, BYTES("\1\0"), &fault), SOCKS_MORE);
    sent(&s, BYTES("\5\1\0\3\1a\x12\x34"));
    /* The address that it is bound to may be of any kind. */
    assert_int_equal(hear(&s, BYTES("\5\0\0\3\3abc\0\1"), &fault), SOCKS_OPEN);
    begin(&s, &p, "a", NULL);
    assert_int_equal(hear(&s, BYTES("\5\0"), &fault), SOCKS_MORE);
    assert_int_equal(hear(&s,
                          BYTES("\5\0\0\4"
                                "0123456789abcdef"
                                "\0\1"),
                          &fault),
                     SOCKS_OPEN);
    begin(&s, &p, "a", NULL);
    assert_int_equal(hear(&s, BYTES("\5\2\1\1"), &fault), SOCKS_REFUSED);
    assert_int_equal(fault.code, ERR_PROXY);
}

static void version_4_is_told_an_address(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS4, .user = SPAN_LIT("me")};
    struct socks s;
    struct fault fault;
    begin(&s, &p, "1.2.3.4", NULL);
    sent(&s, BYTES("\4\1\x12\x34\1\2\3\4me\0"));
    assert_int_equal(hear(&s, BYTES("\0\x5a\0\0\0\0\0\0"), &fault), SOCKS_OPEN);
    const struct socks_goal v6 = {.proxy = &p, .host = SPAN_LIT("::1")};
    assert_false(socks_begin(&s, &v6, &fault));
    assert_int_equal(fault.code, ERR_PROXY);
}

static void version_4a_is_told_a_name(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS4A};
    struct socks s;
    struct fault fault;
    begin(&s, &p, "a.test", NULL);
    sent(&s, BYTES("\4\1\x12\x34\0\0\0\1\0a.test\0"));
    assert_int_equal(hear(&s, BYTES("\0\x5b\0\0\0\0\0\0"), &fault),
                     SOCKS_REFUSED);
    assert_non_null(strstr(fault.detail, "rejected"));
}

static void refusals_are_told(void **state)
{
    (void)state;
    const struct proxy p = {.kind = PROXY_SOCKS5H};
    static const struct {
        const char *bytes;
        size_t len;
        const char *says;
    } cases[] = {
        {BYTES("\4\0"), "version 5"},
        {BYTES("\5\xff"), "authentication"},
        {BYTES("\5\2"), "authentication"},
        {BYTES("\5\1"), "GSS-API"},
        {BYTES("\5\0\5\1\0\1\0"), "general failure"},
        {BYTES("\5\0\5\2\0\1\0"), "rules"},
        {BYTES("\5\0\5\3\0\1\0"), "network"},
        {BYTES("\5\0\5\4\0\1\0"), "host"},
        {BYTES("\5\0\5\5\0\1\0"), "refused"},
        {BYTES("\5\0\5\6\0\1\0"), "time to live"},
        {BYTES("\5\0\5\7\0\1\0"), "command"},
        {BYTES("\5\0\5\10\0\1\0"), "addresses"},
        {BYTES("\5\0\5\x63\0\1\0"), "unknown"},
        {BYTES("\5\0\5\0\0\2\0"), "unknown kind"},
        {BYTES("\5\0\4\0\0\1\0"), "version 5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct socks s;
        struct fault fault = {0};
        begin(&s, &p, "a", NULL);
        assert_int_equal(hear(&s, cases[i].bytes, cases[i].len, &fault),
                         SOCKS_REFUSED);
        assert_int_equal(fault.code, ERR_PROXY);
        if (strstr(fault.detail, cases[i].says) == NULL)
            fail_msg("%zu: %s", i, fault.detail);
    }
}

static void one_byte_counts_what_is_sent(void **state)
{
    (void)state;
    char text[300];
    memset(text, 'a', sizeof text);
    const struct span most = span_of(text, 255);
    const struct span more = span_of(text, 256);
    struct proxy p = {.kind = PROXY_SOCKS5H,
                      .has_user = true,
                      .user = most,
                      .password = most};
    struct socks_goal goal = {.proxy = &p, .host = most, .port = 1};
    struct socks s;
    struct fault fault;
    assert_true(socks_begin(&s, &goal, &fault));
    assert_int_equal(hear(&s, BYTES("\5\2"), &fault), SOCKS_MORE);
    assert_int_equal(s.nout, 1 + 256 + 256);
    assert_int_equal(hear(&s, BYTES("\1\0"), &fault), SOCKS_MORE);
    assert_int_equal(s.nout, 4 + 256 + 2);
    goal.host = more;
    assert_false(socks_begin(&s, &goal, &fault));
    assert_int_equal(fault.code, ERR_PROXY);
    goal.host = most;
    p.password = more;
    assert_false(socks_begin(&s, &goal, &fault));
    p.kind = PROXY_SOCKS4A;
    assert_true(socks_begin(&s, &goal, &fault));
    p.user = more;
    assert_false(socks_begin(&s, &goal, &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_5_names_a_host),
        cmocka_unit_test(version_5_names_an_address),
        cmocka_unit_test(version_5_has_passwords),
        cmocka_unit_test(version_4_is_told_an_address),
        cmocka_unit_test(version_4a_is_told_a_name),
        cmocka_unit_test(refusals_are_told),
        cmocka_unit_test(one_byte_counts_what_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
