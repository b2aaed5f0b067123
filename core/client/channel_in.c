/*
 * What comes: bytes of the stream, datagrams, the end.
 *
 * A caller may pause at any event.  Then the stream's bytes that were not used
 * are set aside (one read of the connection, since SINK_PAUSE stops it) and an
 * end waits behind them.  Datagrams cannot be stopped: as many as the ring
 * holds wait in `unread`, and the oldest are lost as they would be on the way.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/channel.h"
#include "client/channel_kind.h"
#include "client/result.h"

/* Of an answer that refuses; what comes behind is of no use to anybody. */
#define REFUSAL_MAX ((size_t)1024 * 1024)

static struct channel *of_exchange(struct exchange *ex)
{
    return container_of(ex, struct channel, ex);
}

static void note_heard(struct channel *ch)
{
    ch->heard_at = loop_now(ch->client->loop);
}

/* --- telling ----------------------------------------------------------- */

bool channel_is_receiving(const struct channel *ch)
{
    return channel_is_live(ch) && !ch->is_paused;
}

bool channel_tell(struct channel *ch, const struct qv_channel_event *e)
{
    struct qv_channel *face = ch->face;
    if (face == NULL)
        return false;
    switch (face->ops->on_event(face, e)) {
    case QV_MORE:
    case QV_ENOUGH:
    case QV_ABORT: /* whoever says so has ended the channel */
        break;
    case QV_PAUSE:
        ch->is_paused = true;
        break;
    }
    return channel_is_receiving(ch);
}

bool channel_tell_message(struct channel *ch, enum qv_channel_what what,
                          struct span data)
{
    ch->stats.messages_in++;
    ch->stats.bytes_in += data.len;
    return channel_tell(ch, &(struct qv_channel_event){.what = what,
                                                       .data = data.base,
                                                       .len = data.len,
                                                       .stream = -1});
}

size_t channel_tell_bytes(struct channel *ch, struct span bytes)
{
    ch->stats.bytes_in += bytes.len;
    (void)channel_tell(ch, &(struct qv_channel_event){.what = QV_CHANNEL_STREAM,
                                                      .data = bytes.base,
                                                      .len = bytes.len,
                                                      .stream = -1});
    return bytes.len;
}

/* --- the end ----------------------------------------------------------- */

static void fail_refused(struct channel *ch)
{
    int status = ch->head.status;
    struct fault why;
    bool is_inability =
        status == 501 || status == 426 || (status >= 200 && status < 300);
    if (is_inability && ch->protocol)
        fault_set(&why, ERR_NOT_NEGOTIATED, 0,
                  "the server does not speak %s there: it answered %d",
                  ch->protocol, status);
    else
        fault_set(&why, ERR_HTTP_STATUS, 0,
                  "The requested URL returned error: %d", status);
    channel_fail(ch, QV_CHANNEL_BY_PEER, &why, 0);
}

static void fail_unopened(struct channel *ch)
{
    if (channel_open_retry(ch, &ch->over))
        return;
    channel_fail(ch, QV_CHANNEL_BY_TRANSPORT, &ch->over, 0);
}

/* The peer's reset is its word on the channel; a connection that is lost has
 * said nothing of it. */
static void fail_open(struct channel *ch)
{
    struct fault why = ch->over;
    if (why.code != ERR_CHANNEL_CLOSED) {
        channel_fail(ch, QV_CHANNEL_BY_TRANSPORT, &why, 0);
        return;
    }
    channel_set_code(ch, why.wire, span_str(""));
    channel_fail(ch, QV_CHANNEL_BY_PEER, &why, 0);
}

static void end_of_peer(struct channel *ch)
{
    if (!ch->has_peer_ended || !channel_is_receiving(ch) || ch->aside.len > 0)
        return;
    ch->has_peer_ended = false;
    ch->kind->peer_end(ch);
}

/* The exchange is over, and what it has brought was told: what that means. */
static void settle(struct channel *ch)
{
    switch (ch->state) {
    case CHANNEL_WAITING:
        fail_unopened(ch);
        return;
    case CHANNEL_REFUSED:
        fail_refused(ch);
        return;
    case CHANNEL_OPEN:
    case CHANNEL_ENDING:
        if (ch->is_paused || ch->aside.len > 0)
            return; /* the caller takes what came before first */
        if (ch->over.code != ERR_NONE) {
            fail_open(ch);
            return;
        }
        ch->has_peer_ended = true;
        end_of_peer(ch);
        return;
    case CHANNEL_CLOSING:
        loop_later(ch->client->loop, &ch->end_task);
        return;
    }
}

/* --- the stream -------------------------------------------------------- */

static void refuse_piece(struct channel *ch, struct span data)
{
    const struct qv_channel_ops *ops = ch->face->ops;
    ch->refused += data.len;
    if (ops->on_refusal)
        ops->on_refusal(ch->face, &ch->head, data.base, data.len);
    if (ch->face && ch->refused > REFUSAL_MAX) {
        pool_cancel(&ch->ex);
        channel_story_keep(ch);
        ch->is_over = true;
        settle(ch);
    }
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct channel *ch = of_exchange(ex);
    note_heard(ch);
    if (ch->state == CHANNEL_REFUSED) {
        refuse_piece(ch, data);
        return SINK_MORE;
    }
    if (!channel_is_live(ch))
        return SINK_MORE; /* dropped */
    size_t used = 0;
    if (channel_is_receiving(ch) && ch->aside.len == 0)
        used = ch->kind->feed(ch, data);
    if (!channel_is_live(ch))
        return SINK_MORE;
    if (used < data.len)
        str_add(&ch->aside, span_of(data.base + used, data.len - used));
    return ch->is_paused || ch->aside.len > 0 ? SINK_PAUSE : SINK_MORE;
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct channel *ch = of_exchange(ex);
    note_heard(ch);
    admission_heard(&ch->client->admission, &ch->permit);
    ch->stats.rtt = pool_rtt(ex);
    channel_open_head(ch, head);
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct channel *ch = of_exchange(ex);
    if (!channel_is_live(ch))
        return;
    channel_tell(ch, &(struct qv_channel_event){
                         .what = QV_CHANNEL_TRAILERS,
                         .stream = -1,
                         .fields = result_fields(trailers, &ch->ex.arena),
                         .nfields = trailers->len});
}

static void on_end(struct exchange *ex)
{
    struct channel *ch = of_exchange(ex);
    note_heard(ch);
    ch->has_peer_ended = true;
    end_of_peer(ch);
}

static void on_sent(struct exchange *ex)
{
    channel_all_sent(of_exchange(ex));
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct channel *ch = of_exchange(ex);
    pool_unwatch(&ch->watch);
    channel_story_keep(ch);
    ch->is_over = true;
    ch->over = fault ? *fault : (struct fault){.code = ERR_NONE};
    settle(ch);
}

const struct exchange_sink channel_sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_end = on_end,
    .on_sent = on_sent,
    .on_done = on_done,
};

/* The channel itself goes on. */
static void on_draining(struct pool_watch *w, const struct fault *why)
{
    struct channel *ch = container_of(w, struct channel, watch);
    (void)why;
    ch->is_leaving_untold = true;
    loop_later(ch->client->loop, &ch->drain_task);
}

/* --- datagrams --------------------------------------------------------- */

static void keep_unread(struct channel *ch, struct span payload)
{
    if (ch->unread == NULL) {
        const struct datagrams_limits limits = {.count = ch->ask->queue};
        ch->unread = XALLOC_NEW(struct datagrams);
        datagrams_init(ch->unread, &limits);
    }
    datagrams_push(ch->unread, payload, loop_now(ch->client->loop));
}

static bool has_unread(const struct channel *ch)
{
    return ch->unread && ch->unread->n > 0;
}

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct channel *ch = container_of(d, struct channel, datagrams);
    note_heard(ch);
    if (ch->face == NULL || ch->state == CHANNEL_REFUSED ||
        ch->state == CHANNEL_CLOSING)
        return;
    ch->stats.datagrams_received++;
    if (ch->is_paused || has_unread(ch))
        keep_unread(ch, payload);
    else
        ch->kind->datagram(ch, payload);
}

/* --- going on ---------------------------------------------------------- */

static void read_unread(struct channel *ch)
{
    uint64_t now = loop_now(ch->client->loop);
    struct span payload;
    while (ch->unread && channel_is_receiving(ch) &&
           datagrams_peek(ch->unread, now, &payload)) {
        ch->kind->datagram(ch, payload);
        datagrams_pop(ch->unread);
    }
}

static void read_aside(struct channel *ch)
{
    struct span rest =
        span_of(ch->aside.base + ch->aside_at, ch->aside.len - ch->aside_at);
    if (rest.len == 0 || !channel_is_receiving(ch))
        return;
    ch->aside_at += ch->kind->feed(ch, rest);
    if (ch->aside_at < ch->aside.len)
        return;
    str_clear(&ch->aside);
    ch->aside_at = 0;
}

static void on_resume(struct loop_task *task)
{
    struct channel *ch = container_of(task, struct channel, resume_task);
    read_unread(ch);
    if (ch->kind->resume && channel_is_receiving(ch))
        ch->kind->resume(ch); /* a close may be aside: it comes last */
    if (!channel_is_live(ch))
        return;
    read_aside(ch);
    if (!channel_is_receiving(ch) || ch->aside.len > 0)
        return;
    loop_later(ch->client->loop, &ch->drain_task); /* drops to be told */
    if (ch->is_over)
        settle(ch);
    else if (ch->has_peer_ended)
        end_of_peer(ch);
    else
        pool_resume(&ch->ex, EXCHANGE_RECEIVE);
}

void channel_resume(struct channel *ch)
{
    if (!ch->is_paused)
        return;
    ch->is_paused = false;
    loop_later(ch->client->loop, &ch->resume_task);
}

/* --- life -------------------------------------------------------------- */

void channel_in_init(struct channel *ch)
{
    ch->resume_task.run = on_resume;
    ch->watch.on_draining = on_draining;
    list_init(&ch->watch.link);
    ch->datagrams.on_datagram = on_datagram;
    str_init(&ch->aside);
}

void channel_in_fini(struct channel *ch)
{
    str_fini(&ch->aside);
    if (ch->unread)
        datagrams_fini(ch->unread);
    free(ch->unread);
}
