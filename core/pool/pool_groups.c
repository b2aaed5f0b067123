/*
 * Which connection serves an exchange, and what all of them will carry.
 *
 * Connections that take exchanges stand in groups, one for each set of
 * features that occurs: mostly there is one, with two protocols two.  So
 * whether an exchange's needs can be met is asked of a few groups, whatever
 * the number of connections, and all in a group will do or none.
 *
 * The best is the one with most capacity, and of those with as much the one
 * that was used last.  For HTTP/1 that is the last used one: the others age,
 * and are closed.  For HTTP/2 and 3 it keeps connections evenly loaded.  A heap
 * for each group has the best one on top.  Capacity may shrink without a word
 * (a setting, a GOAWAY in the same turn), so the top is asked again before it
 * is believed.
 *
 * What they will carry is a sum that is kept, not made: it is asked for with
 * each exchange that waits while the pool grows.  The exchanges that run are
 * counted by the connections themselves (conn.total), so the sum is right even
 * in the midst of a connection's turn.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "pool/pool_self.h"

static struct pool_member *of_rank(struct heap_node *n)
{
    return container_of(n, struct pool_member, rank);
}

static struct pool_member *of_group(struct list *l)
{
    return container_of(l, struct pool_member, in_group);
}

static uint32_t clip(size_t n)
{
    return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static bool includes(unsigned set, unsigned needs)
{
    return (set & needs) == needs;
}

/* ---- groups ---- */

static struct pool_group *get_group(struct pool *p,
                                    const struct conn_features *f)
{
    list_each (pos, &p->groups) {
        struct pool_group *g = container_of(pos, struct pool_group, link);
        if (g->has == f->has && g->pending == f->pending)
            return g;
    }
    struct pool_group *g = XALLOC_NEW(struct pool_group);
    g->has = f->has;
    g->pending = f->pending;
    heap_init(&g->ready);
    list_init(&g->members);
    list_append(&p->groups, &g->link);
    return g;
}

static void drop_if_empty(struct pool_group *g)
{
    if (!list_is_empty(&g->members))
        return;
    list_remove(&g->link);
    heap_fini(&g->ready);
    free(g);
}

/* Connections open one after the other, so it is the last but for one whose
 * features were told late. */
static void add_member(struct pool_group *g, struct pool_member *member)
{
    struct list *after = g->members.prev;
    while (after != &g->members &&
           of_group(after)->opened_at > member->opened_at)
        after = after->prev;
    list_prepend(after, &member->in_group);
}

/* ---- what they carry ---- */

static void take_back(struct pool_member *member)
{
    struct pool_group *g = member->group;
    struct conn *c = member->conn;
    g->carried -= member->carries;
    g->nuntold -= member->is_untold;
    if (c->total)
        *c->total -= c->active;
    c->total = NULL;
    member->carries = 0;
    member->is_untold = false;
}

/*
 * A limit that was told counts even where capacity is missing just now:
 * HTTP/3's comes back a round trip after a stream has ended.  With nothing
 * running it may never come, and what counts is the capacity that is there.
 */
static void count(struct pool_member *member)
{
    const struct pool *p = member->pool;
    struct pool_group *g = member->group;
    struct conn *c = member->conn;
    size_t capacity = pool_capacity_of(c);
    size_t limit =
        pool_capacity_limit(p) < c->limit ? pool_capacity_limit(p) : c->limit;
    member->is_untold =
        c->limit == CONN_LIMIT_UNKNOWN && (c->active > 0 || capacity > 0);
    if (!member->is_untold)
        member->carries = clip(c->active > 0 ? limit : capacity);
    g->carried += member->carries;
    g->nuntold += member->is_untold;
    c->total = member->is_untold ? &g->nactive_untold : &g->nactive;
    *c->total += c->active;
}

static uint64_t left_of(uint64_t carried, uint64_t active)
{
    return active < carried ? carried - active : 0;
}

/* A limit that was not told is likely that of the connection before. */
static uint64_t carry_of(const struct pool *p, const struct pool_group *g)
{
    uint64_t sum = left_of(g->carried, g->nactive);
    if (g->nuntold == 0)
        return sum;
    if (p->limit == 0)
        return SIZE_MAX;
    return sum +
           left_of((uint64_t)clip(p->limit) * g->nuntold, g->nactive_untold);
}

size_t pool_groups_carry(const struct pool *p, unsigned needs)
{
    uint64_t sum = 0;
    list_each (pos, &p->groups) {
        const struct pool_group *g = container_of(pos, struct pool_group, link);
        uint64_t more =
            includes(g->has | g->pending, needs) ? carry_of(p, g) : 0;
        if (more >= SIZE_MAX - sum)
            return SIZE_MAX;
        sum += more;
    }
    return (size_t)sum;
}

/* ---- who has capacity ---- */

/* Less is better.  The clock goes round after 2^32 uses: then some connection
 * passes for used just now, once. */
static uint64_t rank_of(const struct pool_member *member, size_t capacity)
{
    return UINT64_MAX - ((uint64_t)clip(capacity) << 32 | member->used);
}

static void rank(struct pool_member *member)
{
    struct heap *ready = &member->group->ready;
    size_t capacity = pool_capacity_of(member->conn);
    heap_remove(ready, &member->rank);
    if (capacity > 0)
        heap_insert(ready, &member->rank, rank_of(member, capacity));
}

void pool_groups_note(struct pool_member *member)
{
    if (member->group == NULL)
        return;
    take_back(member);
    count(member);
    rank(member);
}

void pool_groups_leave(struct pool_member *member)
{
    struct pool_group *g = member->group;
    if (g == NULL)
        return;
    take_back(member);
    heap_remove(&g->ready, &member->rank);
    list_remove(&member->in_group);
    member->group = NULL;
    drop_if_empty(g);
}

void pool_groups_enter(struct pool_member *member)
{
    struct conn *c = member->conn;
    struct conn_features f = {.has = 0};
    c->ops->features(c, &f);
    pool_groups_leave(member);
    member->group = get_group(member->pool, &f);
    member->pool->offers = f.has | f.pending;
    add_member(member->group, member);
    count(member);
    rank(member);
}

/* ---- which one ---- */

static struct pool_member *best_of(struct pool_group *g)
{
    struct heap_node *top;
    while ((top = heap_first(&g->ready)) != NULL) {
        struct pool_member *member = of_rank(top);
        size_t capacity = pool_capacity_of(member->conn);
        if (rank_of(member, capacity) == top->key)
            return member;
        pool_groups_note(member);
    }
    return NULL;
}

/* Looks only at those that were made since. */
static struct pool_member *fresh_of(struct pool_group *g, uint64_t since)
{
    for (struct list *pos = g->members.prev; pos != &g->members;
         pos = pos->prev) {
        struct pool_member *member = of_group(pos);
        if (member->opened_at < since)
            return NULL;
        if (heap_has(&member->rank) && pool_capacity_of(member->conn) > 0)
            return member;
    }
    return NULL;
}

static struct pool_member *best_for(struct pool *p, const struct exchange *ex)
{
    struct pool_member *best = NULL;
    list_each (pos, &p->groups) {
        struct pool_group *g = container_of(pos, struct pool_group, link);
        if (!includes(g->has, ex->needs))
            continue;
        struct pool_member *member =
            ex->needs_fresh ? fresh_of(g, ex->queued_at) : best_of(g);
        if (member && (best == NULL || member->rank.key < best->rank.key))
            best = member;
    }
    return best;
}

struct conn *pool_groups_pick(struct pool *p, const struct exchange *ex)
{
    struct pool_member *member;
    while ((member = best_for(p, ex)) != NULL && pool_evict_is_due(member))
        pool_members_retire(member, POOL_CLOSE_AGE);
    return member ? member->conn : NULL;
}

uint64_t pool_groups_newest(const struct pool *p, unsigned needs)
{
    uint64_t newest = 0;
    list_each (pos, &p->groups) {
        const struct pool_group *g = container_of(pos, struct pool_group, link);
        if (!includes(g->has | g->pending, needs))
            continue;
        uint64_t opened_at = of_group(g->members.prev)->opened_at;
        newest = opened_at > newest ? opened_at : newest;
    }
    return newest;
}

bool pool_groups_may_serve(const struct pool *p, unsigned needs)
{
    list_each (pos, &p->groups) {
        const struct pool_group *g = container_of(pos, struct pool_group, link);
        if (includes(g->has | g->pending, needs))
            return true;
    }
    return false;
}
