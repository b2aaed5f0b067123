/*
 * What a channel waits for no longer: its deadline, a peer that says nothing, and one
 * that does not answer pings.
 */
#include "base/fault.h"
#include "client/channel.h"
#include "client/channel_kind.h"

/* As many pings in a row as no answer came to: the peer is gone. */
#define PINGS_UNANSWERED 2

static struct loop *loop_of(const struct channel *ch)
{
    return ch->client->loop;
}

static void fail_by_time(struct channel *ch, const char *what, uint64_t ns)
{
    struct fault why;
    fault_set(&why, ERR_TIMEOUT, 0, "%s %llu milliseconds", what,
              (unsigned long long)(ns / LOOP_MS));
    channel_fail(ch, QV_CHANNEL_BY_TRANSPORT, &why, 0);
}

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct channel *ch = container_of(timer, struct channel, deadline);
    fail_by_time(ch,
                 ch->opened_at ? "the channel's time is up after"
                               : "the channel was not open after",
                 now - ch->started_at);
}

static void on_silence(struct loop_timer *timer, uint64_t now)
{
    struct channel *ch = container_of(timer, struct channel, silence);
    uint64_t limit = ch->ask->message_timeout;
    if (ch->is_paused) /* it is the caller who is slow */
        ch->heard_at = now;
    if (now < ch->heard_at + limit)
        loop_arm(loop_of(ch), timer, ch->heard_at + limit);
    else
        fail_by_time(ch, "nothing came from the peer for", limit);
}

/* Where the connection asks, anything that comes is an answer; a kind that asks
 * for itself knows one when it sees it. */
static void note_answer(struct channel *ch)
{
    uint64_t heard = pool_heard(&ch->ex);
    if (ch->kind->ping == NULL && heard != ch->heard)
        ch->unanswered = 0;
    ch->heard = heard;
}

static bool send_ping(struct channel *ch)
{
    if (ch->kind->ping == NULL)
        return pool_ping(&ch->ex, ch->ask->ping_interval);
    ch->kind->ping(ch);
    return true;
}

static void on_ping_due(struct loop_timer *timer, uint64_t now)
{
    struct channel *ch = container_of(timer, struct channel, ping);
    if (!channel_is_live(ch))
        return;
    note_answer(ch);
    if (ch->unanswered >= PINGS_UNANSWERED) {
        fail_by_time(ch, "the peer has not answered two pings in",
                     PINGS_UNANSWERED * ch->ask->ping_interval);
        return;
    }
    if (!send_ping(ch))
        return;
    ch->unanswered++;
    loop_arm(loop_of(ch), timer, now + ch->ask->ping_interval);
}

void channel_watch(struct channel *ch)
{
    const struct qv_channel_request *ask = ch->ask;
    uint64_t now = loop_now(loop_of(ch));
    if (ch->asked->max_time)
        loop_arm(loop_of(ch), &ch->deadline,
                 ch->started_at + ch->asked->max_time);
    else
        loop_disarm(loop_of(ch), &ch->deadline);
    if (ask->message_timeout)
        loop_arm(loop_of(ch), &ch->silence, now + ask->message_timeout);
    if (ask->ping_interval)
        loop_arm(loop_of(ch), &ch->ping, now + ask->ping_interval);
}

void channel_watch_init(struct channel *ch)
{
    ch->deadline.on_expired = on_deadline;
    ch->silence.on_expired = on_silence;
    ch->ping.on_expired = on_ping_due;
}
