/*
 * The life of a transfer.  How the bytes of a response go through it is in
 * inflow.c; what a hop's end leads to is here.
 *
 * The sink of an exchange may not end the exchange from inside a callback, so
 * a wish to stop (file too large, output gone, an error status under -f) is
 * noted, further bytes are dropped, and stop_task does it at the end of the
 * turn.
 */
#include "client/transfer.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "client/compose.h"
#include "client/inflow.h"
#include "client/redirect.h"
#include "client/request_settings.h"
#include "client/result.h"
#include "client/retry.h"

static struct loop *loop_of(const struct transfer *t)
{
    return t->client->loop;
}

static void reap(struct loop_task *task)
{
    struct transfer *t = container_of(task, struct transfer, reap_task);
    arena_fini(&t->ex.arena);
    arena_fini(&t->arena);
    free(t);
}

/* Out of every list and timer; the memory goes at the end of the turn. */
static void retire(struct transfer *t)
{
    struct loop *loop = loop_of(t);
    inflow_fini(t);
    pool_release(&t->ex);
    if (t->ask->body.kind == QV_BODY_FD)
        upload_fini(&t->upload);
    if (t->ask->body.kind == QV_BODY_PARTS)
        upload_parts_fini(&t->parts);
    loop_disarm(loop, &t->deadline);
    loop_forget(loop, &t->submit_task);
    loop_forget(loop, &t->stop_task);
    loop_forget(loop, &t->resume_task);
    loop_reap(loop, &t->reap_task);
}

static void finish(struct transfer *t, const struct fault *fault)
{
    struct qv_transfer *face = t->face;
    struct client *client = t->client;
    struct qv_result result;
    result_fill(&result, t, fault);
    tally_ended(t, fault);
    client_dismiss(client, t);
    retire(t);
    face->state = NULL;
    face->ops->on_done(face, &result);
    client_release(client);
}

/* Adds up what a hop has cost, once it is over or given up. */
static void account(struct transfer *t)
{
    const struct exchange *ex = &t->ex;
    t->totals.header_bytes += ex->bytes_head_received;
    t->totals.request_bytes += ex->bytes_head_sent + ex->bytes_body_sent;
    t->totals.connects +=
        ex->submitted_at != 0 && ex->is_first && ex->facts != NULL;
    if (ex->facts)
        t->facts = *ex->facts;
    tally_hop(t);
}

/* Hops. */

static bool rewind_body(struct transfer *t, struct fault *fault)
{
    struct body_source *body = t->ex.body;
    if (!t->has_body || body == NULL || body->rewind(body))
        return true;
    fault_set(fault, ERR_REWIND, 0,
              "the body cannot be read again to send it once more");
    return false;
}

static int64_t body_len(const struct transfer *t)
{
    if (t->ask->body.kind == QV_BODY_PARTS)
        return t->parts.total;
    return request_settings_body_len(&t->ask->body);
}

static void start_hop(struct transfer *t)
{
    struct fault fault = {0};
    struct compose_state state = {
        .method = t->method,
        .url = &t->url,
        .has_body = t->has_body,
        .body_len = body_len(t),
        .is_foreign = t->is_foreign,
        .no_expect = t->no_expect,
        .referer = t->referer,
    };
    struct arena arena = t->ex.arena;
    struct body_source *body = t->has_body ? t->ex.body : NULL;
    pool_release(&t->ex);
    arena_reset(&arena);
    inflow_reset(t);
    t->ex = (struct exchange){.request = &t->request,
                              .body = body,
                              .sink = &inflow_sink,
                              .state = EXCHANGE_DONE, /* not yet begun */
                              .checkout = t->settings.pool.checkout,
                              .arena = arena,
                              .xfer_id = t->id};
    list_init(&t->ex.link);
    t->hop_at = loop_now(loop_of(t));
    if (!compose_request(&t->request, t->ask, &state, &t->ex.arena, &fault)) {
        transfer_stop(t, &fault);
        return;
    }
    loop_later(loop_of(t), &t->submit_task);
}

/* Before the first byte may leave. */
static void announce(struct transfer *t)
{
    if (t->is_announced)
        return;
    t->is_announced = true;
    if (t->face->ops->on_start)
        t->face->ops->on_start(t->face);
}

/* A task, because the hop before may be ending just now: its connection is to
 * have room again when this one asks for a connection. */
static void submit_hop(struct loop_task *task)
{
    struct transfer *t = container_of(task, struct transfer, submit_task);
    struct origin origin = {.is_secure = url_is_secure(&t->url),
                            .host = url_address(&t->url, &t->ex.arena),
                            .port = t->url.port};
    if (t->is_stopping)
        return;
    announce(t);
    pool_submit(manager_pool(t->client->manager, &origin, &t->settings),
                &t->ex);
}

static void trace_hop(struct transfer *t, enum trace_kind kind,
                      const char *what, struct span detail)
{
    struct loop *loop = loop_of(t);
    trace_printf(loop_trace(loop), kind, loop_now(loop), t->facts.id, "%s%.*s",
                 what, SPAN_ARG(detail));
}

static bool may_redirect(struct transfer *t, struct fault *fault)
{
    int max = t->ask->options.max_redirs;
    if (max >= 0 && t->totals.redirects >= (unsigned)max) {
        fault_set(fault, ERR_TOO_MANY_REDIRECTS, 0,
                  "Maximum (%d) redirects followed", max);
        return false;
    }
    return true;
}

static void keep_referer(struct transfer *t)
{
    struct span asked = span_str(t->ask->referer);
    struct span automatic = SPAN_LIT(";auto");
    if (asked.len >= automatic.len &&
        span_equal(
            span_of(asked.base + asked.len - automatic.len, automatic.len),
            automatic))
        t->referer = url_text(&t->url, 0, &t->arena);
}

/* Credentials in a Location are not ours: only those the user gave go on. */
static void carry_userinfo(const struct transfer *t, struct url *next)
{
    bool is_kept = !t->is_foreign || t->ask->options.follow_trusted;
    next->user = is_kept ? t->url.user : (struct span){NULL, 0};
    next->password = is_kept ? t->url.password : (struct span){NULL, 0};
}

/* False with *fault.  Credentials that were left behind once stay behind,
 * even when the way leads back: whoever sent us there decides the path. */
static bool redirect(struct transfer *t, struct fault *fault)
{
    struct url next;
    struct url_options o = {.allow_spaces = true,
                            .path_as_is = t->ask->options.path_as_is};
    if (!may_redirect(t, fault))
        return false;
    struct url from = t->url;
    if (!url_resolve(&next, &from, t->hop.next, &o, &t->arena, fault)) {
        fault_prefix(fault, "redirect: ");
        return false;
    }
    if (url_is_secure(&from) && !url_is_secure(&next)) {
        fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
                  "a redirect from https to http is not followed");
        return false;
    }
    if (redirect_becomes_get(t->hop.status, t->method)) {
        t->method = SPAN_LIT("GET");
        t->has_body = false;
    } else if (!rewind_body(t, fault)) {
        return false;
    }
    keep_referer(t);
    if (!url_is_same_origin(&from, &next))
        t->is_foreign = true;
    carry_userinfo(t, &next);
    t->url = next;
    t->totals.redirects++;
    t->was_retried = false;
    struct span to = url_text(&next, 0, &t->arena);
    trace_hop(t, TRACE_REDIRECT, "Following the redirect to ", to);
    tally_redirected(t, to);
    return true;
}

/* Sends the request once more; false when it may not be. */
static bool retry(struct transfer *t, const struct fault *fault)
{
    struct fault ignored;
    enum retry_verdict v =
        retry_verdict(&t->ex, fault, t->hop.has_head, t->was_retried);
    if (v == RETRY_TCP && t->settings.http == SETTINGS_HTTP_3_ONLY)
        return false;
    if (v == RETRY_NO || !rewind_body(t, &ignored))
        return false;
    if (v == RETRY_HTTP_1_1)
        t->settings.http = SETTINGS_HTTP_1_1;
    else if (v == RETRY_TCP)
        t->settings.http = SETTINGS_HTTP_2;
    t->was_retried = true;
    t->totals.retries++;
    trace_hop(t, TRACE_RETRY,
              "Sending the request again: ", span_str(fault->detail));
    tally_retried(t, "connection", 0, fault);
    return true;
}

/* 417: the server will not say 100 Continue (RFC 9110 10.1.1). */
static bool goes_without_expect(struct transfer *t)
{
    struct fault ignored;
    if (t->hop.status != 417 || !t->request.expect_continue || t->no_expect ||
        !rewind_body(t, &ignored))
        return false;
    t->no_expect = true;
    return true;
}

void transfer_hop_over(struct transfer *t)
{
    struct fault *fault = &t->hop.fault;
    account(t);
    if (t->hop.has_failed) {
        if (retry(t, fault))
            start_hop(t);
        else
            finish(t, fault);
        return;
    }
    if (t->hop.is_redirect) {
        if (redirect(t, fault))
            start_hop(t);
        else
            finish(t, fault);
        return;
    }
    if (goes_without_expect(t)) {
        start_hop(t);
        return;
    }
    finish(t, NULL);
}

/* Ends before their time. */

static void on_stop(struct loop_task *task)
{
    struct transfer *t = container_of(task, struct transfer, stop_task);
    if (t->ex.state != EXCHANGE_DONE)
        pool_cancel(&t->ex);
    if (t->hop.is_redirect && t->stop.code == ERR_NONE) {
        t->is_stopping = false;
        transfer_hop_over(t); /* a long body that nobody wanted */
        return;
    }
    account(t);
    finish(t, &t->stop);
}

void transfer_stop(struct transfer *t, const struct fault *why)
{
    if (t->is_stopping)
        return;
    t->is_stopping = true;
    t->stop = *why;
    loop_later(loop_of(t), &t->stop_task);
}

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct transfer *t = container_of(timer, struct transfer, deadline);
    struct fault fault;
    const char *stage = t->ex.submitted_at == 0 ? "Connecting" : "Operation";
    fault_set(&fault, ERR_TIMEOUT, 0,
              "%s timed out after %llu milliseconds with %llu bytes received",
              stage, (unsigned long long)((now - t->started_at) / LOOP_MS),
              (unsigned long long)t->ex.bytes_body_received);
    transfer_stop(t, &fault);
}

void transfer_fail(struct transfer *t, enum err code, const char *text)
{
    struct fault fault;
    fault_set(&fault, code, 0, "%s", text);
    transfer_stop(t, &fault);
}

void transfer_cancel(struct transfer *t)
{
    struct client *client = t->client;
    if (t->ex.state != EXCHANGE_DONE) {
        pool_cancel(&t->ex);
        account(t);
    }
    tally_cancelled(t);
    client_dismiss(client, t);
    retire(t);
    t->face->state = NULL;
    client_release(client);
}

static void on_upload_ready(struct upload *u)
{
    struct transfer *t = container_of(u, struct transfer, upload);
    pool_resume(&t->ex);
}

static void init_body(struct transfer *t)
{
    const struct qv_body *b = &t->ask->body;
    switch (b->kind) {
    case QV_BODY_NONE:
        return;
    case QV_BODY_BYTES:
        body_bytes_init(&t->bytes, span_of(b->bytes, b->len));
        t->ex.body = &t->bytes.source;
        break;
    case QV_BODY_FD:
        upload_init(&t->upload, loop_of(t), b->fd, b->fd_len);
        t->upload.on_ready = on_upload_ready;
        t->ex.body = &t->upload.source;
        break;
    case QV_BODY_PARTS:
        upload_parts_init(&t->parts, b->parts, b->nparts);
        t->ex.body = &t->parts.source;
        break;
    }
    t->has_body = true;
}

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

void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask)
{
    struct transfer *t = XALLOC_NEW(struct transfer);
    t->face = face;
    t->client = c;
    t->ask = ask;
    t->id = c->next_xfer_id++;
    t->started_at = loop_now(c->loop);
    list_init(&t->link);
    arena_init(&t->arena);
    arena_init(&t->ex.arena);
    t->ex.state = EXCHANGE_DONE; /* none yet */
    t->deadline.on_expired = on_deadline;
    t->submit_task.run = submit_hop;
    t->stop_task.run = on_stop;
    t->resume_task.run = inflow_on_resume;
    t->reap_task.run = reap;
    t->method = first_method(ask);
    t->referer = first_referer(ask);
    init_body(t);
    face->state = t;
    client_admit(c, t);
}

/* Now and not when it was asked for: it may have waited for long. */
static bool measure_body(struct transfer *t, struct fault *fault)
{
    return t->ask->body.kind != QV_BODY_PARTS ||
           upload_parts_measure(&t->parts, fault);
}

void transfer_run(struct transfer *t)
{
    const struct qv_options *o = &t->ask->options;
    struct url_options url_options = {.default_scheme = t->ask->default_scheme,
                                      .path_as_is = o->path_as_is};
    struct fault fault = {0};
    if (o->max_time)
        loop_arm(loop_of(t), &t->deadline, t->started_at + o->max_time);
    bool is_good =
        url_parse(&t->url, span_str(t->ask->url), &url_options, &t->arena,
                  &fault) &&
        request_settings(&t->settings, t->ask, &t->client->options, &fault) &&
        measure_body(t, &fault);
    tally_started(t);
    if (!is_good) {
        transfer_stop(t, &fault);
        return;
    }
    start_hop(t);
}

void transfer_resume(struct transfer *t)
{
    if (!t->is_paused)
        return;
    t->is_paused = false;
    loop_later(loop_of(t), &t->resume_task);
}
