#include "pool/host_limit.h"

/* ns.  Less would cost a handshake too often. */
#define PATIENCE UINT64_C(1000000000)

void host_limit_init(struct host_limit *h, size_t limit)
{
    *h = (struct host_limit){.limit = limit};
    list_init(&h->without);
    list_init(&h->wanting);
    list_init(&h->idle);
}

void host_limit_join(struct host_limit *h, struct host_limit_guest *g)
{
    g->host = h;
    list_init(&g->line);
    list_init(&g->idle);
}

/* ---- the line ---- */

static bool is_in_line(const struct host_limit_guest *g)
{
    return !list_is_empty(&g->line);
}

static bool is_wanted(const struct host_limit *h)
{
    return !list_is_empty(&h->without) || !list_is_empty(&h->wanting);
}

/* To the end of the line of those who have as much as g: something or
 * nothing. */
static void stand_in_line(struct host_limit_guest *g)
{
    struct host_limit *h = g->host;
    list_remove(&g->line);
    list_append(g->ntaken ? &h->wanting : &h->without, &g->line);
}

static struct host_limit_guest *first_of(const struct list *line)
{
    return list_is_empty(line)
               ? NULL
               : container_of(line->next, struct host_limit_guest, line);
}

/* A slot that is promised is kept for who was called. */
static bool has_slot(const struct host_limit *h)
{
    return h->taken + h->promised < h->limit;
}

static void call_next(struct host_limit *h)
{
    if (!has_slot(h) || !is_wanted(h))
        return;
    struct host_limit_guest *g = first_of(&h->without);
    if (g == NULL)
        g = first_of(&h->wanting);
    list_remove(&g->line);
    g->is_called = true;
    h->promised++;
    g->on_slot(g);
}

static void end_call(struct host_limit_guest *g)
{
    g->host->promised -= g->is_called;
    g->is_called = false;
}

void host_limit_leave(struct host_limit_guest *g)
{
    list_remove(&g->line);
    list_remove(&g->idle);
    host_limit_pass(g);
}

/* ---- slots ---- */

/* The first guest that is asked yields, but for g itself and for those that
 * have no idle connection but such as have yet to say what they can do. */
static bool free_a_slot(const struct host_limit_guest *g)
{
    list_each_safe (pos, &g->host->idle) {
        struct host_limit_guest *other =
            container_of(pos, struct host_limit_guest, idle);
        if (other != g && other->yield(other))
            return true;
    }
    return false;
}

bool host_limit_take(struct host_limit_guest *g, uint64_t now)
{
    struct host_limit *h = g->host;
    if (h == NULL)
        return true;
    end_call(g);
    /* While anybody waits nobody is idle: what becomes idle is given back. */
    bool may_ask = !is_wanted(h);
    if (has_slot(h) || (may_ask && free_a_slot(g))) {
        list_remove(&g->line);
        h->taken++;
        g->ntaken++;
        return true;
    }
    if (!is_in_line(g)) {
        stand_in_line(g);
        g->since = now;
    }
    return false;
}

void host_limit_pass(struct host_limit_guest *g)
{
    if (g->host == NULL)
        return;
    end_call(g);
    call_next(g->host);
}

void host_limit_give(struct host_limit_guest *g)
{
    struct host_limit *h = g->host;
    if (h == NULL)
        return;
    h->taken--;
    g->ntaken--;
    if (g->ntaken == 0 && is_in_line(g))
        stand_in_line(g);
    call_next(h);
}

void host_limit_note_idle(struct host_limit_guest *g, bool has_idle)
{
    if (!has_idle)
        list_remove(&g->idle);
    else if (g->host && list_is_empty(&g->idle))
        list_append(&g->host->idle, &g->idle);
}

bool host_limit_is_wanted(const struct host_limit_guest *g)
{
    return g->host && is_wanted(g->host);
}

bool host_limit_must_yield(struct host_limit_guest *g, uint64_t now)
{
    struct host_limit_guest *other =
        g->host ? first_of(&g->host->without) : NULL;
    if (other == NULL || now - other->since < PATIENCE)
        return false;
    other->since = now;
    /* What g wants besides is for others first. */
    if (is_in_line(g)) {
        stand_in_line(g);
        g->since = now;
    }
    return true;
}
