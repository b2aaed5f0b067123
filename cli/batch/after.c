#include "batch/after.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/task.h"
#include "core/base/xalloc.h"
#include "entry/capture.h"
#include "entry/entry_memory.h"
#include "entry/entry_substitute.h"

enum after_state {
    AFTER_PAST, /* done by an earlier run; `past` is the entry */
    AFTER_RUNNING,
    AFTER_OK,
    AFTER_FAILED,
};

struct after_value {
    char *name;
    struct str text;
};

struct after_node {
    char *id;     /* the key */
    uint64_t seq; /* of the entry: a bad one may have the same id */
    enum after_state state;
    struct entry *past;
    struct after_value *values;
    size_t nvalues;
    struct list held; /* tasks that wait for it */
};

void after_init(struct after *a)
{
    list_init(&a->ready);
}

static void free_values(struct after_node *n)
{
    for (size_t i = 0; i < n->nvalues; i++) {
        free(n->values[i].name);
        str_fini(&n->values[i].text);
    }
    free(n->values);
    n->values = NULL;
    n->nvalues = 0;
}

void after_fini(struct after *a)
{
    size_t at = 0;
    struct after_node *n;
    while ((n = map_next(&a->nodes, &at)) != NULL) {
        (void)map_remove(&a->nodes, span_str(n->id));
        entry_free(n->past);
        free_values(n);
        free(n->id);
        free(n);
    }
    map_fini(&a->nodes);
}

static struct after_node *find(const struct after *a, const char *id)
{
    return map_find(&a->nodes, span_str(id));
}

/* ---- entries that capture ---- */

bool after_expect(struct after *a, struct entry *e, bool is_past)
{
    struct after_node *n = find(a, e->id);
    if (n)
        return entry_fail(e, QV_EXIT_USAGE,
                          "capture: an entry with the id %.60s is there "
                          "already",
                          e->id);
    if (a->nodes.len >= AFTER_ENTRIES_MAX)
        return entry_fail(e, QV_EXIT_USAGE,
                          "capture: no more than %zu entries of a batch can",
                          AFTER_ENTRIES_MAX);
    n = XALLOC_NEW(struct after_node);
    n->id = xalloc_string(e->id);
    n->seq = e->seq;
    n->state = is_past ? AFTER_PAST : AFTER_RUNNING;
    n->past = is_past ? e : NULL;
    list_init(&n->held);
    map_put(&a->nodes, span_str(n->id), n);
    return true;
}

/* The values are the node's from now on; false: there is no room for them. */
static bool keep_values(struct after *a, struct after_node *n, struct task *t)
{
    const struct entry *e = t->entry;
    size_t nbytes = 0;
    for (size_t i = 0; i < e->ncaptures; i++)
        nbytes += t->captured[i].len;
    if (a->nbytes + nbytes > AFTER_BYTES_MAX)
        return false;
    a->nbytes += nbytes;
    n->nvalues = e->ncaptures;
    n->values = xalloc_zeroed(n->nvalues + 1, sizeof *n->values);
    for (size_t i = 0; i < n->nvalues; i++) {
        n->values[i].name = xalloc_string(e->captures[i].name);
        n->values[i].text = t->captured[i];
        t->captured[i] = (struct str){0};
    }
    return true;
}

void after_end(struct after *a, struct task *t)
{
    struct after_node *n =
        t->entry->has_captures ? find(a, t->entry->id) : NULL;
    if (n == NULL || n->seq != t->entry->seq || n->state != AFTER_RUNNING)
        return;
    bool ok = t->status == 0 && t->captured != NULL && keep_values(a, n, t);
    n->state = ok ? AFTER_OK : AFTER_FAILED;
    list_splice(&a->ready, &n->held);
}

/* ---- entries that wait ---- */

static void hold(struct after_node *n, struct task *t)
{
    t->is_held = true;
    list_append(&n->held, &t->held_link);
}

void after_forget(struct task *t)
{
    if (!t->is_held)
        return;
    t->is_held = false;
    list_remove(&t->held_link);
}

struct task *after_next(struct after *a)
{
    if (!after_has_next(a))
        return NULL;
    struct task *t = container_of(a->ready.next, struct task, held_link);
    after_forget(t);
    return t;
}

struct values {
    struct entry_values values;
    const struct after *after;
    const struct entry *entry;
};

/* Of several that capture a name, the last that is named. */
static struct span find_value(const struct entry_values *v, struct span name)
{
    const struct values *of = container_of(v, const struct values, values);
    const struct entry *e = of->entry;
    for (size_t i = e->nafter; i-- > 0;) {
        const struct after_node *n = find(of->after, e->after[i]);
        for (size_t k = 0; k < n->nvalues; k++) {
            const struct after_value *value = &n->values[k];
            if (span_equal(span_str(value->name), name))
                return span_of(value->text.base ? value->text.base : "",
                               value->text.len);
        }
    }
    return (struct span){0};
}

/* The one that keeps it from starting; NULL: none, or it is a bad entry. */
static struct after_node *find_obstacle(struct after *a, struct entry *e)
{
    for (size_t i = 0; i < e->nafter; i++) {
        struct after_node *n = find(a, e->after[i]);
        if (n == NULL || n->seq >= e->seq) { /* itself, for one */
            (void)entry_fail(e, QV_EXIT_USAGE,
                             "after: no entry before it has the id %.60s and "
                             "a capture",
                             e->after[i]);
            return NULL;
        }
        if (n->state == AFTER_FAILED) {
            (void)entry_fail(e, QV_EXIT_UNEXPECTED,
                             "after: the entry %.60s has failed", n->id);
            return NULL;
        }
        if (n->state != AFTER_OK)
            return n;
    }
    return NULL;
}

bool after_admit(struct after *a, struct task *t)
{
    struct entry *e = t->entry;
    if (e->nafter == 0 || e->status)
        return true;
    struct after_node *n = find_obstacle(a, e);
    if (n == NULL) {
        const struct values v = {
            .values.find = find_value, .after = a, .entry = e};
        (void)(e->status || entry_substitute(e, &v.values));
        return true;
    }
    hold(n, t);
    if (n->state == AFTER_PAST) {
        struct entry *past = n->past;
        n->past = NULL;
        n->state = AFTER_RUNNING;
        a->on_past(a->user, past);
    }
    return false;
}
