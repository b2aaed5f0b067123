/*
 * on_origin is asked before a permit is sought, since the rate of an origin is
 * among its options; the URL is parsed for that.  Its parts are in the flight,
 * which waits for the permit with the transfer if few others do.  Those behind
 * them are parsed once more when their permit is there: to keep the parts of a
 * hundred thousand URLs would cost more.
 */
#include "client/transfer_start.h"

#include "base/fault.h"
#include "client/client_counters.h"
#include "client/flight.h"
#include "client/hops.h"
#include "client/request_state.h"
#include "client/transfer_story.h"
#include "client/url_rules.h"

static struct loop *loop_of(const struct transfer *t)
{
    return t->client->loop;
}

/* Time. */

/* What it was waiting for. */
static void add_how_far(const struct exchange *ex, struct str *out)
{
    const struct conn_facts *dial = pool_waits_for(ex);
    if (dial) {
        str_add_text(out, ": ");
        facts_add_standstill(dial, out);
    } else if (ex->state == EXCHANGE_QUEUED) {
        str_add_text(out, ": no connection had room for it");
    } else if (ex->submitted_at != 0 && ex->first_byte_at == 0) {
        str_add_text(out,
                     ex->early == EARLY_DATA_SENT
                         ? ": the request went out early, and no answer to "
                           "the handshake came"
                     : ex->sent_at == 0
                         ? ": the request was still being sent"
                         : ": the server has the request, and has not "
                           "begun to answer");
    }
}

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct transfer *t = container_of(timer, struct transfer, timer);
    const struct exchange *ex = &t->flight->ex;
    unsigned long long ms = (now - t->try_at) / LOOP_MS;
    struct fault fault;
    struct str how_far;
    str_init(&how_far);
    add_how_far(ex, &how_far);
    if (ex->submitted_at == 0)
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "Connecting timed out after %llu milliseconds%s", ms,
                  str_text(&how_far));
    else
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "Operation timed out after %llu milliseconds with %llu bytes "
                  "received%s",
                  ms, (unsigned long long)ex->bytes_body_received,
                  str_text(&how_far));
    str_fini(&how_far);
    transfer_stop(t, &fault);
}

static uint64_t count_bytes(struct slowness *s)
{
    const struct flight *f = container_of(s, struct flight, slowness);
    const struct totals *sums = &f->transfer->totals;
    const struct exchange *ex = &f->ex;
    return sums->header_bytes + sums->request_bytes + ex->bytes_body_sent +
           ex->bytes_head_received + ex->bytes_body_received - f->aside.len;
}

static void on_slow(struct slowness *s)
{
    struct flight *f = container_of(s, struct flight, slowness);
    if (f->is_paused) { /* it is the caller who is slow */
        slowness_forgive(s);
        return;
    }
    struct fault fault;
    fault_set(&fault, ERR_TIMEOUT, 0,
              "Operation too slow. Less than %llu bytes/sec transferred the "
              "last %llu seconds",
              (unsigned long long)s->rule.limit,
              (unsigned long long)(s->rule.time / LOOP_S));
    transfer_stop(f->transfer, &fault);
}

static void start_clocks(struct transfer *t)
{
    const struct qv_options *o = t->flight->options;
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

/* Asking for a permit. */

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
    f->options = request_state_asked(t->ask);
    f->method = first_method(t->ask);
    f->referer = first_referer(t->ask);
    struct url_options o = {.default_scheme = t->ask->default_scheme,
                            .path_as_is = f->options->path_as_is};
    struct fault fault = {0};
    if (url_parse(&f->url, span_str(t->ask->url), &o, &f->arena, &fault)) {
        bool was_secure = f->url.scheme->is_secure;
        learned_upgrade(&f->client->learned, &f->url);
        transfer_story_url(f, was_secure);
        if (url_rules_first(&f->url, f->options, &fault))
            return true;
    }
    transfer_stop(t, &fault);
    return false;
}

/* Waiting with their flights: as many as a reader hands over ahead of as many
 * that fly by default, and some. */
#define READY_MAX ((size_t)64)

static void wait_ready(struct transfer *t)
{
    t->is_ready = true;
    t->client->nready++;
}

/* The host as connections are made to it. */
static struct span host_of(struct flight *f)
{
    return url_address(&f->url, &f->arena);
}

/* Terminated; NULL: there is none. */
static const char *text_of(struct flight *f, struct span s)
{
    return s.base ? (const char *)arena_copy(&f->arena, s).base : NULL;
}

/* False: it has cancelled the transfer, or is ending it. */
static bool ask_origin(struct transfer *t, struct span host)
{
    const struct qv_client_options *c = &t->client->options;
    struct flight *f = t->flight;
    f->options = request_state_asked(t->ask);
    if (c->on_origin == NULL)
        return true;
    const struct qv_origin origin = {
        .scheme = f->url.scheme->is_secure ? "https" : "http",
        .host = text_of(f, host),
        .port = f->url.port,
        .user = text_of(f, f->url.user),
        .password = text_of(f, f->url.password),
        .takes_own = !f->is_foreign ||
                     (f->options->follow_trusted && !t->ask->is_origin_user),
    };
    c->on_origin(c->user, t->face, &origin, f->options);
    return t->face != NULL && !f->is_stopping;
}

static void tell_waiting(struct transfer *t)
{
    uint64_t now = loop_now(loop_of(t));
    uint64_t due = admission_host_due(t->permit.host);
    const struct pace *all = &t->client->admission.pace;
    if (all->interval && all->next > due)
        due = all->next;
    bool is_held = t->permit.host->hold_until > now;
    const char *kind = is_held ? "hold" : due > now ? "rate" : "limit";
    uint64_t wait = due > now ? due - now : 0;
    client_counters_waiting(t, kind, wait);
    transfer_story_waits(t, kind, wait);
}

void transfer_start_seek_permit(struct transfer *t, bool is_hop)
{
    struct client *c = t->client;
    struct flight *f = t->flight;
    struct span host = host_of(f);
    if (!ask_origin(t, host))
        return;
    str_clear(&c->key);
    admission_host_key(&c->key, f->url.scheme->is_secure, host, f->url.port);
    struct admission_wish wish = {
        .key = str_span(&c->key),
        .rate = f->options->pool.rate,
        .is_first = is_hop || t->totals.retries > 0,
    };
    if (is_hop)
        admission_move(&c->admission, &t->permit, &wish);
    else
        admission_enter(&c->admission, &t->permit, &wish);
    if (t->permit.state == PERMIT_WAITING)
        tell_waiting(t);
}

void transfer_start_try(struct transfer *t)
{
    flight_take(t);
    if (!parse_url(t))
        return;
    transfer_start_seek_permit(t, false);
    if (t->permit.state != PERMIT_WAITING)
        return;
    if (t->client->nready < READY_MAX)
        wait_ready(t);
    else
        flight_put_back(t);
}

/* The permit is granted. */

static void init_body(struct flight *f)
{
    const struct request_body_needs needs = {
        .loop = f->client->loop, .ex = &f->ex, .rate = f->options->limit_rate};
    f->body = request_body_new(&f->arena, &f->transfer->ask->body, &needs);
    f->has_body = f->body != NULL;
    if (f->body)
        f->ex.body = f->body->source;
}

/* The first hop of a try. */
static bool begin_flight(struct transfer *t, struct fault *fault)
{
    struct flight *f = t->flight;
    f->is_begun = true;
    t->try_at = loop_now(loop_of(t));
    if (t->started_at == 0) {
        t->started_at = t->try_at;
        client_counters_started(t);
    }
    init_body(f);
    flight_clear_hop(f);
    start_clocks(t);
    return request_body_measure(f->body, fault);
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

static void on_permit(struct permit *permit)
{
    struct transfer *t = container_of(permit, struct transfer, permit);
    struct fault fault = {0};
    transfer_end_wait(t);
    if (t->flight == NULL) { /* it has waited in a long row */
        flight_take(t);
        if (!parse_url(t) || !ask_origin(t, host_of(t->flight)))
            return;
    }
    struct flight *f = t->flight;
    if (f->is_stopping)
        return;
    /* The options may be others at each hop: another origin, another way. */
    if ((!f->is_begun && !begin_flight(t, &fault)) ||
        !flight_prepare(f, &fault)) {
        transfer_stop(t, &fault);
        return;
    }
    if (announce(t) && !f->is_stopping)
        hops_start(f);
}

/* As the client sees it. */

static void cancel_work(struct client_work *w)
{
    transfer_cancel(container_of(w, struct transfer, work));
}

/* The hops before have been counted when they ended. */
static void count_work(const struct client_work *w, struct qv_stats *stats)
{
    const struct flight *f = container_of(w, struct transfer, work)->flight;
    if (f == NULL || f->hop.is_over)
        return;
    stats->bytes_in += f->ex.bytes_head_received + f->ex.bytes_body_received;
    stats->bytes_out += f->ex.bytes_head_sent + f->ex.bytes_body_sent;
}

static const struct client_work_ops work_ops = {
    .cancel = cancel_work,
    .count = count_work,
};

void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask)
{
    struct transfer *t = transfer_new(c);
    t->face = face;
    t->client = c;
    t->ask = ask;
    t->id = c->next_xfer_id++;
    face->state = t;
    t->work.ops = &work_ops;
    t->events = &hops_events;
    t->permit.on_start = on_permit;
    resume_reset(&t->resume, ask);
    if (c->options.explains)
        t->story = story_new(loop_trace(c->loop));
    client_add(c, &t->work);
    transfer_start_try(t);
}
