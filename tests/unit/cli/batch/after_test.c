#include "batch/after.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "batch/task.h"
#include "core/base/xalloc.h"
#include "entry/capture.h"
#include "entry/entry_memory.h"

/* Behind entry/expect.h, one of whose functions is a macro of its. */
#include <cmocka.h>

enum {
    TASKS = 4
};

struct rig {
    struct after after;
    struct entry_pool *pool;
    struct task tasks[TASKS];
    uint64_t seq;
    struct entry *past; /* the last that was asked for */
    unsigned npast;
};

static const struct capture token = {
    .name = "token", .from = CAPTURE_BODY, .what = "/t"};

static void on_past(void *user, struct entry *e)
{
    struct rig *r = user;
    r->past = e;
    r->npast++;
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->after = (struct after){.on_past = on_past, .user = r};
    after_init(&r->after);
    r->pool = entry_memory_new();
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;
    for (size_t i = 0; i < TASKS; i++) {
        after_forget(&r->tasks[i]);
        entry_free(r->tasks[i].entry);
    }
    after_fini(&r->after);
    entry_memory_free(r->pool);
    free(r);
    return 0;
}

static struct entry *new_entry(struct rig *r, const char *id)
{
    struct entry *e = entry_memory_take(r->pool);
    e->seq = r->seq++;
    e->line = r->seq;
    e->file = "list";
    e->id = id;
    e->status = 0;
    return e;
}

/* Task i is one that captures `token`, and is on its way. */
static struct task *capturing(struct rig *r, size_t i, const char *id)
{
    struct task *t = &r->tasks[i];
    t->entry = new_entry(r, id);
    t->entry->captures = &token;
    t->entry->ncaptures = 1;
    t->entry->has_captures = true;
    return t;
}

/* Task i is one that is after what `ids` name. */
static struct task *waiting(struct rig *r, size_t i, const char *const *ids,
                            size_t n)
{
    struct task *t = &r->tasks[i];
    t->entry = new_entry(r, "\"w\"");
    t->entry->after = ids;
    t->entry->nafter = n;
    return t;
}

static void end_well(struct rig *r, struct task *t, size_t len)
{
    struct str *values = xalloc_zeroed(1, sizeof *values);
    str_reserve(values, len);
    memset(values->base, 'v', len);
    values->len = len;
    t->captured = values;
    t->status = 0;
    after_end(&r->after, t);
    str_fini(&values[0]);
    free(values);
    t->captured = NULL;
}

static const char *const a[] = {"\"a\""};
static const char *const a_and_b[] = {"\"a\"", "\"b\""};

static void who_waits_is_held_until_the_other_has_ended(void **state)
{
    struct rig *r = *state;
    struct task *first = capturing(r, 0, "\"a\"");
    assert_true(after_expect(&r->after, first->entry, false));
    struct task *t = waiting(r, 1, a, 1);
    assert_false(after_admit(&r->after, t));
    assert_true(t->is_held);
    assert_false(after_has_next(&r->after));
    assert_null(after_next(&r->after));
    end_well(r, first, 1);
    assert_true(after_has_next(&r->after));
    assert_ptr_equal(after_next(&r->after), t);
    assert_false(t->is_held);
    assert_true(after_admit(&r->after, t));
    assert_int_equal(t->entry->status, 0);
    assert_int_equal(r->npast, 0);
}

static void who_waits_for_two_is_looked_at_twice(void **state)
{
    struct rig *r = *state;
    struct task *one = capturing(r, 0, "\"a\"");
    struct task *two = capturing(r, 1, "\"b\"");
    assert_true(after_expect(&r->after, one->entry, false));
    assert_true(after_expect(&r->after, two->entry, false));
    struct task *t = waiting(r, 2, a_and_b, 2);
    assert_false(after_admit(&r->after, t));
    end_well(r, two, 1); /* it waits for the other one */
    assert_false(after_has_next(&r->after));
    end_well(r, one, 1);
    assert_ptr_equal(after_next(&r->after), t);
    assert_true(after_admit(&r->after, t));
    assert_int_equal(t->entry->status, 0);
}

static void a_failure_goes_on_to_those_that_wait(void **state)
{
    struct rig *r = *state;
    static const struct {
        int status;
        bool has_values;
    } cases[] = {{QV_EXIT_UNEXPECTED, true}, {0, false}};
    static const char *const ids[] = {"\"a\"", "\"b\""};
    for (size_t i = 0; i < 2; i++) {
        struct task *first = capturing(r, 2 * i, ids[i]);
        assert_true(after_expect(&r->after, first->entry, false));
        struct task *t = waiting(r, 2 * i + 1, &ids[i], 1);
        assert_false(after_admit(&r->after, t));
        struct str value = {0};
        first->status = cases[i].status;
        first->captured = cases[i].has_values ? &value : NULL;
        after_end(&r->after, first);
        first->captured = NULL;
        assert_ptr_equal(after_next(&r->after), t);
        assert_true(after_admit(&r->after, t));
        assert_int_equal(t->entry->status, QV_EXIT_UNEXPECTED);
    }
}

static void what_has_ended_once_does_not_end_again(void **state)
{
    struct rig *r = *state;
    struct task *first = capturing(r, 0, "\"a\"");
    assert_true(after_expect(&r->after, first->entry, false));
    end_well(r, first, 1);
    size_t kept = r->after.nbytes;
    end_well(r, first, 1);
    assert_int_equal(r->after.nbytes, kept);
    /* A bad one of the same id, which was not taken over. */
    struct task *other = capturing(r, 1, "\"a\"");
    assert_false(after_expect(&r->after, other->entry, false));
    assert_int_equal(other->entry->status, QV_EXIT_USAGE);
    other->status = QV_EXIT_USAGE;
    after_end(&r->after, other);
    struct task *t = waiting(r, 2, a, 1);
    assert_true(after_admit(&r->after, t));
    assert_int_equal(t->entry->status, 0);
}

static void only_what_stands_before_it_is_waited_for(void **state)
{
    struct rig *r = *state;
    struct task *t = waiting(r, 0, a, 1);
    assert_true(after_admit(&r->after, t)); /* nobody of that name */
    assert_int_equal(t->entry->status, QV_EXIT_USAGE);
    struct task *itself = capturing(r, 1, "\"a\"");
    itself->entry->after = a;
    itself->entry->nafter = 1;
    assert_true(after_expect(&r->after, itself->entry, false));
    assert_true(after_admit(&r->after, itself));
    assert_int_equal(itself->entry->status, QV_EXIT_USAGE);
}

static void what_an_earlier_run_has_done_is_asked_for_once(void **state)
{
    struct rig *r = *state;
    struct entry *done = capturing(r, 0, "\"a\"")->entry;
    r->tasks[0].entry = NULL; /* taken over */
    assert_true(after_expect(&r->after, done, true));
    assert_int_equal(r->npast, 0);
    struct task *one = waiting(r, 1, a, 1);
    struct task *two = waiting(r, 2, a, 1);
    assert_false(after_admit(&r->after, one));
    assert_false(after_admit(&r->after, two));
    assert_int_equal(r->npast, 1);
    assert_ptr_equal(r->past, done);
    r->tasks[0].entry = done;
    end_well(r, &r->tasks[0], 1);
    assert_ptr_equal(after_next(&r->after), one);
    assert_ptr_equal(after_next(&r->after), two);
    assert_true(after_admit(&r->after, one) && after_admit(&r->after, two));
    assert_int_equal(one->entry->status, 0);
}

static void what_is_forgotten_does_not_come_back(void **state)
{
    struct rig *r = *state;
    struct task *first = capturing(r, 0, "\"a\"");
    assert_true(after_expect(&r->after, first->entry, false));
    struct task *t = waiting(r, 1, a, 1);
    assert_false(after_admit(&r->after, t));
    after_forget(t);
    after_forget(t);
    assert_false(t->is_held);
    end_well(r, first, 1);
    assert_null(after_next(&r->after));
}

static void values_are_kept_up_to_a_bound(void **state)
{
    struct rig *r = *state;
    static const char *const ids[] = {"\"a\"", "\"b\"", "\"c\""};
    static const size_t lens[] = {1, AFTER_BYTES_MAX - 1, 1};
    for (size_t i = 0; i < 3; i++) {
        struct task *first = capturing(r, i, ids[i]);
        assert_true(after_expect(&r->after, first->entry, false));
        end_well(r, first, lens[i]);
        struct task *t = waiting(r, 3, &ids[i], 1);
        assert_true(after_admit(&r->after, t));
        assert_int_equal(t->entry->status, i < 2 ? 0 : QV_EXIT_UNEXPECTED);
        entry_free(t->entry);
        t->entry = NULL;
    }
    assert_int_equal(r->after.nbytes, AFTER_BYTES_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(who_waits_is_held_until_the_other_has_ended),
        TEST(who_waits_for_two_is_looked_at_twice),
        TEST(a_failure_goes_on_to_those_that_wait),
        TEST(what_has_ended_once_does_not_end_again),
        TEST(only_what_stands_before_it_is_waited_for),
        TEST(what_an_earlier_run_has_done_is_asked_for_once),
        TEST(what_is_forgotten_does_not_come_back),
        TEST(values_are_kept_up_to_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
