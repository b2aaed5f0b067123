/*
 * Stream bytes wait in `out` until the connection pulls them.  A sender who
 * finds more than OUT_HIGH there is told to stop, and to go on at OUT_LOW: so
 * the caller's side works in pieces of some size, and a message may be larger
 * than the queue.
 */
#include "base/qlog.h"
#include "channel/capsule.h"
#include "client/channel.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"

#define OUT_HIGH ((size_t)256 * 1024)
#define OUT_LOW  ((size_t)64 * 1024)

static struct channel *of_source(struct body_source *s)
{
    return container_of(s, struct channel, source);
}

/* Nothing leaves before the answer: what would come of it then, nobody has
 * agreed on. */
static enum io read_out(struct body_source *s, uint8_t *to, size_t cap,
                        size_t *n)
{
    struct channel *ch = of_source(s);
    *n = 0;
    if (ch->opened_at == 0)
        return IO_AGAIN;
    *n = buf_take(&ch->out, to, cap);
    if (ch->is_out_full && ch->out.len <= OUT_LOW)
        loop_later(ch->client->loop, &ch->drain_task);
    if (*n > 0)
        return IO_OK;
    return ch->is_out_done ? IO_EOF : IO_AGAIN;
}

/* It is sent again only as long as nothing has answered. */
static bool rewind_out(struct body_source *s)
{
    return of_source(s)->opened_at == 0;
}

bool channel_out_has_room(struct channel *ch)
{
    if (ch->out.len < OUT_HIGH)
        return true;
    ch->is_out_full = true;
    return false;
}

void channel_out_wake(struct channel *ch)
{
    pool_resume(&ch->ex, EXCHANGE_SEND);
}

void channel_out_fin(struct channel *ch, uint64_t code, const char *reason)
{
    (void)code;
    (void)reason;
    channel_out_done(ch);
}

enum qv_channel_sent channel_out_bytes(struct channel *ch,
                                       const struct qv_channel_message *m)
{
    if (m->what != QV_CHANNEL_STREAM)
        return QV_CHANNEL_SEND_CANNOT;
    if (!channel_out_has_room(ch))
        return QV_CHANNEL_SEND_FULL;
    buf_add(&ch->out, span_of(m->data, m->len));
    ch->stats.bytes_out += m->len;
    channel_out_wake(ch);
    return QV_CHANNEL_SEND_OK;
}

enum qv_channel_sent channel_out_capsule(struct channel *ch, uint64_t type,
                                         struct span value)
{
    uint8_t head[CAPSULE_HEAD_MAX];
    if (!channel_out_has_room(ch))
        return QV_CHANNEL_SEND_FULL;
    buf_add(&ch->out, span_of(head, capsule_head(head, type, value.len)));
    buf_add(&ch->out, value);
    qlog_capsule(ch->ex.qlog, type, value.len, QLOG_LOCAL);
    channel_out_wake(ch);
    return QV_CHANNEL_SEND_OK;
}

void channel_out_done(struct channel *ch)
{
    ch->is_out_done = true;
    channel_out_wake(ch);
}

/* --- datagrams --------------------------------------------------------- */

static uint64_t count_drops(const struct datagrams_counters *c)
{
    return c->dropped_full + c->dropped_old + c->dropped_large;
}

static uint64_t untold_drops(const struct channel *ch)
{
    return count_drops(&ch->datagrams.counters) - count_drops(&ch->told);
}

void channel_out_datagram(struct channel *ch, struct span payload)
{
    channel_out_datagram_behind(ch, span_of(NULL, 0), payload);
}

void channel_out_datagram_behind(struct channel *ch, struct span head,
                                 struct span payload)
{
    uint64_t now = loop_now(ch->client->loop);
    if (datagrams_push_behind(&ch->datagrams, head, payload, now))
        pool_resume(&ch->ex, EXCHANGE_DATAGRAM);
    if (untold_drops(ch) > 0)
        loop_later(ch->client->loop, &ch->drain_task);
}

void channel_out_count(struct channel *ch, size_t len)
{
    channel_trace_sent(ch, len);
    ch->stats.messages_out++;
    ch->stats.bytes_out += len;
}

static void on_drain(struct datagrams *d)
{
    struct channel *ch = container_of(d, struct channel, datagrams);
    loop_later(ch->client->loop, &ch->drain_task);
}

static const char *why_dropped(const struct datagrams_counters *now,
                               const struct datagrams_counters *before)
{
    if (now->dropped_large != before->dropped_large)
        return "the path carries less than before";
    return now->dropped_old != before->dropped_old ? "waited for too long"
                                                   : "the queue is full";
}

static bool tell_drops(struct channel *ch)
{
    uint64_t n = untold_drops(ch);
    if (n == 0)
        return true;
    struct qv_channel_event e = {
        .what = QV_CHANNEL_DROP,
        .stream = -1,
        .count = n,
        .text = why_dropped(&ch->datagrams.counters, &ch->told),
    };
    channel_trace_dropped(ch, e.count, e.text);
    ch->told = ch->datagrams.counters;
    return channel_tell(ch, &e);
}

static bool tell_max(struct channel *ch)
{
    if (!ch->is_quic || ch->datagrams.max == 0 ||
        ch->told_max == ch->datagrams.max)
        return true;
    ch->told_max = ch->datagrams.max;
    return channel_tell(ch, &(struct qv_channel_event){.what = QV_CHANNEL_MAX,
                                                       .stream = -1,
                                                       .count = ch->told_max});
}

static bool tell_leaving(struct channel *ch)
{
    if (!ch->is_leaving_untold)
        return true;
    ch->is_leaving_untold = false;
    return channel_tell(ch, &(struct qv_channel_event){
                                .what = QV_CHANNEL_DRAIN,
                                .stream = -1,
                            });
}

static void on_drain_task(struct loop_task *task)
{
    struct channel *ch = container_of(task, struct channel, drain_task);
    if (!channel_is_live(ch))
        return;
    if (channel_is_receiving(ch) &&
        (!tell_drops(ch) || !tell_max(ch) || !tell_leaving(ch)))
        return;
    if (!ch->is_out_full || ch->out.len > OUT_LOW)
        return;
    ch->is_out_full = false;
    if (ch->kind->drain)
        ch->kind->drain(ch);
    if (ch->state != CHANNEL_OPEN)
        return;
    if (ch->face->ops->on_drain)
        ch->face->ops->on_drain(ch->face);
}

/* --- life -------------------------------------------------------------- */

void channel_out_init(struct channel *ch)
{
    const struct datagrams_limits limits = {.count = ch->ask->queue,
                                            .age = ch->ask->queue_age};
    ch->source.read = read_out;
    ch->source.rewind = rewind_out;
    ch->drain_task.run = on_drain_task;
    ch->datagrams.on_drain = on_drain;
    buf_init(&ch->out, loop_buffers(ch->client->loop));
    datagrams_init(&ch->datagrams, &limits);
}

void channel_out_fini(struct channel *ch)
{
    buf_fini(&ch->out);
    datagrams_fini(&ch->datagrams);
}

void channel_out_open(struct channel *ch)
{
    if (ch->out.len > 0)
        channel_out_wake(ch);
    if (ch->is_out_full)
        loop_later(ch->client->loop, &ch->drain_task);
}
