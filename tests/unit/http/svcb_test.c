/* HTTPS records as on the wire (RFC 9460 2.2 and its appendix D). */
#include "http/svcb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define ROOT  "\0"
#define FOO   "\3foo\7example\3com\0"
#define H2_H3 "\0\1\0\6\2h3\2h2"

#define WIRE(bytes) SPAN_LIT(bytes)

static void what_a_record_says(void **state)
{
    static const struct {
        struct span wire;
        enum svcb_verdict verdict;
        uint16_t priority;
        const char *target;
        unsigned alpn;
        uint16_t port;
    } rows[] = {
        /* AliasMode; parameters there do not count */
        {WIRE("\0\0" FOO), SVCB_GOOD, 0, "foo.example.com", 0, 0},
        {WIRE("\0\0" FOO "\0\3\0\1!"), SVCB_GOOD, 0, "foo.example.com", 0, 0},
        {WIRE("\0\0" ROOT), SVCB_GOOD, 0, "", 0, 0},
        /* ServiceMode */
        {WIRE("\0\1" ROOT), SVCB_GOOD, 1, "", SVCB_H1, 0},
        {WIRE("\0\20" FOO "\0\3\0\2\0\65"), SVCB_GOOD, 16, "foo.example.com",
         SVCB_H1, 53},
        {WIRE("\0\1" ROOT H2_H3), SVCB_GOOD, 1, "", SVCB_H1 | SVCB_H2 | SVCB_H3,
         0},
        {WIRE("\0\1" ROOT H2_H3 "\0\2\0\0"), SVCB_GOOD, 1, "",
         SVCB_H2 | SVCB_H3, 0},
        {WIRE("\0\1" ROOT "\0\1\0\3\2h9"
              "\0\2\0\0"),
         SVCB_UNUSABLE, 1, "", 0, 0},
        {WIRE("\0\1" ROOT "\2\233\0\5hello"), SVCB_GOOD, 1, "", SVCB_H1, 0},
        /* mandatory: known ones, one that is not known, ECH, itself, missing,
         * unordered */
        {WIRE("\0\1" ROOT "\0\0\0\4\0\1\0\3"
              "\0\1\0\3\2h3"
              "\0\3\0\2\1\273"),
         SVCB_GOOD, 1, "", SVCB_H1 | SVCB_H3, 443},
        {WIRE("\0\1" ROOT "\0\0\0\2\375\350"
              "\375\350\0\1x"),
         SVCB_UNUSABLE, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\0\0\2\0\5"
              "\0\5\0\1x"),
         SVCB_GOOD, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\0\0\2\0\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\0\0\2\0\3"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\0\0\2\375\350"), SVCB_MALFORMED, 1, "", SVCB_H1,
         0},
        {WIRE("\0\1" ROOT "\0\0\0\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\0\0\4\0\3\0\1"
              "\0\1\0\3\2h3"
              "\0\3\0\2\1\273"),
         SVCB_MALFORMED, 1, "", SVCB_H1 | SVCB_H3, 443},
        /* keys out of order, twice, cut off */
        {WIRE("\0\1" ROOT "\0\3\0\2\1\273"
              "\0\1\0\3\2h3"),
         SVCB_MALFORMED, 1, "", 0, 443},
        {WIRE("\0\1" ROOT "\0\3\0\2\1\273"
              "\0\3\0\2\1\273"),
         SVCB_MALFORMED, 1, "", 0, 443},
        {WIRE("\0\1" ROOT "\0\3\0\2\1"), SVCB_MALFORMED, 1, "", 0, 0},
        {WIRE("\0\1" ROOT "\0\3\0"), SVCB_MALFORMED, 1, "", 0, 0},
        {WIRE("\0\1" ROOT "\0"), SVCB_MALFORMED, 1, "", 0, 0},
        {WIRE("\0\1"), SVCB_MALFORMED, 1, "", 0, 0},
        {WIRE("\0"), SVCB_MALFORMED, 0, "", 0, 0},
        {WIRE("\0\1\3fo"), SVCB_MALFORMED, 1, "", 0, 0},
        /* values that are none */
        {WIRE("\0\1" ROOT "\0\1\0\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\1\0\1\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\1\0\3\3h3"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\2\0\0"), SVCB_MALFORMED, 1, "", 0, 0},
        {WIRE("\0\1" ROOT "\0\1\0\3\2h3"
              "\0\2\0\1x"),
         SVCB_MALFORMED, 1, "", SVCB_H3, 0},
        {WIRE("\0\1" ROOT "\0\3\0\3\1\273\0"), SVCB_MALFORMED, 1, "", SVCB_H1,
         0},
        {WIRE("\0\1" ROOT "\0\3\0\2\0\0"), SVCB_UNUSABLE, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\4\0\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\4\0\5\1\2\3\4\5"), SVCB_MALFORMED, 1, "", SVCB_H1,
         0},
        {WIRE("\0\1" ROOT "\0\5\0\0"), SVCB_MALFORMED, 1, "", SVCB_H1, 0},
        {WIRE("\0\1" ROOT "\0\6\0\4\1\2\3\4"), SVCB_MALFORMED, 1, "", SVCB_H1,
         0},
        /* a name that is none of a host */
        {WIRE("\0\1\5a b!c\0"), SVCB_UNUSABLE, 1, "a b!c", SVCB_H1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct svcb r;
        enum svcb_verdict verdict = svcb_parse(&r, rows[i].wire);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu: %d", i, (int)verdict);
        assert_int_equal(r.priority, rows[i].priority);
        if (verdict == SVCB_MALFORMED)
            continue;
        assert_string_equal(r.target, rows[i].target);
        assert_int_equal(r.alpn, rows[i].alpn);
        assert_int_equal(r.port, rows[i].port);
    }
}

static void hints_are_kept_up_to_a_bound(void **state)
{
    (void)state;
    struct svcb r;
    const struct span wire = SPAN_LIT(
        "\0\1" ROOT "\0\4\0\24\1\2\3\4\5\6\7\10\1\1\1\1\2\2\2\2\3\3\3\3"
        "\0\6\0\20\40\1\15\270\0\0\0\0\0\0\0\0\0\0\0\1");
    assert_int_equal(svcb_parse(&r, wire), SVCB_GOOD);
    assert_int_equal(r.nipv4, SVCB_HINTS_MAX);
    assert_memory_equal(r.ipv4[1], "\5\6\7\10", 4);
    assert_int_equal(r.nipv6, 1);
    assert_memory_equal(r.ipv6[0], "\40\1\15\270", 4);
}

static void a_name_is_as_long_as_names_are(void **state)
{
    (void)state;
    uint8_t wire[2 + 5 * 64 + 1] = {0, 1};
    struct svcb r;
    for (size_t nlabels = 3; nlabels <= 4; nlabels++) {
        size_t len = 2;
        for (size_t i = 0; i < nlabels; i++) {
            wire[len] = 63;
            memset(wire + len + 1, 'a', 63);
            len += 64;
        }
        wire[len++] = 0;
        assert_int_equal(svcb_parse(&r, span_of(wire, len)),
                         nlabels == 3 ? SVCB_GOOD : SVCB_MALFORMED);
    }
}

static void expect_priorities(struct svcb_set *s, const char *expected)
{
    char got[64] = "";
    svcb_set_end(s);
    for (size_t i = 0; i < s->n; i++)
        (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%u ",
                       s->records[i].priority);
    assert_string_equal(got, expected);
}

static void the_records_of_a_name_stand_in_their_order(void **state)
{
    (void)state;
    struct svcb_set s;
    svcb_set_init(&s);
    svcb_set_add(&s, SPAN_LIT("\0\3" ROOT));
    svcb_set_add(&s, SPAN_LIT("\0\1" ROOT));
    svcb_set_add(&s, SPAN_LIT("\0\2" ROOT "\0\1\0\3\2h9"
                              "\0\2\0\0"));
    svcb_set_add(&s, SPAN_LIT("\0\2" ROOT));
    assert_int_equal(s.nunusable, 1);
    expect_priorities(&s, "1 2 3 ");
    /* an alias puts all others out of force */
    svcb_set_add(&s, SPAN_LIT("\0\0" FOO));
    expect_priorities(&s, "0 ");
    assert_true(svcb_set_is_alias(&s));
    /* one that is malformed rejects all (RFC 9460 2.2) */
    svcb_set_init(&s);
    svcb_set_add(&s, SPAN_LIT("\0\1" ROOT));
    svcb_set_add(&s, SPAN_LIT("\0\2" ROOT "\0"));
    expect_priorities(&s, "");
}

static void more_records_than_are_kept_leave_the_first(void **state)
{
    (void)state;
    struct svcb_set s;
    svcb_set_init(&s);
    for (uint8_t i = 20; i > 0; i--) {
        uint8_t wire[] = {0, i, 0};
        svcb_set_add(&s, span_of(wire, sizeof wire));
    }
    expect_priorities(&s, "1 2 3 4 5 6 7 8 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_record_says),
        cmocka_unit_test(hints_are_kept_up_to_a_bound),
        cmocka_unit_test(a_name_is_as_long_as_names_are),
        cmocka_unit_test(the_records_of_a_name_stand_in_their_order),
        cmocka_unit_test(more_records_than_are_kept_leave_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
