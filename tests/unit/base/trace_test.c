/* The sink is told what it wants. */
#include "base/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/list.h"

struct recorder {
    struct trace trace;
    unsigned n;
    enum trace_kind last;
    uint64_t conn_id;
    char text[64];
};

static void record(struct trace *t, const struct trace_event *event)
{
    struct recorder *r = container_of(t, struct recorder, trace);
    r->n++;
    r->last = event->kind;
    r->conn_id = event->conn_id;
    (void)snprintf(r->text, sizeof r->text, "%.*s", SPAN_ARG(event->text));
}

static void emit_both(struct trace *t)
{
    trace_emit(t, &(struct trace_event){.kind = TRACE_TLS,
                                        .at = 1,
                                        .conn_id = 2,
                                        .xfer_id = TRACE_NO_XFER,
                                        .text = SPAN_LIT("a note")});
    trace_event(t, &(struct trace_event){.kind = TRACE_POOL_QUEUE});
}

static void events_reach_the_sink_if_there_is_one(void **state)
{
    (void)state;
    struct recorder r = {.trace = {.wants_notes = true, .on_event = record}};
    trace_printf(NULL, TRACE_TLS, 1, 2, "nobody hears %d", 3);
    trace_emit(NULL, &(struct trace_event){.kind = TRACE_TLS});
    trace_printf(&r.trace, TRACE_RESOLVED, 1, 9, "x=%d", 3);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.last, TRACE_RESOLVED);
    assert_int_equal(r.conn_id, 9);
    assert_string_equal(r.text, "x=3");
    assert_true(trace_wanted(&r.trace));
    assert_false(trace_wanted(NULL));
}

static void a_sink_hears_only_what_it_wants(void **state)
{
    (void)state;
    struct recorder r = {.trace = {.on_event = record}};
    emit_both(NULL);
    emit_both(&r.trace);
    assert_int_equal(r.n, 0);
    assert_false(trace_has_events(NULL));
    assert_false(trace_has_events(&r.trace));

    r.trace.wants_events = true;
    emit_both(&r.trace);
    assert_int_equal(r.n, 1);
    assert_int_equal(r.last, TRACE_POOL_QUEUE);
    assert_true(trace_has_events(&r.trace));
    assert_false(trace_wanted(&r.trace));

    r.trace.wants_events = false;
    r.trace.wants_notes = true;
    emit_both(&r.trace);
    assert_int_equal(r.n, 2);
    assert_int_equal(r.last, TRACE_TLS);
}

static void every_kind_has_a_name_and_events_have_quivers(void **state)
{
    (void)state;
    for (enum trace_kind k = 0; k < TRACE_KIND_COUNT; k++) {
        assert_non_null(trace_name(k));
        assert_int_equal(trace_is_note(k),
                         strncmp(trace_name(k), "quiver.", 7) != 0);
        for (enum trace_kind other = 0; other < k; other++)
            assert_string_not_equal(trace_name(k), trace_name(other));
    }
}

static void values_keep_their_types(void **state)
{
    (void)state;
    assert_int_equal(trace_number("n", 7).number, 7);
    assert_int_equal(trace_number("n", 7).type, TRACE_NUMBER);
    assert_int_equal(trace_ns("d", 8).type, TRACE_NS);
    assert_true(span_equal(trace_string("s", "text").text, SPAN_LIT("text")));
    assert_null(trace_string("s", NULL).text.base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_reach_the_sink_if_there_is_one),
        cmocka_unit_test(a_sink_hears_only_what_it_wants),
        cmocka_unit_test(every_kind_has_a_name_and_events_have_quivers),
        cmocka_unit_test(values_keep_their_types),
    };
    return cmocka_run_group_tests_name("base/trace", tests, NULL, NULL);
}
