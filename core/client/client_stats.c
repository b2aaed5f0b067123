#include "client/client_stats.h"

#include <assert.h>
#include <string.h>

#include "pool/alternatives.h"
#include "pool/manager.h"
#include "pool/pool_counters.h"

/* The public numbers are the counters's. */
static_assert((int)QV_PROTOCOLS == (int)POOL_PROTOCOL_COUNT, "protocols");
static_assert((int)QV_CLOSES == (int)POOL_CLOSE_COUNT, "closes");
static_assert((int)QV_STAGES == (int)POOL_STAGE_COUNT, "stages");
static_assert((int)QV_FAILURES == (int)POOL_FAILURE_COUNT, "failures");
static_assert((int)QV_STATUS_CLASSES == POOL_STATUS_CLASSES, "classes");
static_assert((int)QV_HISTOGRAM_BOUNDS == HISTOGRAM_BOUNDS, "bounds");

struct qv_histogram client_stats_histogram(const struct histogram *h)
{
    struct qv_histogram out = {.count = h->count, .sum = h->sum, .max = h->max};
    memcpy(out.buckets, h->buckets, sizeof out.buckets);
    return out;
}

static void fill_counters(const struct pool_counters *l,
                          struct qv_pool_stats *s)
{
    *s = (struct qv_pool_stats){
        .origin = l->origin,
        .dials = l->dials,
        .dials_failed = l->dials_failed,
        .waited = l->queued,
        .expired = l->expired,
        .returned = l->returned,
        .resumed = l->resumed,
        .migrations = l->migrations,
        .early_accepted = l->early_accepted,
        .early_rejected = l->early_rejected,
        .packets_sent = l->packets_sent,
        .packets_lost = l->packets_lost,
        .retries = l->retries,
        .bytes_in = l->bytes_in,
        .bytes_out = l->bytes_out,
        .durations = client_stats_histogram(&l->durations),
    };
    memcpy(s->failures, l->failures, sizeof s->failures);
    memcpy(s->opened, l->opened, sizeof s->opened);
    memcpy(s->closed, l->closed, sizeof s->closed);
    memcpy(s->requests, l->requests, sizeof s->requests);
    for (int i = 0; i < QV_STAGES; i++)
        s->stages[i] = client_stats_histogram(&l->stages[i]);
}

/* Of what is open: TCP's would cost a system call each. */
static void add_packets(void *user, const struct pool_conn *pc)
{
    struct qv_pool_stats *s = user;
    struct path_stats path = {0};
    if (pc->conn->facts.version != HTTP_VERSION_3)
        return;
    pc->conn->ops->path_stats(pc->conn, &path);
    s->packets_sent += path.packets_sent;
    s->packets_lost += path.packets_lost;
}

static void fill_pool(const struct pool *pool, struct qv_pool_stats *s)
{
    struct pool_stats now;
    pool_get_stats(pool, &now);
    fill_counters(pool_counters((struct pool *)(uintptr_t)pool), s);
    s->queued = now.queued;
    s->active = now.active;
    s->connections = now.connections;
    s->idle = now.idle;
    s->dialling = now.dials;
    pool_each(pool, add_packets, s);
}

static void add_histogram(struct qv_histogram *to, const struct qv_histogram *h)
{
    to->count += h->count;
    to->sum += h->sum;
    if (h->max > to->max)
        to->max = h->max;
    for (int i = 0; i <= QV_HISTOGRAM_BOUNDS; i++)
        to->buckets[i] += h->buckets[i];
}

static void add_counts(uint64_t *to, const uint64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

void client_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s)
{
    to->queued += s->queued;
    to->active += s->active;
    to->connections += s->connections;
    to->idle += s->idle;
    to->dialling += s->dialling;
    to->dials += s->dials;
    to->dials_failed += s->dials_failed;
    to->waited += s->waited;
    to->expired += s->expired;
    to->returned += s->returned;
    to->resumed += s->resumed;
    to->migrations += s->migrations;
    to->early_accepted += s->early_accepted;
    to->early_rejected += s->early_rejected;
    to->packets_sent += s->packets_sent;
    to->packets_lost += s->packets_lost;
    to->retries += s->retries;
    to->bytes_in += s->bytes_in;
    to->bytes_out += s->bytes_out;
    add_histogram(&to->durations, &s->durations);
    add_counts(to->failures, s->failures, QV_FAILURES);
    add_counts(to->opened, s->opened, QV_PROTOCOLS);
    add_counts(to->closed, s->closed, QV_CLOSES);
    add_counts(to->requests[0], s->requests[0],
               (size_t)QV_PROTOCOLS * QV_STATUS_CLASSES);
    for (int i = 0; i < QV_STAGES; i++)
        add_histogram(&to->stages[i], &s->stages[i]);
}

/* Pools. */

struct pool_visit {
    void (*each)(void *user, const struct qv_pool_stats *stats);
    void *user;
};

static void visit_pool(void *user, const struct pool *pool)
{
    const struct pool_visit *v = user;
    struct qv_pool_stats stats;
    fill_pool(pool, &stats);
    v->each(v->user, &stats);
}

void client_stats_pools(const struct client *c,
                        void (*each)(void *user,
                                     const struct qv_pool_stats *stats),
                        void *user)
{
    struct pool_visit v = {.each = each, .user = user};
    struct qv_pool_stats past;
    manager_each(c->manager, visit_pool, &v);
    fill_counters(manager_past(c->manager), &past);
    past.origin = QV_ORIGIN_OTHER;
    if (past.dials > 0 || past.durations.count > 0)
        each(user, &past);
}

/* Alternatives. */

static void count_broken(void *user, struct span key, int64_t until)
{
    size_t *n = user;
    (void)key;
    (void)until;
    (*n)++;
}

static void fill_alternatives(const struct client *c, struct qv_stats *stats)
{
    const struct alternatives *a = manager_alternatives(c->manager);
    stats->marked_broken = a->nfailed;
    broken_each(&a->broken, a->now(), count_broken, &stats->broken);
}

/* All of it. */

static void sum_pool(void *user, const struct qv_pool_stats *pool)
{
    struct qv_stats *stats = user;
    stats->npools += strcmp(pool->origin, QV_ORIGIN_OTHER) != 0;
    client_stats_add(&stats->pools, pool);
}

void client_stats_get(const struct client *c, struct qv_stats *stats)
{
    const struct client_counters *n = &c->counters;
    *stats = (struct qv_stats){
        .running = c->admission.npermits,
        .waiting = c->admission.nwaiting + c->admission.nbacking_off,
        .done = n->done,
        .failed = n->failed,
        .cancelled = n->cancelled,
        .retried = n->retried,
        .redirected = n->redirected,
        .bytes_in = n->bytes_in,
        .bytes_out = n->bytes_out,
        .channels = n->channels,
    };
    list_each (at, &c->works) {
        const struct client_work *w =
            container_of(at, struct client_work, link);
        w->ops->count(w, stats);
    }
    fill_alternatives(c, stats);
    client_stats_pools(c, sum_pool, stats);
}

/* Connections. */

struct connection_visit {
    void (*each)(void *user, const struct qv_connection_stats *stats);
    void *user;
    uint64_t now;
    const char *origin;
};

static void visit_connection(void *user, const struct pool_conn *pc)
{
    const struct connection_visit *v = user;
    const struct conn_facts *f = &pc->conn->facts;
    struct path_stats path = {0};
    pc->conn->ops->path_stats(pc->conn, &path);
    struct qv_connection_stats stats = {
        .id = f->id,
        .origin = v->origin,
        .protocol =
            pool_counters_protocol_name(pool_counters_protocol(f->version)),
        .active = pc->conn->active,
        .requests = pc->nserved,
        .age = v->now - pool_counters_opened_at(f),
        .is_draining = pc->is_draining,
        .rtt = path.rtt,
        .min_rtt = path.min_rtt,
        .cwnd = path.cwnd,
        .packets_sent = path.packets_sent,
        .packets_lost = path.packets_lost,
    };
    v->each(v->user, &stats);
}

static void visit_connections(void *user, const struct pool *pool)
{
    struct connection_visit *v = user;
    v->origin = pool_counters((struct pool *)(uintptr_t)pool)->origin;
    pool_each(pool, visit_connection, v);
}

void client_stats_connections(
    const struct client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user)
{
    struct connection_visit v = {
        .each = each, .user = user, .now = loop_now(c->loop)};
    manager_each(c->manager, visit_connections, &v);
}
