/* What is told is kept in its order, within bounds, and taken over once. */
#include "http/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/trace.h"

static void tell(struct story *s, const char *chosen)
{
    (void)story_tell(
        s,
        &(struct story_decision){
            .at = 7, .topic = STORY_RACE, .of = "origin", .chosen = chosen},
        "%d of %d", 1, 2);
}

static void nobody_listens(void **state)
{
    (void)state;
    tell(NULL, "x");
    assert_null(story_ask(NULL, 0, span_str("name"), "A", "system"));
    story_answer(NULL, NULL, "1");
    story_end(NULL, NULL, 0, STORY_FOUND, NULL);
    story_absorb(NULL, NULL);
    story_free(NULL);
}

static void a_decision_is_copied(void **state)
{
    (void)state;
    char chosen[] = "TCP";
    struct story *s = story_new(NULL);
    tell(s, chosen);
    chosen[0] = '?';
    const struct story_decision *d = s->decisions;
    assert_string_equal(d->chosen, "TCP");
    assert_string_equal(d->of, "origin");
    assert_string_equal(d->because, "1 of 2");
    assert_int_equal(d->at, 7);
    assert_null(d->next);
    story_free(s);
}

static void what_is_too_much_is_counted(void **state)
{
    (void)state;
    struct story *s = story_new(NULL);
    for (int i = 0; i < STORY_MAX + 3; i++)
        tell(s, "x");
    for (int i = 0; i < STORY_LOOKUPS_MAX + 2; i++)
        (void)story_ask(s, 0, span_str("n"), "A", "system");
    assert_int_equal(s->ndecisions, STORY_MAX);
    assert_int_equal(s->nlookups, STORY_LOOKUPS_MAX);
    assert_int_equal(s->nleft_out, 5);
    story_free(s);
}

static void a_lookup_ends_once(void **state)
{
    (void)state;
    struct story *s = story_new(NULL);
    struct story_lookup *l = story_ask(s, 1, span_str("name.test"), "A", "doh");
    for (int i = 0; i < STORY_RECORDS_MAX + 1; i++)
        story_answer(s, l, "192.0.2.1");
    story_end(s, l, 2, STORY_FOUND, NULL);
    story_end(s, l, 3, STORY_CANCELLED, "late");
    assert_int_equal(l->end, 2);
    assert_int_equal(l->found, STORY_FOUND);
    assert_int_equal(l->nrecords, STORY_RECORDS_MAX);
    assert_string_equal(l->why, "");
    story_free(s);
}

static size_t count(const struct story *s)
{
    size_t n = 0;
    for (const struct story_decision *d = s->decisions; d; d = d->next)
        n++;
    return n;
}

static void
a_connection_is_taken_over_once_and_what_it_tells_later(void **state)
{
    (void)state;
    struct story *own = story_new(NULL);
    struct conn_facts facts = {.id = 3, .story = story_new(NULL)};
    facts.nattempts = 1;
    facts.attempts[0] = (struct attempt){.proto = "quic"};
    tell(facts.story, "first");
    struct story_lookup *l =
        story_ask(facts.story, 1, span_str("name.test"), "A", "system");
    story_answer(facts.story, l, "192.0.2.1");
    story_absorb(own, &facts);
    story_absorb(own, &facts);
    assert_int_equal(count(own), 1);
    assert_int_equal(own->decisions->conn_id, 3);
    assert_int_equal(own->nattempts, 1);
    assert_int_equal(own->nlookups, 1);
    tell(facts.story, "second");
    story_absorb(own, &facts);
    assert_int_equal(count(own), 2);
    assert_string_equal(own->decisions->next->chosen, "second");
    story_free(facts.story); /* nothing of it is needed any more */
    assert_string_equal(own->lookups->records[0], "192.0.2.1");
    assert_string_equal(own->decisions->chosen, "first");
    story_free(own);
}

static void failed_dials_are_each_their_own(void **state)
{
    (void)state;
    struct story *own = story_new(NULL);
    struct conn_facts facts = {.story = story_new(NULL)};
    tell(facts.story, "x");
    story_absorb(own, &facts);
    story_absorb(own, &facts);
    assert_int_equal(count(own), 2);
    story_free(facts.story);
    story_free(own);
}

static char noted[200];

static void on_event(struct trace *t, const struct trace_event *event)
{
    (void)t;
    assert_int_equal(event->kind, TRACE_DECISION);
    assert_true(event->text.len < sizeof noted);
    memcpy(noted, event->text.base, event->text.len);
    noted[event->text.len] = '\0';
}

static void a_trace_hears_each_decision(void **state)
{
    (void)state;
    struct trace trace = {.wants_notes = true, .on_event = on_event};
    struct story *s = story_new(&trace);
    tell(s, "TCP");
    assert_string_equal(noted, "race: origin: TCP, because 1 of 2");
    story_free(s);
}

static void every_topic_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < STORY_TOPICS; i++)
        assert_non_null(story_topic_name((enum story_topic)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(a_decision_is_copied),
        cmocka_unit_test(what_is_too_much_is_counted),
        cmocka_unit_test(a_lookup_ends_once),
        cmocka_unit_test(
            a_connection_is_taken_over_once_and_what_it_tells_later),
        cmocka_unit_test(failed_dials_are_each_their_own),
        cmocka_unit_test(a_trace_hears_each_decision),
        cmocka_unit_test(every_topic_has_a_name),
    };
    return cmocka_run_group_tests_name("http/story", tests, NULL, NULL);
}
