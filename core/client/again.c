/*
 * Whether an answer is taken or another one is asked for is decided at its
 * head: curl prints the body of a 503 and then that of the next try, here only
 * the answer that counts is delivered.
 *
 * A try that fails after something was delivered is another matter: the caller
 * must be able to take it back (on_restart).
 *
 * When nothing is heard from a host at all, a try that rests there holds the
 * others back too: those that wait for the same host would only run into the
 * same wall, each using up its tries.
 */
#include "client/again.h"

#include <time.h>

#include "base/fault.h"
#include "client/hops.h"
#include "client/patience.h"
#include "client/retry.h"
#include "pool/pool.h"

/* However long a server asks its clients to wait, one looks after it then. */
#define HOLD_MAX (600 * LOOP_S)

struct plan {
    uint64_t delay;
    const char *reason;
};

static uint64_t now_of(const struct flight *f)
{
    return loop_now(f->client->loop);
}

static const struct qv_retry *rules_of(const struct flight *f)
{
    return &f->transfer->options.retry;
}

/* Within the number and the time that the user allows? */
static bool is_allowed(const struct flight *f, uint64_t delay)
{
    const struct transfer *t = f->transfer;
    const struct qv_retry *o = rules_of(f);
    if (t->totals.retries >= o->max)
        return false;
    return o->max_time == 0 || now_of(f) - t->started_at + delay <= o->max_time;
}

static struct plan make_plan(const struct flight *f, uint64_t asked_for)
{
    const struct qv_retry *o = rules_of(f);
    struct plan p = {
        .delay = retry_delay(o, f->transfer->totals.retries,
                             client_random(f->client)),
        .reason = o->delay ? "delay" : "backoff",
    };
    if (asked_for > p.delay)
        p = (struct plan){.delay = asked_for, .reason = "retry_after"};
    return p;
}

/* What was delivered in this try: can the caller take it back? */
static bool is_taken_back(const struct flight *f)
{
    struct transfer *t = f->transfer;
    if (!t->has_told)
        return true;
    if (t->face->ops->on_restart == NULL)
        return f->hop.delivered == 0;
    return t->face->ops->on_restart(t->face) && t->face;
}

/* In on_restart(): there is nothing left to try, and nothing to end. */
static bool is_cancelled(const struct flight *f)
{
    return f->transfer->face == NULL;
}

/* Only a body from a pipe is lost with its first byte; while it is sent, it
 * may not be touched. */
static bool can_rewind(const struct flight *f)
{
    return !f->has_body || f->transfer->ask->body.kind != QV_BODY_FD ||
           f->upload.is_file || f->upload.pos == 0;
}

static void hold_host(const struct flight *f, uint64_t wait)
{
    if (wait > HOLD_MAX)
        wait = HOLD_MAX;
    admission_hold(&f->client->admission, &f->transfer->ticket,
                   now_of(f) + wait);
}

/* What the server asks for; the host is held back accordingly. */
static uint64_t heed(const struct flight *f, const struct response_head *head)
{
    uint64_t quota = patience_rate_limit(head->fields);
    uint64_t asked = 0;
    if (retry_is_patience(head->status))
        asked = patience_retry_after(head->fields, (int64_t)time(NULL));
    if (quota > 0)
        hold_host(f, quota);
    if (asked > 0 && (head->status == 429 || head->status == 503))
        hold_host(f, asked);
    return asked > quota ? asked : quota;
}

/* RFC 9110 15.5.20: the connection is not for this origin, and the request was
 * not processed: any method may go once more, on a connection of its own. */
static bool is_misdirected(struct flight *f, const struct response_head *head)
{
    if (head->status != 421 || f->was_misdirected || !can_rewind(f) ||
        !site_spend(f->transfer->ticket.site))
        return false;
    f->was_misdirected = true;
    f->hop.is_misdirected = true;
    f->hop.is_again = true;
    pool_shun(&f->ex);
    return true;
}

bool again_head(struct flight *f, const struct response_head *head)
{
    if (is_misdirected(f, head))
        return true;
    if (rules_of(f)->max == 0)
        return false;
    uint64_t asked = heed(f, head);
    if (!retry_is_patience(head->status))
        return false;
    struct plan plan = make_plan(f, asked);
    if (!is_allowed(f, plan.delay) || !can_rewind(f) ||
        !site_spend(f->transfer->ticket.site))
        return false;
    if (!is_taken_back(f))
        return is_cancelled(f);
    f->hop.is_again = true;
    f->hop.again_delay = plan.delay;
    f->hop.again_reason = plan.reason;
    return true;
}

void again_after_head(struct flight *f)
{
    struct fault fault;
    if (!hops_rewind(f, &fault)) {
        transfer_finish(f->transfer, &fault);
        return;
    }
    transfer_rest(f->transfer, f->hop.has_failed ? &f->hop.fault : NULL,
                  f->hop.again_delay, f->hop.again_reason);
}

bool again_after_fault(struct flight *f, const struct fault *fault)
{
    struct transfer *t = f->transfer;
    struct fault ignored;
    if (f->is_final || !retry_may(rules_of(f), &f->ex, fault))
        return false;
    struct plan plan = make_plan(f, 0);
    if (fault->remedy == REMEDY_RESEND)
        plan.reason = "refused_stream";
    else if (f->ex.is_unprocessed)
        plan.reason = "unprocessed";
    if (!is_allowed(f, plan.delay) || !hops_rewind(f, &ignored) ||
        !site_spend(t->ticket.site))
        return false;
    if (!is_taken_back(f))
        return is_cancelled(f);
    if (!f->hop.has_head && t->ticket.site->heard_at <= f->hop_at)
        hold_host(f, plan.delay);
    transfer_rest(t, fault, plan.delay, plan.reason);
    return true;
}
