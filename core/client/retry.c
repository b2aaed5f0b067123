/*
 * Whether an answer is taken or another one is asked for is decided at its
 * head: curl prints the body of a 503 and then that of the next try, here only
 * the answer that counts is delivered.
 *
 * A try that fails after something was delivered is another matter: the caller
 * must be able to take it back (on_restart).
 *
 * What was lost goes at once on a fresh connection, as curl does it: the other
 * idle ones of a server that has gone, or that forgot us, are as dead as the
 * first, and there is no third time.
 *
 * When nothing is heard from a host at all, a try that backs off there holds
 * the others back too: those that wait for the same host would only run into
 * the same wall, each using up its tries.
 */
#include "client/retry.h"

#include <time.h>

#include "base/trace.h"
#include "client/client_counters.h"
#include "client/credentials.h"
#include "client/proxied.h"
#include "client/retry_after.h"
#include "client/retry_tries.h"
#include "client/transfer_story.h"
#include "pool/pool.h"

/* However long a server asks its clients to wait, one looks after it then. */
#define HOLD_MAX (600 * LOOP_S)

static const struct retry_plan never = {.when = RETRY_NEVER};

static uint64_t now_of(const struct flight *f)
{
    return loop_now(f->client->loop);
}

static const struct qv_retry *asked_of(const struct flight *f)
{
    return &f->options->retry;
}

/* ---- what has to be so before anything is sent again ---- */

/* Within the number and the time that the user allows? */
static bool is_allowed(const struct flight *f, uint64_t delay)
{
    const struct transfer *t = f->transfer;
    const struct qv_retry *o = asked_of(f);
    if (t->totals.retries >= o->max)
        return false;
    return o->max_time == 0 || now_of(f) - t->started_at + delay <= o->max_time;
}

/* The host has a retry left for this transfer; it is used up. */
static bool spend(const struct flight *f)
{
    struct admission_host *host = f->transfer->permit.host;
    return retry_budget_spend(&host->retries,
                              admission_host_has_one_only(host));
}

/* What was delivered in this try: can the caller take it back?  It may cancel
 * the transfer instead. */
static bool is_taken_back(const struct flight *f)
{
    struct transfer *t = f->transfer;
    if (!t->has_told)
        return true;
    resume_reset(&t->resume, t->ask); /* it may say something else now */
    if (t->face->ops->on_restart == NULL)
        return f->hop.delivered == 0;
    bool ok = t->face->ops->on_restart(t->face) && t->face;
    /* Nothing can go on from what is not what it should be. */
    if (f->hop.fault && f->hop.fault->code == ERR_DIGEST)
        resume_reset(&t->resume, t->ask);
    return ok;
}

/* In on_restart(): there is nothing left to try, and nothing to end. */
static bool is_cancelled(const struct flight *f)
{
    return f->transfer->face == NULL;
}

static bool can_send_again(const struct flight *f)
{
    return !f->has_body || request_body_is_whole(f->body);
}

/* ---- when, and what of the others ---- */

static struct retry_plan plan_later(const struct flight *f, uint64_t asked_for)
{
    const struct qv_retry *o = asked_of(f);
    struct retry_plan p = {
        .when = RETRY_LATER,
        .delay = retry_rules_delay(
            o, flight_is_fruitful(f) ? 0 : f->transfer->nfruitless,
            client_random(f->client)),
        .reason = o->delay ? "delay" : "backoff",
    };
    if (asked_for > p.delay) {
        p.delay = asked_for;
        p.reason = "retry_after";
    }
    return p;
}

static void hold_host(const struct flight *f, uint64_t wait)
{
    if (wait > HOLD_MAX)
        wait = HOLD_MAX;
    admission_hold(&f->client->admission, &f->transfer->permit,
                   now_of(f) + wait);
}

/* What the server asks for; the host is held back accordingly. */
static uint64_t heed(const struct flight *f, const struct response_head *head)
{
    uint64_t quota = 0;
    uint64_t asked = 0;
    if (quota_is_told(head->fields)) {
        quota = retry_after_quota(head->fields);
        admission_quota(&f->client->admission, &f->transfer->permit,
                        head->fields);
    }
    if (retry_rules_is_for_later(head->status))
        asked = retry_after_field(head->fields, (int64_t)time(NULL));
    if (quota > 0)
        hold_host(f, quota);
    if (asked > 0 && (head->status == 429 || head->status == 503))
        hold_host(f, asked);
    return asked > quota ? asked : quota;
}

/* Nothing was heard from the host since this hop began. */
static bool is_silent(const struct flight *f)
{
    return !f->hop.has_head && f->transfer->permit.host->heard_at <= f->hop_at;
}

/* ---- an answer ---- */

/* RFC 9110 15.5.20: the connection is not for this origin, and the request was
 * not processed: any method may go once more, on a connection of its own. */
static bool is_misdirected(struct flight *f, const struct response_head *head)
{
    if (head->status != 421 || f->was_misdirected || !can_send_again(f) ||
        !spend(f))
        return false;
    f->was_misdirected = true;
    f->hop.retry = (struct retry_plan){
        .when = RETRY_AT_ONCE, .is_fresh = true, .reason = "misdirected"};
    pool_shun(&f->ex);
    return true;
}

/* RFC 8470 5.2: the server does not want to risk that somebody else sends it
 * again.  After the handshake, nobody else can. */
static bool is_too_early(struct flight *f, const struct response_head *head)
{
    if (head->status != 425 || f->ex.early == EARLY_DATA_NONE ||
        f->was_too_early)
        return false;
    f->was_too_early = true;
    f->hop.retry =
        (struct retry_plan){.when = RETRY_AT_ONCE, .reason = "too_early"};
    return true;
}

/* 407: the proxy wants an answer to its challenge (RFC 9110 15.5.8).  That is
 * between the two of us, like 417. */
static bool is_challenged(struct flight *f, const struct response_head *head)
{
    if (!proxied_on_head(f, head) || !can_send_again(f))
        return false;
    f->nchallenged++;
    f->hop.retry = (struct retry_plan){
        .when = RETRY_AT_ONCE, .is_login = true, .reason = "proxy_auth"};
    return true;
}

/* 401: the same with the server (RFC 9110 15.5.2).  What asked without its body
 * is followed by the whole when the server would have taken it.  A body that
 * cannot be read again is the fault of what asks for it (carry_out()). */
static bool is_unauthorized(struct flight *f, const struct response_head *head)
{
    struct request_build_state state;
    if (f->options->auth == 0)
        return false;
    flight_describe(f, &state);
    if (credentials_on_head(&f->request, f->transfer->ask, &state, head,
                            f->nunauthorized))
        f->nunauthorized++;
    else if (f->kept_body == NULL || head->status >= 300)
        return false;
    f->has_asked = true;
    f->hop.retry = (struct retry_plan){
        .when = RETRY_AT_ONCE, .is_login = true, .reason = "auth"};
    return true;
}

/* The rest that was asked for cannot be had: the whole is (resume.h). */
static void ask_anew(struct flight *f)
{
    struct transfer *t = f->transfer;
    resume_fini(&t->resume);
    f->hop.retry =
        (struct retry_plan){.when = RETRY_AT_ONCE, .reason = "range"};
}

/* False: the answer is not wanted. */
static bool is_continuation(struct flight *f, const struct response_head *head)
{
    struct fault fault;
    bool is_failure = f->options->fail && head->status >= 400;
    if (f->transfer->resume.from == 0 || (is_failure && head->status != 416))
        return true;
    switch (resume_judge(&f->transfer->resume, head, &fault)) {
    case RESUME_PLAIN:
        return true;
    case RESUME_REST:
        f->hop.is_rest = true;
        return true;
    case RESUME_COMPLETE:
        f->hop.is_complete = f->hop.is_dropped = true;
        return true;
    case RESUME_ANEW:
        ask_anew(f);
        return false;
    case RESUME_REFUSED:
        transfer_stop(f->transfer, &fault);
        return false;
    }
    return true;
}

/* An answer that asks for patience. */
static bool is_put_off(struct flight *f, const struct response_head *head)
{
    bool may_retry = asked_of(f)->max > 0;
    uint64_t asked =
        may_retry || f->client->options.heeds_limits ? heed(f, head) : 0;
    if (!may_retry)
        return false;
    if (!retry_rules_is_for_later(head->status))
        return false;
    struct retry_plan plan = plan_later(f, asked);
    if (!is_allowed(f, plan.delay) || !can_send_again(f) || !spend(f))
        return false;
    if (!is_taken_back(f))
        return is_cancelled(f);
    f->hop.retry = plan;
    return true;
}

bool retry_on_head(struct flight *f, const struct response_head *head)
{
    return is_misdirected(f, head) || is_too_early(f, head) ||
           is_challenged(f, head) || is_unauthorized(f, head) ||
           is_put_off(f, head) || !is_continuation(f, head);
}

void retry_on_success(struct flight *f)
{
    struct permit *permit = &f->transfer->permit;
    if (permit->host == NULL || retry_rules_is_for_later(f->hop.status))
        return;
    retry_budget_earn(&permit->host->retries);
    admission_heard(&f->client->admission, permit);
}

/* ---- at once ---- */

static const char *at_once_reason(enum retry_verdict v)
{
    switch (v) {
    case RETRY_NO:
        break;
    case RETRY_SAME:
        return "connection_lost";
    case RETRY_HTTP_1_1:
        return "http_1_1_required";
    case RETRY_TCP:
        return "version_fallback";
    }
    return "";
}

/* Of an answer that is asked for again at once. */
static const char *answer_text(const struct flight *f)
{
    if (f->hop.status == 425)
        return ": the answer to early data was 425";
    if (f->hop.status == 421)
        return ", on a connection of its own: the answer was 421";
    return ": what is missing cannot be had, the whole may";
}

/* why: NULL for an answer, which says it. */
static void tell_at_once(const struct flight *f, const char *reason,
                         const struct fault *why)
{
    struct loop *loop = f->client->loop;
    retry_tries_add(f->transfer, why, 0, reason);
    trace_printf(loop_trace(loop), TRACE_RETRY, loop_now(loop),
                 f->facts ? f->facts->id : 0, "Sending the request again%s%s",
                 why ? ": " : "", why ? why->detail : answer_text(f));
    transfer_story_tell(f->transfer, STORY_RESEND, NULL, "at once", "%s: %s%s",
                        reason, why ? "" : "the request goes again",
                        why ? why->detail : answer_text(f));
    client_counters_retried(f->transfer, reason, 0, why);
}

static struct retry_plan plan_at_once(struct flight *f,
                                      const struct fault *fault)
{
    enum retry_verdict v =
        retry_rules_verdict(&f->ex, fault, f->hop.has_head, f->was_retried);
    if (v == RETRY_TCP && f->options->http == QV_HTTP_3_ONLY) {
        if (fault->remedy != REMEDY_PATH)
            return never;
        v = RETRY_SAME;
    }
    struct fault ignored;
    if (v == RETRY_NO || !flight_rewind(f, &ignored))
        return never;
    if (v == RETRY_HTTP_1_1)
        flight_own_options(f)->http = QV_HTTP_1_1;
    else if (v == RETRY_TCP)
        flight_own_options(f)->http = QV_HTTP_2;
    f->was_retried = true;
    tell_at_once(f, at_once_reason(v), fault);
    return (struct retry_plan){.when = RETRY_AT_ONCE,
                               .is_fresh = v == RETRY_SAME,
                               .reason = at_once_reason(v)};
}

/* 417: the server will not say 100 Continue (RFC 9110 10.1.1).  That is between
 * the two of us: it is no try of the user's. */
static struct retry_plan plan_without_expect(struct flight *f)
{
    struct fault ignored;
    if (f->hop.status != 417 || !f->request.expect_continue || f->no_expect ||
        !flight_rewind(f, &ignored))
        return never;
    f->no_expect = true;
    (void)retry_tries_add(f->transfer, NULL, 0, "expectation");
    return (struct retry_plan){.when = RETRY_AT_ONCE, .reason = "expectation"};
}

/* ---- the end of a hop ---- */

struct retry_plan retry_on_stop(struct flight *f, const struct fault *why)
{
    struct fault ignored;
    if (f->is_final || f->transfer->permit.host == NULL ||
        !retry_rules_may(asked_of(f), &f->ex, why))
        return never;
    struct retry_plan plan = plan_later(f, 0);
    if (why->remedy == REMEDY_RESEND)
        plan.reason = "refused_stream";
    else if (f->ex.is_unprocessed)
        plan.reason = "unprocessed";
    if (!is_allowed(f, plan.delay) || !flight_rewind(f, &ignored) || !spend(f))
        return never;
    if (!is_taken_back(f))
        return is_cancelled(f) ? (struct retry_plan){.when = RETRY_CANCELLED}
                               : never;
    if (is_silent(f))
        hold_host(f, plan.delay);
    return plan;
}

/* What its head has decided. */
static struct retry_plan carry_out(struct flight *f)
{
    struct hop *hop = &f->hop;
    struct fault fault;
    if (!flight_rewind(f, &fault)) {
        flight_fail_hop(f, &fault);
        return never;
    }
    if (hop->retry.when == RETRY_AT_ONCE && !hop->retry.is_login)
        tell_at_once(f, hop->retry.reason, NULL);
    else if (hop->retry.when == RETRY_AT_ONCE)
        (void)retry_tries_add(f->transfer, NULL, 0, hop->retry.reason);
    return hop->retry;
}

struct retry_plan retry_on_end(struct flight *f)
{
    if (f->hop.retry.when != RETRY_NEVER)
        return carry_out(f);
    if (f->hop.fault == NULL)
        return plan_without_expect(f);
    struct retry_plan plan = plan_at_once(f, f->hop.fault);
    return plan.when == RETRY_NEVER ? retry_on_stop(f, f->hop.fault) : plan;
}
