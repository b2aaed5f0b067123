#include "pool/fake_dial.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"

struct dial fake_dials[FAKE_MAX];
size_t fake_ndials;
size_t fake_nlooks;
static uint64_t conn_ids;

void fake_reset(void)
{
    fake_ndials = 0;
    fake_nlooks = 0;
    conn_ids = 0;
}

size_t fake_dials_running(void)
{
    size_t n = 0;
    for (size_t i = 0; i < fake_ndials; i++)
        n += !fake_dials[i].is_over;
    return n;
}

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner)
{
    (void)dialer;
    (void)target;
    assert(fake_ndials < FAKE_MAX);
    struct dial *d = &fake_dials[fake_ndials++];
    *d = (struct dial){.events = events, .owner = owner};
    return d;
}

void *dial_owner(const struct dial *d)
{
    return d->owner;
}

const struct conn_facts *dial_facts(const struct dial *d)
{
    (void)d;
    return NULL;
}

const struct route_run *dial_run(const struct dial *d)
{
    return &d->run;
}

void dial_cancel(struct dial *d)
{
    d->is_over = true;
}

static struct fake_conn *fake_of(const struct conn *c)
{
    return container_of((struct conn *)(uintptr_t)c, struct fake_conn, conn);
}

static void take_off(struct exchange *ex)
{
    list_remove(&ex->link);
    conn_release(ex->conn, ex);
}

static void submit(struct conn *c, struct exchange *ex)
{
    struct fake_conn *f = fake_of(c);
    assert(c->active < f->limit && !f->is_draining && !f->is_closed);
    conn_take(c, ex, 1);
    list_append(&f->exchanges, &ex->link);
    f->nsubmitted++;
}

static void cancel(struct conn *c, struct exchange *ex)
{
    fake_of(c)->ncancelled++;
    take_off(ex);
}

static void reset(struct conn *c, struct exchange *ex, uint64_t code)
{
    fake_of(c)->reset_code = code;
    cancel(c, ex);
}

static void resume(struct conn *c, struct exchange *ex, unsigned ways)
{
    (void)ex;
    fake_of(c)->nresumed++;
    fake_of(c)->ways = ways;
}

static size_t capacity(const struct conn *c)
{
    const struct fake_conn *f = fake_of(c);
    fake_nlooks++;
    return f->is_draining || c->active > f->limit ? 0 : f->limit - c->active;
}

static void features(const struct conn *c, struct conn_features *f)
{
    fake_nlooks++;
    *f = fake_of(c)->features;
}

static void drain(struct conn *c)
{
    fake_of(c)->is_draining = true;
}

static void close_it(struct conn *c)
{
    fake_of(c)->is_closed = true;
}

static bool ping(struct conn *c, uint64_t interval)
{
    (void)interval;
    fake_of(c)->npings++;
    return c->facts.version >= HTTP_VERSION_2;
}

static uint64_t heard(const struct conn *c)
{
    return fake_of(c)->heard;
}

static enum conn_move migrate(struct conn *c, bool is_forced)
{
    (void)is_forced;
    return fake_of(c)->move;
}

static uint64_t rtt(const struct conn *c)
{
    (void)c;
    return 7;
}

static void path_stats(const struct conn *c, struct path_stats *stats)
{
    stats->rtt = rtt(c);
}

static const struct conn_ops ops = {
    .name = "fake",
    .title = "HTTP/fake",
    .submit = submit,
    .cancel = cancel,
    .reset = reset,
    .resume = resume,
    .capacity = capacity,
    .features = features,
    .drain = drain,
    .close = close_it,
    .ping = ping,
    .migrate = migrate,
    .heard = heard,
    .rtt = rtt,
    .path_stats = path_stats,
};

static struct fake_conn *hand_over(size_t dial, enum http_version version,
                                   size_t limit, size_t told,
                                   const struct conn_features *features)
{
    struct dial *d = &fake_dials[dial];
    struct fake_conn *f = XALLOC_NEW(struct fake_conn);
    assert(dial < fake_ndials && !d->is_over);
    d->is_over = true;
    f->conn.ops = &ops;
    f->conn.facts.version = version;
    f->conn.facts.id = ++conn_ids;
    f->conn.limit = told;
    f->limit = limit;
    if (features)
        f->features = *features;
    list_init(&f->exchanges);
    d->events->on_connected(d, &f->conn);
    return f;
}

struct fake_conn *fake_connect(size_t dial, enum http_version version,
                               size_t limit)
{
    return hand_over(dial, version, limit, limit, NULL);
}

struct fake_conn *fake_connect_untold(size_t dial, enum http_version version,
                                      size_t limit)
{
    return hand_over(dial, version, limit, CONN_LIMIT_UNKNOWN, NULL);
}

struct fake_conn *fake_connect_with(size_t dial, enum http_version version,
                                    size_t limit, unsigned has,
                                    unsigned pending)
{
    const struct conn_features f = {.has = has, .pending = pending};
    return hand_over(dial, version, limit, limit, &f);
}

static void fail_with(size_t dial, enum err code, uint64_t wire)
{
    struct dial *d = &fake_dials[dial];
    struct conn_facts facts = {.nattempts = 1};
    struct fault fault;
    assert(dial < fake_ndials && !d->is_over);
    d->is_over = true;
    fault_set(&fault, code, wire, "refused");
    d->events->on_failed(d, &fault, &facts);
}

void fake_refuse(size_t dial, enum err code)
{
    fail_with(dial, code, 0);
}

void fake_starve(size_t dial)
{
    fail_with(dial, ERR_CONNECT, EMFILE);
}

struct exchange *fake_first(struct fake_conn *f)
{
    assert(!list_is_empty(&f->exchanges));
    return container_of(f->exchanges.next, struct exchange, link);
}

void fake_answer(struct fake_conn *f, struct exchange *ex)
{
    take_off(ex);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, NULL);
    f->conn.events->on_capacity(&f->conn);
}

void fake_return(struct fake_conn *f, struct exchange *ex)
{
    struct fault why;
    fault_set(&why, ERR_H2_STREAM, 7, "refused stream");
    take_off(ex);
    f->conn.events->on_returned(
        &f->conn, ex, f->is_draining ? CONN_RETURN_GOAWAY : CONN_RETURN_REFUSED,
        &why);
}

void fake_drain(struct fake_conn *f)
{
    struct fault why;
    fault_set(&why, ERR_NONE, 0, "GOAWAY");
    f->is_draining = true;
    f->conn.events->on_draining(&f->conn, &why);
}

static void die_of(struct fake_conn *f, const struct fault *cause)
{
    struct fault why = *cause;
    f->is_draining = true;
    while (!list_is_empty(&f->exchanges)) {
        struct exchange *ex = fake_first(f);
        take_off(ex);
        ex->state = EXCHANGE_DONE;
        ex->sink->on_done(ex, &why);
    }
    f->conn.events->on_closed(&f->conn, &why);
}

void fake_die(struct fake_conn *f)
{
    struct fault why;
    fault_set(&why, ERR_RECV, 0, "connection reset");
    die_of(f, &why);
}

void fake_die_of_path(struct fake_conn *f)
{
    struct fault why;
    fault_set(&why, ERR_RECV, 0, "the path is dead");
    why.remedy = REMEDY_PATH;
    die_of(f, &why);
}

void fake_lose(struct fake_conn *f)
{
    struct fault why;
    fault_set(&why, ERR_SEND, 0, "closed before it was sent");
    f->is_draining = true;
    while (!list_is_empty(&f->exchanges)) {
        struct exchange *ex = fake_first(f);
        take_off(ex);
        f->conn.events->on_returned(&f->conn, ex, CONN_RETURN_UNSENT, &why);
    }
    f->conn.events->on_closed(&f->conn, &why);
}

void fake_end(struct fake_conn *f)
{
    assert(list_is_empty(&f->exchanges));
    f->is_draining = true;
    f->conn.events->on_closed(&f->conn, NULL);
}

void fake_raise_limit(struct fake_conn *f, size_t limit)
{
    f->limit = limit;
    f->conn.limit = limit;
    f->conn.events->on_capacity(&f->conn);
}

void fake_tell_features(struct fake_conn *f, unsigned has)
{
    f->features = (struct conn_features){.has = has};
    f->conn.events->on_features(&f->conn);
}

void fake_free(struct fake_conn *f)
{
    free(f);
}
