/* What every connection notes of an exchange that it takes. */
#include "conn/conn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/story.h"

static void look_at_path(const struct conn *c, struct path_stats *stats)
{
    (void)c;
    stats->packets_lost++;
}

static void allow(const struct conn *c, struct allowed *a)
{
    (void)c;
    allowed_add(a, "x", 7);
}

static const struct conn_ops ops = {.path_stats = look_at_path,
                                    .allowed = allow};

static void
what_an_exchange_was_on_another_connection_is_forgotten(void **state)
{
    (void)state;
    struct conn c = {.ops = &ops, .facts.id = 7};
    struct exchange ex = {
        .state = EXCHANGE_QUEUED,
        .submitted_at = 1,
        .sent_at = 2,
        .first_byte_at = 3,
        .bytes_head_sent = 4,
        .bytes_body_sent = 5,
        .bytes_head_received = 6,
        .bytes_body_received = 7,
    };
    conn_take(&c, &ex, 100);
    assert_int_equal(ex.state, EXCHANGE_ACTIVE);
    assert_ptr_equal(ex.conn, &c);
    assert_int_equal(ex.facts->id, 7);
    assert_int_equal(ex.submitted_at, 100);
    assert_int_equal(ex.sent_at, 0);
    assert_int_equal(ex.first_byte_at, 0);
    assert_int_equal(ex.bytes_head_sent, 0);
    assert_int_equal(ex.bytes_body_sent, 0);
    assert_int_equal(ex.bytes_head_received, 0);
    assert_int_equal(ex.bytes_body_received, 0);
}

/* The path is looked at as seldom as many exchanges need, unless somebody wants
 * to know why. */
static void the_path_is_looked_at_now_and_then(void **state)
{
    (void)state;
    struct conn c = {.ops = &ops};
    struct exchange ex = {.state = EXCHANGE_QUEUED};
    for (int i = 0; i < 256; i++) {
        conn_take(&c, &ex, 1);
        conn_release(&c, &ex);
    }
    assert_int_equal(c.facts.path.packets_lost, 9);
    c.facts.story = story_new(NULL);
    for (int i = 0; i < 10; i++) {
        conn_take(&c, &ex, 1);
        conn_release(&c, &ex);
    }
    assert_int_equal(c.facts.path.packets_lost, 19);
    assert_int_equal(c.facts.story->allowed.nsettings, 1);
    assert_int_equal(c.facts.story->allowed.streams, -1);
    conn_fini(&c);
}

/* Where it came to by Alt-Svc, and only there (RFC 7838 5). */
static void another_place_is_told_who_was_asked_for(void **state)
{
    (void)state;
    struct conn c = {.ops = &ops, .facts.alt_used = "alt.example:8443"};
    struct exchange ex = {.state = EXCHANGE_QUEUED};
    struct request r = {.method = SPAN_LIT("GET")};
    arena_init(&ex.arena);
    fields_init(&r.fields, &ex.arena);
    fields_add(&r.fields, SPAN_LIT("a"), SPAN_LIT("b"));
    ex.request = &r;
    conn_take(&c, &ex, 1);
    assert_int_equal(ex.request->fields.len, 2);
    assert_true(span_equal(fields_value(&ex.request->fields, "alt-used"),
                           SPAN_LIT("alt.example:8443")));
    conn_release(&c, &ex);
    assert_ptr_equal(ex.request, &r); /* for the next connection */
    assert_int_equal(r.fields.len, 1);
    /* the user's own word counts */
    fields_add(&r.fields, SPAN_LIT("Alt-Used"), SPAN_LIT("x"));
    conn_take(&c, &ex, 1);
    assert_ptr_equal(ex.request, &r);
    conn_release(&c, &ex);
    arena_fini(&ex.arena);
}

static void only_one_exchange_is_the_first_of_its_connection(void **state)
{
    (void)state;
    struct conn c = {.ops = &ops};
    struct exchange a = {.returned = 0};
    struct exchange b = {.returned = 0};
    conn_take(&c, &a, 1);
    conn_take(&c, &b, 1);
    assert_true(a.is_first);
    assert_false(b.is_first);
    assert_int_equal(c.active, 2);
    conn_release(&c, &a);
    conn_release(&c, &b);
    assert_int_equal(c.active, 0);
    conn_take(&c, &a, 2); /* as the second time of the same one is not */
    assert_false(a.is_first);
}

static void a_released_exchange_is_on_no_connection(void **state)
{
    (void)state;
    struct conn c = {.ops = &ops};
    struct exchange ex = {.returned = 0};
    conn_take(&c, &ex, 5);
    ex.stream = &ex;
    ex.bytes_body_received = 9;
    conn_release(&c, &ex);
    assert_null(ex.conn);
    assert_null(ex.stream);
    assert_int_equal(ex.bytes_body_received, 9); /* the client reads it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_an_exchange_was_on_another_connection_is_forgotten),
        cmocka_unit_test(the_path_is_looked_at_now_and_then),
        cmocka_unit_test(another_place_is_told_who_was_asked_for),
        cmocka_unit_test(only_one_exchange_is_the_first_of_its_connection),
        cmocka_unit_test(a_released_exchange_is_on_no_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
