#include "hints/hints.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hints/hint.h"

static const struct hint *const families[] = {
    hint_typed, hint_proxies, hint_network, hint_tls, hint_answers, hint_bodies,
};

static struct hint_facts facts(int status, const char *name, const char *text)
{
    return (struct hint_facts){
        .status = status,
        .name = name,
        .text = text,
        .typed = "https://www.test/",
        .scheme = "https",
        .host = "www.test",
        .port = 443,
        .now = 1790000000,
    };
}

static void expect(const struct hint_facts *f, const char *id, const char *part)
{
    struct str text = {0};
    const char *is = hints_find(f, &text);
    assert_non_null(is);
    assert_string_equal(is, id);
    if (!strstr(str_text(&text), part))
        fail_msg("%s: %s", id, str_text(&text));
    str_fini(&text);
}

static void a_clock_that_cannot_be_right_is_told_first(void **state)
{
    struct hint_facts f = facts(QV_EXIT_TLS_VERIFY, "verify", "not valid");
    (void)state;
    f.wire = 9;
    expect(&f, "not-yet-valid", "says 2026-09-21 ");
    f.now = 0;
    expect(&f, "clock", "says 1970-01-01 00:00 UTC, which cannot be");
}

static void old_versions_of_tls_are_known_by_their_alert(void **state)
{
    struct qv_options options = {.tls_min = QV_TLS_DEFAULT};
    struct hint_facts f = facts(QV_EXIT_TLS_HANDSHAKE, "tls",
                                "the peer sent alert protocol_version (70)");
    (void)state;
    f.wire = 70;
    f.options = &options;
    expect(&f, "tls-old", "TLS 1.0 or 1.1 alone");
    options.tls_min = QV_TLS_1_3;
    expect(&f, "tls-version", "--tlsv1.3 leaves");
}

static void ipv6_addresses_are_in_brackets(void **state)
{
    struct hint_facts f = facts(QV_EXIT_TLS_HANDSHAKE, "not_tls",
                                "the server answers in plain HTTP, there is "
                                "no TLS at that port");
    (void)state;
    f.host = "2001:db8::1";
    f.port = 8080;
    expect(&f, "plain-server", "http://[2001:db8::1]:8080/");
}

/* Without a word of what happened nothing is guessed. */
static void what_is_not_known_has_no_hint(void **state)
{
    struct str text = {0};
    struct hint_facts f = facts(QV_EXIT_NO_MEMORY, "no_memory", "");
    (void)state;
    assert_null(hints_find(&f, &text));
    f = facts(QV_EXIT_OK, "", "");
    assert_null(hints_find(&f, &text));
    assert_int_equal(text.len, 0);
}

/* No condition takes facts for granted that a failed start does not have. */
static void every_status_without_facts_is_survived(void **state)
{
    (void)state;
    for (int status = 0; status < 150; status++) {
        struct str text = {0};
        struct hint_facts f = facts(status, "", "");
        f.typed = f.scheme = f.host = "";
        (void)hints_find(&f, &text);
        str_fini(&text);
    }
}

static void check_row(const struct hint *h)
{
    size_t len = strlen(h->text);
    assert_true(strlen(h->id) <= 26);
    assert_non_null(h->when);
    assert_true(h->text[len - 1] != '.');
    /* Two lines of a terminal, without what is filled in. */
    if (len > 170)
        fail_msg("%s: %zu bytes", h->id, len);
}

static void rows_are_complete_and_their_names_unique(void **state)
{
    const size_t n = sizeof families / sizeof families[0];
    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (const struct hint *h = families[i]; h->id; h++) {
            check_row(h);
            for (size_t k = 0; k < n; k++) {
                for (const struct hint *o = families[k]; o->id; o++)
                    assert_true(o == h || strcmp(o->id, h->id) != 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clock_that_cannot_be_right_is_told_first),
        cmocka_unit_test(old_versions_of_tls_are_known_by_their_alert),
        cmocka_unit_test(ipv6_addresses_are_in_brackets),
        cmocka_unit_test(what_is_not_known_has_no_hint),
        cmocka_unit_test(every_status_without_facts_is_survived),
        cmocka_unit_test(rows_are_complete_and_their_names_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
