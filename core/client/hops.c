#include "client/hops.h"

#include "base/fault.h"
#include "base/trace.h"
#include "client/built.h"
#include "client/client_counters.h"
#include "client/dry.h"
#include "client/proxied.h"
#include "client/redirect.h"
#include "client/request_build.h"
#include "client/request_state.h"
#include "client/response.h"
#include "client/result.h"
#include "client/retry.h"
#include "client/retry_back_off.h"
#include "client/transfer_start.h"
#include "client/transfer_story.h"
#include "client/url_rules.h"

static struct loop *loop_of(const struct flight *f)
{
    return f->client->loop;
}

/* Starting one. */

/* Whoever sees it may send it again (RFC 8470 2.1, 3). */
static bool may_be_early(const struct flight *f)
{
    return message_is_safe(f->request.method) && !f->has_body &&
           !message_wants_switch(&f->request) && !f->was_too_early;
}

/* A task, so that all requests of a turn are made before the first is sent. */
static void on_send(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, send_task);
    if (f->is_stopping)
        return;
    pool_submit(f->hop.is_proxied
                    ? proxied_pool(f->client, f->prepared)
                    : manager_pool(f->client->manager, &f->hop.origin,
                                   &f->prepared->settings,
                                   str_span(&f->prepared->key)),
                &f->ex);
}

void hops_start(struct flight *f)
{
    struct transfer *t = f->transfer;
    struct fault fault = {0};
    struct request_build_state state;
    struct learned_peer peer = {
        .url = &f->url, .ask = t->ask, .is_foreign = f->is_foreign};
    flight_describe(f, &state);
    state.cookies = learned_cookies(&f->client->learned, &peer, &f->ex.arena);
    f->hop_at = loop_now(loop_of(f));
    if (!request_build(&f->request, t->ask, &state, &f->ex.arena, &fault)) {
        transfer_stop(t, &fault);
        return;
    }
    if (state.keeps_body)
        flight_keep_body(f);
    f->hop.origin = (struct origin){.is_secure = f->url.scheme->is_secure,
                                    .host = url_address(&f->url, &f->ex.arena),
                                    .port = f->url.port};
    f->hop.is_proxied = proxied_is_due(f->prepared, &f->hop.origin);
    if (f->hop.is_proxied && !proxied_build(f, &state, &fault)) {
        transfer_stop(t, &fault);
        return;
    }
    if (t->ask->request_target)
        f->request.absolute = (struct span){NULL, 0};
    if (t->ask->is_dry) {
        dry_start(f);
        return;
    }
    f->ex.sink = &response_sink;
    f->ex.may_be_early = may_be_early(f);
    if (!f->ex.may_be_early)
        transfer_story_not_early(f);
    f->ex.checkout = f->prepared->settings.pool.checkout;
    f->over_task.run = response_on_over;
    f->resume_task.run = response_on_resume;
    f->send_task.run = on_send;
    loop_later(loop_of(f), &f->send_task);
}

static void on_resend(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, send_task);
    struct fault fault = {0};
    if (f->is_stopping)
        return;
    /* What was learned may have changed the options: retry.c. */
    if (flight_prepare(f, &fault))
        hops_start(f);
    else
        transfer_stop(f->transfer, &fault);
}

/* A task, because the exchange before may be ending just now: its connection
 * is to have room again when this one asks for a connection. */
static void resend(struct flight *f, bool needs_fresh)
{
    flight_clear_hop(f);
    f->ex.needs_fresh = needs_fresh;
    f->send_task.run = on_resend;
    loop_later(loop_of(f), &f->send_task);
}

/* Redirects. */

static bool may_redirect(const struct flight *f, struct fault *fault)
{
    int max = f->options->max_redirs;
    if (max >= 0 && f->transfer->totals.redirects >= (unsigned)max) {
        fault_set(fault, ERR_TOO_MANY_REDIRECTS, 0,
                  "Maximum (%d) redirects followed", max);
        return false;
    }
    return true;
}

/* RFC 9110 10.1.3: what was read over TLS is not told in the clear. */
static void keep_referer(struct flight *f, const struct url *next)
{
    struct span asked = span_str(f->transfer->ask->referer);
    struct span automatic = SPAN_LIT(";auto");
    if (asked.len < automatic.len ||
        !span_equal(
            span_of(asked.base + asked.len - automatic.len, automatic.len),
            automatic))
        return;
    if (f->url.scheme->is_secure && !next->scheme->is_secure)
        f->referer = (struct span){NULL, 0};
    else
        f->referer = url_text(&f->url, 0, &f->arena);
}

/* Credentials in a Location are not ours: only those the user gave go on. */
static void carry_userinfo(const struct flight *f, struct url *next)
{
    bool is_kept =
        !f->is_foreign || request_state_asked(f->transfer->ask)->follow_trusted;
    next->user = is_kept ? f->url.user : (struct span){NULL, 0};
    next->password = is_kept ? f->url.password : (struct span){NULL, 0};
}

static double since_start(const struct flight *f, uint64_t at)
{
    return (double)(at - f->transfer->started_at) / (double)LOOP_S;
}

/* What the next hop overwrites. */
static void keep_message(struct flight *f, struct qv_hop *hop)
{
    const struct fields *answer = f->hop.fields;
    hop->sent = built_new(f);
    if (f->facts) {
        hop->remote_ip =
            (const char *)arena_copy(&f->arena, span_str(f->facts->remote_addr))
                .base;
        hop->remote_port = f->facts->remote_port;
    }
    if (answer == NULL || answer->len == 0)
        return;
    struct qv_field *out = arena_alloc(&f->arena, answer->len * sizeof *out);
    for (size_t i = 0; i < answer->len; i++) {
        const struct field *from = &answer->items[i];
        out[i].name = (const char *)arena_copy(&f->arena, from->name).base;
        out[i].value = (const char *)arena_copy(&f->arena, from->value).base;
    }
    hop->fields = out;
    hop->nfields = answer->len;
}

/* For the result, with the time that nothing else tells of: in it are a wait for
 * the permit and a challenge that came before.  There are few, so they are copied as they grow. */
static void note_hop(struct flight *f)
{
    struct transfer *t = f->transfer;
    uint64_t now = loop_now(loop_of(f));
    uint64_t from = t->told_until ? t->told_until : t->started_at;
    if ((f->nhops & (f->nhops - 1)) == 0) { /* 0 or a power of two */
        size_t cap = f->nhops ? 2 * f->nhops : 1;
        struct qv_hop *grown = arena_alloc(&f->arena, cap * sizeof *grown);
        if (f->nhops > 0)
            memcpy(grown, f->hops, f->nhops * sizeof *grown);
        f->hops = grown;
    }
    f->hops[f->nhops++] = (struct qv_hop){
        .method = (const char *)arena_copy(&f->arena, flight_method(f)).base,
        .url = (const char *)url_text(&f->url, 0, &f->arena).base,
        .response_code = f->hop.status,
        .http_version = message_version_name(f->hop.version),
        .conn_id = f->facts ? f->facts->id : 0,
        .time_start = since_start(f, from),
        .time_total = (double)(now - from) / (double)LOOP_S,
    };
    t->told_until = now;
    result_stages(&f->hops[f->nhops - 1].stages, f);
    if (f->transfer->ask->keep_sent)
        keep_message(f, &f->hops[f->nhops - 1]);
}

/* Where it leads; false with *fault. */
static bool resolve(struct flight *f, struct url *next, struct fault *fault)
{
    struct url_options o = {.allow_spaces = true,
                            .path_as_is = f->options->path_as_is};
    if (!url_resolve(next, &f->url, f->hop.next, &o, &f->arena, fault)) {
        fault_prefix(fault, "redirect: ");
        return false;
    }
    bool was_secure = next->scheme->is_secure;
    learned_upgrade(&f->client->learned, next);
    if (!was_secure && next->scheme->is_secure)
        transfer_story_tell(f->transfer, STORY_URL, NULL,
                            "https instead of http",
                            "the host of the redirect has asked for TLS alone "
                            "before (HSTS)");
    return url_rules_next(&f->url, next, f->options, fault);
}

static void trace_redirect(const struct flight *f, struct span to)
{
    struct loop *loop = loop_of(f);
    trace_printf(loop_trace(loop), TRACE_REDIRECT, loop_now(loop),
                 f->facts ? f->facts->id : 0, "Following the redirect to %.*s",
                 SPAN_ARG(to));
}

/* False with *fault.  Credentials that were left behind once stay behind,
 * even when the way leads back: whoever sent us there decides the path. */
static bool redirect(struct flight *f, struct fault *fault)
{
    struct transfer *t = f->transfer;
    struct url next;
    if (!may_redirect(f, fault) || !resolve(f, &next, fault))
        return false;
    bool becomes_get =
        redirect_becomes_get(f->hop.status, f->method, f->options->redirects);
    if (!becomes_get && !flight_rewind(f, fault))
        return false;
    note_hop(f);
    if (redirect_ends_custom(f->hop.status, f->method, f->options->redirects))
        f->is_custom_over = true;
    if (becomes_get) {
        f->method = SPAN_LIT("GET");
        f->has_body = false;
    }
    keep_referer(f, &next);
    if (!url_is_same_origin(&f->url, &next))
        f->is_foreign = true;
    carry_userinfo(f, &next);
    f->url = next;
    t->totals.redirects++;
    f->was_retried = false;
    f->was_misdirected = false;
    f->was_too_early = false;
    f->nchallenged = 0;
    f->nunauthorized = 0;
    f->has_asked = false;
    struct span to = url_text(&next, 0, &f->arena);
    trace_redirect(f, to);
    transfer_story_tell(
        t, STORY_REDIRECT, NULL, to.base ? (const char *)to.base : "",
        "the answer was %d, and redirects are followed", f->hop.status);
    client_counters_redirected(t, to);
    return true;
}

static void go_on(struct flight *f)
{
    flight_clear_hop(f);
    transfer_start_seek_permit(f->transfer, true);
}

/* The end of one. */

static void on_over(struct flight *f)
{
    struct transfer *t = f->transfer;
    struct retry_plan plan = retry_on_end(f);
    switch (plan.when) {
    case RETRY_AT_ONCE:
        resend(f, plan.is_fresh);
        return;
    case RETRY_LATER:
        retry_back_off(t, f->hop.fault, &plan);
        return;
    case RETRY_CANCELLED:
        return;
    case RETRY_NEVER:
        break;
    }
    struct fault refusal;
    if (f->hop.fault || !f->hop.is_redirect)
        transfer_finish(t, f->hop.fault);
    else if (redirect(f, &refusal))
        go_on(f);
    else
        transfer_finish(t, &refusal);
}

static void on_stop(struct flight *f)
{
    struct transfer *t = f->transfer;
    if (f->ex.state != EXCHANGE_DONE)
        pool_cancel(&f->ex);
    if (!f->hop.is_over)
        client_counters_hop(t);
    if (f->stop->code == ERR_NONE) {
        f->is_stopping = false;
        on_over(f); /* a long body that nobody wanted */
        return;
    }
    struct fault why = *f->stop;
    struct retry_plan plan = retry_on_stop(f, &why);
    if (plan.when == RETRY_LATER)
        retry_back_off(t, &why, &plan);
    else if (plan.when == RETRY_NEVER)
        transfer_finish(t, &why);
}

const struct flight_events hops_events = {
    .on_over = on_over,
    .on_stop = on_stop,
};
