#include "io/loop_tasks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct loop_tasks tasks;
/* What ran, one letter each. */
static char log_text[64];

struct probe {
    struct loop_task task;
    char letter;
    struct probe *next; /* is queued when this one runs */
    struct list *where;
};

static void on_run(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, task);
    strncat(log_text, &p->letter, 1);
    if (p->next)
        loop_tasks_queue(p->where, &p->next->task);
}

static struct probe probe(char letter)
{
    return (struct probe){.task.run = on_run, .letter = letter};
}

static int begin(void **state)
{
    (void)state;
    log_text[0] = '\0';
    loop_tasks_init(&tasks);
    return 0;
}

static void each_phase_has_its_place(void **state)
{
    (void)state;
    struct probe r = probe('r'), z = probe('z'), t = probe('t'), s = probe('s');
    loop_tasks_queue(&tasks.reaps, &r.task);
    loop_tasks_queue(&tasks.last, &z.task);
    loop_tasks_queue(&tasks.later, &t.task);
    loop_tasks_queue(&tasks.soon, &s.task);
    assert_true(loop_tasks_are_due(&tasks));
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "stz");
    assert_true(loop_tasks_are_due(&tasks));
    loop_tasks_reap(&tasks);
    assert_string_equal(log_text, "stzr");
    assert_false(loop_tasks_are_due(&tasks));
}

static void one_that_waits_is_not_queued_twice(void **state)
{
    (void)state;
    struct probe a = probe('a');
    loop_tasks_queue(&tasks.later, &a.task);
    loop_tasks_queue(&tasks.later, &a.task);
    loop_tasks_queue(&tasks.last, &a.task);
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "a");
}

/* All of one kind, then all of what they have caused. */
static void what_comes_soon_is_done_in_rounds(void **state)
{
    (void)state;
    struct probe c = probe('c'), d = probe('d');
    struct probe a = probe('a'), b = probe('b'), t = probe('t');
    a.next = &c;
    b.next = &d;
    a.where = b.where = &tasks.soon;
    loop_tasks_queue(&tasks.later, &t.task);
    loop_tasks_queue(&tasks.soon, &a.task);
    loop_tasks_queue(&tasks.soon, &b.task);
    loop_tasks_run_soon(&tasks);
    assert_string_equal(log_text, "abcd");
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "abcdt");
}

static void what_a_task_causes_soon_comes_before_the_next_tasks(void **state)
{
    (void)state;
    struct probe s = probe('s'), v = probe('v'), u = probe('u');
    struct probe t = probe('t'), z = probe('z');
    t.next = &s;
    t.where = &tasks.soon;
    u.next = &v;
    u.where = &tasks.later;
    loop_tasks_queue(&tasks.last, &z.task);
    loop_tasks_queue(&tasks.later, &t.task);
    loop_tasks_queue(&tasks.later, &u.task);
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "tusvz");
}

static void what_the_last_one_causes_is_of_this_turn(void **state)
{
    (void)state;
    struct probe s = probe('s'), y = probe('y'), t = probe('t');
    struct probe z = probe('z');
    z.next = &s;
    z.where = &tasks.soon;
    s.next = &t;
    s.where = &tasks.later;
    t.next = &y;
    t.where = &tasks.last;
    loop_tasks_queue(&tasks.last, &z.task);
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "zsty");
}

static unsigned ntimes;

static void on_endless(struct loop_task *task)
{
    ntimes++;
    loop_tasks_queue(&tasks.later, task);
}

/* Connections write all the same. */
static void the_last_ones_do_not_wait_for_tasks_without_end(void **state)
{
    (void)state;
    struct loop_task endless = {.run = on_endless};
    struct probe z = probe('z');
    ntimes = 0;
    loop_tasks_queue(&tasks.later, &endless);
    loop_tasks_queue(&tasks.last, &z.task);
    loop_tasks_run(&tasks);
    assert_string_equal(log_text, "z");
    assert_in_range(ntimes, 2, 10000);
    assert_true(loop_tasks_are_due(&tasks));
}

static void the_end_leaves_nothing(void **state)
{
    (void)state;
    struct probe r = probe('r'), t = probe('t'), s = probe('s');
    t.next = &r;
    t.where = &tasks.reaps;
    s.next = &t;
    s.where = &tasks.later;
    loop_tasks_queue(&tasks.soon, &s.task);
    loop_tasks_end(&tasks);
    assert_string_equal(log_text, "str");
    assert_false(loop_tasks_are_due(&tasks));
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(each_phase_has_its_place, begin),
        cmocka_unit_test_setup(one_that_waits_is_not_queued_twice, begin),
        cmocka_unit_test_setup(what_comes_soon_is_done_in_rounds, begin),
        cmocka_unit_test_setup(
            what_a_task_causes_soon_comes_before_the_next_tasks, begin),
        cmocka_unit_test_setup(what_the_last_one_causes_is_of_this_turn, begin),
        cmocka_unit_test_setup(the_last_ones_do_not_wait_for_tasks_without_end,
                               begin),
        cmocka_unit_test_setup(the_end_leaves_nothing, begin),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
