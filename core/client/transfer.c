/*
 * The life of a transfer: when it waits, flies, rests and ends.  What happens
 * in flight is in hops.c, how the bytes of a response go through it in
 * inflow.c.
 *
 * The sink of an exchange may not end the exchange from inside a callback, so
 * a wish to stop (file too large, output gone, time is up) is noted, further
 * bytes are dropped, and stop_task does it at the end of the turn.
 *
 * on_origin is asked before a place is sought, since the rate of an origin is
 * among its options; the URL is parsed for that, and once more when the place
 * is there, unless that was at once: to keep the parts of a hundred thousand
 * URLs would cost more than to parse those again that had to wait.
 */
#include "client/transfer.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "client/again.h"
#include "client/flight.h"
#include "client/hops.h"
#include "client/inflow.h"
#include "client/request_settings.h"
#include "client/result.h"
#include "client/retry.h"

/* Kept for later. */
#define FREE_MAX ((size_t)1024)

static struct loop *loop_of(const struct transfer *t)
{
    return t->client->loop;
}

/* Memory. */

static struct transfer *take_memory(struct client *c)
{
    struct transfer *t = c->free_transfers;
    if (t == NULL)
        return XALLOC_NEW(struct transfer);
    c->free_transfers = t->next_free;
    c->nfree_transfers--;
    *t = (struct transfer){.face = NULL};
    return t;
}

void transfer_free(struct client *c, struct transfer *t)
{
    free(t->tries);
    t->tries = NULL;
    if (c->nfree_transfers >= FREE_MAX) {
        free(t);
        return;
    }
    t->next_free = c->free_transfers;
    c->free_transfers = t;
    c->nfree_transfers++;
}

void transfer_free_all(struct client *c)
{
    while (c->free_transfers) {
        struct transfer *t = c->free_transfers;
        c->free_transfers = t->next_free;
        free(t);
    }
    c->nfree_transfers = 0;
}

/* Out of every list and timer; the memory goes at the end of the turn, or at
 * once when no callback can be in it. */
static void retire(struct transfer *t)
{
    struct client *c = t->client;
    if (t->flight && t->flight->is_stopping && !t->flight->is_begun)
        c->nstopping--;
    admission_leave(&c->admission, &t->ticket);
    loop_disarm(c->loop, &t->timer);
    list_remove(&t->link);
    if (t->flight == NULL) {
        transfer_free(c, t);
        return;
    }
    t->flight->corpse = t;
    flight_retire(t);
}

/* Ends. */

void transfer_finish(struct transfer *t, const struct fault *fault)
{
    struct qv_transfer *face = t->face;
    struct client *client = t->client;
    struct qv_result result;
    if (fault == NULL && t->ticket.site &&
        !retry_is_patience(t->flight->hop.status)) {
        site_earn(t->ticket.site);
        admission_heard(&client->admission, &t->ticket);
    }
    result_fill(&result, t->flight, fault);
    if (t->started_at == 0)
        tally_started(t); /* and at once over */
    tally_ended(t, fault);
    t->face = NULL;
    face->state = NULL;
    retire(t);
    face->ops->on_done(face, &result);
    client_release(client);
}

void transfer_cancel(struct transfer *t)
{
    struct client *client = t->client;
    if (t->flight && t->flight->ex.state != EXCHANGE_DONE) {
        pool_cancel(&t->flight->ex);
        hops_account(t->flight);
    }
    tally_cancelled(t);
    t->face->state = NULL;
    t->face = NULL;
    retire(t);
    client_release(client);
}

void transfer_on_stop(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, stop_task);
    struct transfer *t = f->transfer;
    if (f->ex.state != EXCHANGE_DONE)
        pool_cancel(&f->ex);
    if (!f->hop.is_over)
        hops_account(f);
    if (f->stop.code == ERR_NONE) {
        f->is_stopping = false;
        hops_over(f); /* a long body that nobody wanted */
        return;
    }
    struct fault why = f->stop;
    if (t->ticket.site == NULL || !again_after_fault(f, &why))
        transfer_finish(t, &why);
}

void transfer_stop(struct transfer *t, const struct fault *why)
{
    if (t->flight == NULL) {
        /* It has no place and will not need one. */
        admission_leave(&t->client->admission, &t->ticket);
        loop_disarm(loop_of(t), &t->timer);
        flight_take(t);
    }
    struct flight *f = t->flight;
    if (f->is_stopping)
        return;
    f->is_stopping = true;
    f->stop = *why;
    if (!f->is_begun)
        t->client->nstopping++;
    loop_later(loop_of(t), &f->stop_task);
}

void transfer_fail(struct transfer *t, enum err code, const char *text)
{
    struct fault fault;
    fault_set(&fault, code, 0, "%s", text);
    if (t->flight && t->flight->is_stopping)
        return;
    transfer_stop(t, &fault);
    t->flight->is_final = true;
}

/* Time. */

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct transfer *t = container_of(timer, struct transfer, timer);
    const struct exchange *ex = &t->flight->ex;
    struct fault fault;
    const char *stage = ex->submitted_at == 0 ? "Connecting" : "Operation";
    fault_set(&fault, ERR_TIMEOUT, 0,
              "%s timed out after %llu milliseconds with %llu bytes received",
              stage, (unsigned long long)((now - t->try_at) / LOOP_MS),
              (unsigned long long)ex->bytes_body_received);
    transfer_stop(t, &fault);
}

static uint64_t count_bytes(struct slowness *s)
{
    const struct flight *f = container_of(s, struct flight, slowness);
    const struct totals *sums = &f->transfer->totals;
    const struct exchange *ex = &f->ex;
    return sums->header_bytes + sums->request_bytes + ex->bytes_body_sent +
           ex->bytes_head_received + ex->bytes_body_received;
}

static void on_slow(struct slowness *s)
{
    struct flight *f = container_of(s, struct flight, slowness);
    struct fault fault;
    if (f->is_paused) { /* it is the caller who is slow */
        slowness_forgive(s);
        return;
    }
    fault_set(&fault, ERR_TIMEOUT, 0,
              "Operation too slow. Less than %llu bytes/sec transferred the "
              "last %llu seconds",
              (unsigned long long)s->rule.limit,
              (unsigned long long)(s->rule.time / LOOP_S));
    transfer_stop(f->transfer, &fault);
}

static void start_clocks(struct transfer *t)
{
    const struct qv_options *o = &t->options;
    struct slowness *s = &t->flight->slowness;
    if (o->max_time) {
        t->timer.on_expired = on_deadline;
        loop_arm(loop_of(t), &t->timer, t->try_at + o->max_time);
    }
    if (o->speed_limit || o->speed_time) {
        s->count = count_bytes;
        s->on_slow = on_slow;
        slowness_start(s, loop_of(t),
                       &(struct slowness_rule){.limit = o->speed_limit,
                                               .time = o->speed_time});
    }
}

/* The way to a place. */

static struct span first_method(const struct qv_request *ask)
{
    if (ask->method)
        return span_str(ask->method);
    if (ask->head)
        return SPAN_LIT("HEAD");
    return ask->body.kind == QV_BODY_NONE ? SPAN_LIT("GET") : SPAN_LIT("POST");
}

static struct span first_referer(const struct qv_request *ask)
{
    struct span r = span_str(ask->referer);
    struct span automatic = SPAN_LIT(";auto");
    if (r.len >= automatic.len &&
        span_equal(span_of(r.base + r.len - automatic.len, automatic.len),
                   automatic))
        r.len -= automatic.len;
    return r.len > 0 ? r : (struct span){NULL, 0};
}

/* False: it is being stopped. */
static bool parse_url(struct transfer *t)
{
    struct flight *f = t->flight;
    f->method = first_method(t->ask);
    f->referer = first_referer(t->ask);
    struct url_options o = {.default_scheme = t->ask->default_scheme,
                            .path_as_is = t->ask->options.path_as_is};
    struct fault fault = {0};
    if (url_parse(&f->url, span_str(t->ask->url), &o, &f->arena, &fault))
        return true;
    transfer_stop(t, &fault);
    return false;
}

/* The host as connections are made to it. */
static struct span host_of(struct flight *f)
{
    return url_address(&f->url, &f->arena);
}

static void ask_origin(struct transfer *t, struct span host)
{
    const struct qv_client_options *c = &t->client->options;
    struct flight *f = t->flight;
    t->options = t->ask->options;
    if (c->on_origin == NULL)
        return;
    c->on_origin(c->user, t->face, url_is_secure(&f->url) ? "https" : "http",
                 (const char *)arena_copy(&f->arena, host).base, f->url.port,
                 &t->options);
}

static void tell_waiting(struct transfer *t)
{
    uint64_t now = loop_now(loop_of(t));
    uint64_t due = site_due(t->ticket.site);
    const struct pace *all = &t->client->admission.pace;
    if (all->interval && all->next > due)
        due = all->next;
    bool is_held = t->ticket.site->hold_until > now;
    tally_waiting(t,
                  is_held     ? "hold"
                  : due > now ? "rate"
                              : "limit",
                  due > now ? due - now : 0);
}

void transfer_seek_place(struct transfer *t, bool is_hop)
{
    struct client *c = t->client;
    struct flight *f = t->flight;
    struct span host = host_of(f);
    ask_origin(t, host);
    str_clear(&c->key);
    site_key(&c->key, url_is_secure(&f->url), host, f->url.port);
    struct admission_wish wish = {
        .key = str_span(&c->key),
        .rate = t->options.pool.rate,
        .is_first = is_hop || t->totals.retries > 0,
    };
    if (is_hop)
        admission_move(&c->admission, &t->ticket, &wish);
    else
        admission_enter(&c->admission, &t->ticket, &wish);
    if (t->ticket.state == TICKET_WAITING)
        tell_waiting(t);
}

/* A try begins: its place is sought; until that is there, it is light. */
static void begin_try(struct transfer *t)
{
    flight_take(t);
    if (!parse_url(t))
        return;
    transfer_seek_place(t, false);
    if (t->ticket.state == TICKET_WAITING)
        flight_put_back(t);
}

void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask)
{
    struct transfer *t = take_memory(c);
    t->face = face;
    t->client = c;
    t->ask = ask;
    t->id = c->next_xfer_id++;
    face->state = t;
    list_append(&c->transfers, &t->link);
    client_hold(c);
    begin_try(t);
}

/* It has a place. */

static void on_upload_ready(struct upload *u)
{
    struct flight *f = container_of(u, struct flight, upload);
    pool_resume(&f->ex);
}

static void init_body(struct flight *f)
{
    const struct qv_body *b = &f->transfer->ask->body;
    switch (b->kind) {
    case QV_BODY_NONE:
        return;
    case QV_BODY_BYTES:
        body_bytes_init(&f->bytes, span_of(b->bytes, b->len));
        f->ex.body = &f->bytes.source;
        break;
    case QV_BODY_FD:
        upload_init(&f->upload, f->client->loop, b->fd, b->fd_len);
        f->upload.on_ready = on_upload_ready;
        f->ex.body = &f->upload.source;
        break;
    case QV_BODY_PARTS:
        upload_parts_init(&f->parts, b->parts, b->nparts);
        f->ex.body = &f->parts.source;
        break;
    }
    f->has_body = true;
}

/* Now and not when it was asked for: it may have waited for long. */
static bool measure_body(struct flight *f, struct fault *fault)
{
    return f->transfer->ask->body.kind != QV_BODY_PARTS ||
           upload_parts_measure(&f->parts, fault);
}

/* Of each hop: the options may be others at another origin. */
static bool make_settings(struct flight *f, struct fault *fault)
{
    return request_settings(&f->settings, &f->transfer->options,
                            &f->client->options, fault);
}

/* The first hop of a try. */
static bool begin_flight(struct transfer *t, struct fault *fault)
{
    struct flight *f = t->flight;
    f->is_begun = true;
    t->try_at = loop_now(loop_of(t));
    if (t->started_at == 0) {
        t->started_at = t->try_at;
        tally_started(t);
    }
    init_body(f);
    flight_clear_hop(f);
    start_clocks(t);
    return measure_body(f, fault);
}

/* Before the first byte may leave.  False: the caller has cancelled it. */
static bool announce(struct transfer *t)
{
    struct qv_transfer *face = t->face;
    if (t->is_announced)
        return true;
    t->is_announced = true;
    if (face->ops->on_start)
        face->ops->on_start(face);
    return t->face != NULL;
}

void transfer_on_start(struct ticket *ticket)
{
    struct transfer *t = container_of(ticket, struct transfer, ticket);
    struct fault fault = {0};
    if (t->flight == NULL) { /* it has waited */
        flight_take(t);
        if (!parse_url(t))
            return;
    }
    struct flight *f = t->flight;
    if (f->is_stopping)
        return;
    if ((!f->is_begun && !begin_flight(t, &fault)) ||
        !make_settings(f, &fault)) {
        transfer_stop(t, &fault);
        return;
    }
    if (announce(t) && !f->is_stopping)
        hops_start(f);
}

/* Between two tries. */

static struct qv_try try_of(const struct transfer *t, const struct fault *why)
{
    const struct flight *f = t->flight;
    uint64_t now = loop_now(loop_of(t));
    struct qv_try one = {
        .response_code = f->hop.status,
        .time_start = (double)(t->try_at - t->started_at) / (double)LOOP_S,
        .time_total = (double)(now - t->try_at) / (double)LOOP_S,
    };
    result_error(&one.error, why);
    return one;
}

void transfer_note_try(struct transfer *t, const struct fault *why,
                       uint64_t delay, const char *reason)
{
    if (t->ntries == TRANSFER_TRIES_MAX)
        return;
    struct qv_try one = try_of(t, why);
    one.delay = (double)delay / (double)LOOP_S;
    one.reason = reason;
    t->tries = xalloc_resize(t->tries, (t->ntries + 1) * sizeof one);
    t->tries[t->ntries++] = one;
}

static void on_rested(struct loop_timer *timer, uint64_t now)
{
    struct transfer *t = container_of(timer, struct transfer, timer);
    (void)now;
    begin_try(t);
}

static void trace_rest(const struct transfer *t, const struct fault *why,
                       uint64_t delay)
{
    struct loop *loop = loop_of(t);
    const struct flight *f = t->flight;
    char status[32] = "";
    if (!trace_wanted(loop_trace(loop)))
        return;
    if (why == NULL)
        (void)snprintf(status, sizeof status, "the answer was %d",
                       f->hop.status);
    trace_printf(loop_trace(loop), TRACE_RETRY, loop_now(loop),
                 f->facts ? f->facts->id : 0,
                 "Trying again in %.1f s (%u of %u): %s",
                 (double)delay / (double)LOOP_S, t->totals.retries,
                 t->options.retry.max, why ? why->detail : status);
}

void transfer_rest(struct transfer *t, const struct fault *why, uint64_t delay,
                   const char *reason)
{
    transfer_note_try(t, why, delay, reason);
    t->totals.retries++;
    t->totals.redirects = 0;
    t->has_told = false;
    trace_rest(t, why, delay);
    tally_retried(t, reason, delay, why);
    admission_rest(&t->client->admission, &t->ticket);
    flight_retire(t);
    t->timer.on_expired = on_rested;
    loop_disarm(loop_of(t), &t->timer);
    loop_arm(loop_of(t), &t->timer, loop_now(loop_of(t)) + delay);
}

void transfer_resume(struct transfer *t)
{
    struct flight *f = t->flight;
    if (f == NULL || !f->is_paused)
        return;
    f->is_paused = false;
    loop_later(loop_of(t), &f->resume_task);
}
