/*
 * Exchanges that no connection will serve.
 *
 * An exchange that needs a feature waits as long as one of these may bring it:
 * an open connection that has the feature, or has yet to say; a dial under way;
 * a dial that would be made.  The last is the question.  Connections that lack
 * the feature are open, so the server was asked: what the connection that told
 * of itself last has to offer is what the next one will have, most likely.
 * Rejected: a connection more for each such exchange, which is a storm at a
 * server that cannot serve them; and one verdict for ever, which would outlive
 * a server's update.  Without an open connection there is no verdict.
 *
 * A connection that ends before it has told its features has served nobody who
 * waited for them: it counts as fruitless, as if it had given them back, and
 * after some in a row they fail.
 *
 * They fail in a task of their own: it is a start function that finds it out.
 */
#include "base/fault.h"
#include "pool/pool_self.h"

/* Only a connection that was to be made could serve the row. */
static bool is_unserved(const struct pool *p, const struct queue_row *row)
{
    return row->len > 0 && p->ndials == 0 &&
           !pool_groups_may_serve(p, row->needs);
}

bool pool_needs_are_hopeless(const struct pool *p, const struct queue_row *row)
{
    return p->nopen > 0 && (row->needs & ~p->offers) != 0 &&
           is_unserved(p, row);
}

bool pool_needs_have_hopeless(const struct pool *p)
{
    list_each (pos, &p->queue.rows)
        if (pool_needs_are_hopeless(p,
                                    container_of(pos, struct queue_row, link)))
            return true;
    return false;
}

static void fail_hopeless(struct pool *p, struct queue_row *row)
{
    const struct conn *c = container_of(p->open.next, struct conn, link);
    char missing[FEATURE_LIST_MAX];
    struct fault why;
    feature_list(row->needs & ~p->offers, missing);
    fault_set(&why, ERR_NOT_NEGOTIATED, 0, "%s does not offer %s over %s",
              p->counters.origin, missing, c->ops->title);
    queue_fail_row(&p->queue, row, &why, &c->facts);
}

void pool_needs_fail_hopeless(struct pool *p)
{
    list_each (pos, &p->queue.rows) {
        struct queue_row *row = container_of(pos, struct queue_row, link);
        if (pool_needs_are_hopeless(p, row))
            fail_hopeless(p, row);
    }
}

void pool_needs_fail_unserved(struct pool *p, const struct fault *why,
                              const struct conn_facts *facts)
{
    list_each (pos, &p->queue.rows) {
        struct queue_row *row = container_of(pos, struct queue_row, link);
        if (is_unserved(p, row))
            queue_fail_row(&p->queue, row, why, facts);
    }
}

bool pool_needs_await(const struct pool_member *member)
{
    const struct pool_group *g = member->group;
    if (g == NULL || g->pending == 0)
        return false;
    list_each (pos, &member->pool->queue.rows) {
        const struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->len > 0 && (row->needs & g->pending) != 0 &&
            (row->needs & ~(g->has | g->pending)) == 0)
            return true;
    }
    return false;
}
