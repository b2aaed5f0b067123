#include "transport/tickets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

#define NOW 1000000

static uint8_t key_a[TICKETS_KEY_LEN] = {'a'};
static uint8_t key_b[TICKETS_KEY_LEN] = {'b'};

static struct ticket_data data_of(const char *secret, uint64_t received)
{
    return (struct ticket_data){
        .received = received,
        .expires = received + 100,
        .rtt = 1234,
        .is_verified = true,
        .parts = {[TICKET_SECRET] = span_str(secret),
                  [TICKET_ADDRESS] = SPAN_LIT("127.0.0.1")}};
}

static void put(struct tickets *s, const uint8_t *key, const char *secret,
                uint64_t received)
{
    struct ticket_data d = data_of(secret, received);
    tickets_put(s, TICKET_TLS, key, 0, &d, NOW);
}

/* "" for none. */
static const char *take_at(struct tickets *s, const uint8_t *key,
                           const char *address, uint64_t now)
{
    static char text[64];
    struct ticket *t = tickets_take(s, TICKET_TLS, key, address, now);
    text[0] = '\0';
    if (t)
        (void)snprintf(text, sizeof text, "%.*s",
                       SPAN_ARG(t->data.parts[TICKET_SECRET]));
    tickets_dispose(t);
    return text;
}

static const char *take(struct tickets *s, const uint8_t *key)
{
    return take_at(s, key, NULL, NOW);
}

static void the_newest_goes_first_and_each_once(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "one", NOW - 3);
    put(&s, key_a, "three", NOW - 1);
    put(&s, key_a, "two", NOW - 2);
    put(&s, key_a, "two", NOW - 2); /* the same again */
    assert_string_equal(take(&s, key_a), "three");
    assert_string_equal(take(&s, key_a), "two");
    assert_string_equal(take(&s, key_a), "one");
    assert_string_equal(take(&s, key_a), "");
    tickets_fini(&s);
}

static void keys_and_kinds_are_apart(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "a", NOW);
    assert_string_equal(take(&s, key_b), "");
    assert_null(tickets_take(&s, TICKET_QUIC, key_a, NULL, NOW));
    assert_null(tickets_take(&s, TICKET_TOKEN, key_a, NULL, NOW));
    assert_string_equal(take(&s, key_a), "a");
    tickets_fini(&s);
}

static void an_address_can_be_asked_for(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "here", NOW);
    assert_string_equal(take_at(&s, key_a, "::1", NOW), "");
    assert_string_equal(take_at(&s, key_a, "127.0.0.1", NOW), "here");
    tickets_fini(&s);
}

static void what_is_expired_is_gone(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "dead", NOW - 100);
    assert_int_equal(s.n, 0);
    put(&s, key_a, "old", NOW - 99);
    assert_int_equal(s.n, 1);
    assert_string_equal(take_at(&s, key_a, NULL, NOW + 1), "");
    assert_int_equal(s.n, 0);
    tickets_fini(&s);
}

static void there_are_only_so_many(void **state)
{
    struct tickets s;
    char secret[32];
    (void)state;
    tickets_init(&s);
    for (int i = 0; i < 10; i++) {
        (void)snprintf(secret, sizeof secret, "%d", i);
        put(&s, key_a, secret, NOW + (uint64_t)i);
    }
    assert_int_equal(s.n, TICKETS_KEY_MAX);
    assert_string_equal(take(&s, key_a), "9");
    for (unsigned i = 0; i < 2 * TICKETS_MAX; i++) {
        uint8_t key[TICKETS_KEY_LEN] = {(uint8_t)i, (uint8_t)(i >> 8), 'x'};
        (void)snprintf(secret, sizeof secret, "x%u", i);
        put(&s, key, secret, NOW + 100 + i);
    }
    assert_int_equal(s.n, TICKETS_MAX);
    assert_string_equal(take(&s, key_a), "");
    tickets_fini(&s);
}

static void what_comes_late_is_added(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    uint64_t source = tickets_source(&s);
    struct ticket_data d = data_of("mine", NOW);
    tickets_put(&s, TICKET_QUIC, key_a, source, &d, NOW);
    tickets_amend(&s, TICKET_QUIC, key_a, source + 1, TICKET_SETTINGS,
                  SPAN_LIT("not his"));
    tickets_amend(&s, TICKET_QUIC, key_a, source, TICKET_SETTINGS,
                  SPAN_LIT("his"));
    struct ticket *t = tickets_take(&s, TICKET_QUIC, key_a, NULL, NOW);
    assert_true(span_equal(t->data.parts[TICKET_SETTINGS], SPAN_LIT("his")));
    tickets_dispose(t);
    tickets_fini(&s);
}

static void early_data_that_was_lost_is_not_tried_again(void **state)
{
    struct tickets s;
    (void)state;
    tickets_init(&s);
    struct ticket_data d = data_of("early", NOW);
    d.allows_early = true;
    tickets_put(&s, TICKET_QUIC, key_a, 0, &d, NOW);
    tickets_distrust(&s, TICKET_QUIC, key_a);
    struct ticket *t = tickets_take(&s, TICKET_QUIC, key_a, NULL, NOW);
    assert_false(t->data.allows_early);
    tickets_dispose(t);
    tickets_fini(&s);
}

/* ---- as text ---- */

static void add(void *user, const void *data, size_t len)
{
    str_add(user, span_of(data, len));
}

static void save(struct tickets *s, struct str *text)
{
    str_init(text);
    tickets_save(s, NOW, add, text);
}

static void a_text_gives_the_same_again(void **state)
{
    struct tickets s;
    struct tickets again;
    struct tickets_report report;
    struct str text;
    struct str second;
    (void)state;
    tickets_init(&s);
    tickets_init(&again);
    put(&s, key_a, "one\n\x01 two", NOW - 2);
    put(&s, key_b, "three", NOW - 1);
    assert_true(s.is_changed);
    save(&s, &text);
    assert_false(s.is_changed);
    assert_true(tickets_load(&again, str_span(&text), NOW, &report));
    assert_int_equal(report.taken, 2);
    assert_int_equal(report.bad, 0);
    assert_false(again.is_changed);
    save(&again, &second);
    assert_string_equal(str_text(&text), str_text(&second));
    struct ticket *t = tickets_take(&again, TICKET_TLS, key_b, NULL, NOW);
    assert_true(t->data.is_verified);
    assert_false(t->data.allows_early);
    assert_int_equal(t->data.rtt, 1234);
    assert_int_equal(t->data.expires, NOW + 99);
    tickets_dispose(t);
    str_fini(&text);
    str_fini(&second);
    tickets_fini(&s);
    tickets_fini(&again);
}

static void what_is_used_does_not_come_back(void **state)
{
    struct tickets s;
    struct tickets_report report;
    struct str text;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "one", NOW);
    save(&s, &text);
    assert_string_equal(take(&s, key_a), "one");
    assert_true(tickets_load(&s, str_span(&text), NOW, &report));
    assert_string_equal(take(&s, key_a), "");
    str_fini(&text);
    tickets_fini(&s);
}

static void what_another_has_used_goes(void **state)
{
    struct tickets s;
    struct tickets_report report;
    struct str text;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "theirs", NOW);
    save(&s, &text);
    tickets_fini(&s);
    tickets_init(&s);
    assert_true(tickets_load(&s, str_span(&text), NOW, &report));
    put(&s, key_b, "ours", NOW);
    assert_true(tickets_load(&s, SPAN_LIT("quiver-tickets 1\n"), NOW, &report));
    assert_string_equal(take(&s, key_a), "");
    assert_string_equal(take(&s, key_b), "ours");
    str_fini(&text);
    tickets_fini(&s);
}

/* Whatever byte is another, the line is none, and the other line stays. */
static void a_damaged_line_is_passed_over(void **state)
{
    struct tickets s;
    struct tickets_report report;
    struct str text;
    (void)state;
    tickets_init(&s);
    put(&s, key_a, "one", NOW - 1);
    put(&s, key_b, "two", NOW);
    save(&s, &text);
    tickets_fini(&s);
    size_t first = strlen("quiver-tickets 1\n");
    size_t end = (size_t)(strchr(text.base + first, '\n') - text.base);
    for (size_t i = first; i < end; i++) {
        text.base[i] ^= 1;
        tickets_init(&s);
        assert_true(tickets_load(&s, str_span(&text), NOW, &report));
        assert_int_equal(report.taken, 1);
        assert_true(report.bad >= 1);
        assert_int_equal(report.first_bad, 2);
        tickets_fini(&s);
        text.base[i] ^= 1;
    }
    str_fini(&text);
}

static void a_foreign_text_is_none(void **state)
{
    static const char *const texts[] = {"x", "quiver-tickets 2\n",
                                        "quiver-tickets 1 \n", "\n"};
    struct tickets s;
    struct tickets_report report;
    (void)state;
    tickets_init(&s);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(tickets_load(&s, span_str(texts[i]), NOW, &report));
    tickets_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_goes_first_and_each_once),
        cmocka_unit_test(keys_and_kinds_are_apart),
        cmocka_unit_test(an_address_can_be_asked_for),
        cmocka_unit_test(what_is_expired_is_gone),
        cmocka_unit_test(there_are_only_so_many),
        cmocka_unit_test(what_comes_late_is_added),
        cmocka_unit_test(early_data_that_was_lost_is_not_tried_again),
        cmocka_unit_test(a_text_gives_the_same_again),
        cmocka_unit_test(what_is_used_does_not_come_back),
        cmocka_unit_test(what_another_has_used_goes),
        cmocka_unit_test(a_damaged_line_is_passed_over),
        cmocka_unit_test(a_foreign_text_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
