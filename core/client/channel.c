/*
 * How a channel ends.
 *
 * It may end from anywhere: the caller, the peer's FIN or reset, a codec that
 * has read nonsense, a timer, a lost connection.  Whoever sees it first decides
 * what on_closed tells (ch->end) and the state is CLOSING from then on; what
 * comes later changes nothing.  on_closed itself comes from a task of its own,
 * so a caller may end the channel in any of its callbacks.
 *
 * After a good end the last bytes (the answer to a close frame, a FIN) still
 * have to leave, which the exchange shows by its own end.  A peer that does not
 * let it come to that is waited for CLOSE_WAIT only, or a few round trips once
 * ours are gone.
 */
#include "client/channel.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/channel_kind.h"
#include "client/channel_trace.h"
#include "client/request_state.h"
#include "client/result.h"

#define CLOSE_WAIT LOOP_S
#define SENT_WAIT  (20 * LOOP_MS)

#define NOT_REACHED (-1.0)

static struct loop *loop_of(const struct channel *ch)
{
    return ch->client->loop;
}

/* --- memory ------------------------------------------------------------ */

static void reap(struct loop_task *task)
{
    struct channel *ch = container_of(task, struct channel, reap_task);
    channel_in_fini(ch);
    channel_out_fini(ch);
    channel_story_fini(ch);
    prepared_drop(ch->prepared);
    arena_fini(&ch->ex.arena);
    arena_fini(&ch->arena);
    free(ch);
}

static void count_messages(const struct channel *ch,
                           struct qv_channels_stats *sums)
{
    struct qv_channel_stats s;
    channel_get_stats(ch, &s);
    sums->opened += ch->opened_at != 0;
    sums->messages_in += s.messages_in;
    sums->messages_out += s.messages_out;
    sums->bytes_in += s.bytes_in;
    sums->bytes_out += s.bytes_out;
    sums->datagrams_sent += s.datagrams_sent;
    sums->datagrams_received += s.datagrams_received;
    sums->datagrams_dropped += s.datagrams_dropped;
    sums->datagrams_lost += s.datagrams_lost;
}

/* The pool has its exchange, which is not over. */
static bool is_submitted(const struct channel *ch)
{
    return ch->ex.pool && !ch->is_over;
}

/* Out of every list and timer. */
static void retire(struct channel *ch)
{
    struct loop *loop = loop_of(ch);
    struct client_counters *sums = &ch->client->counters;
    count_messages(ch, &sums->channels);
    if (ch->kind && ch->codec && ch->kind->fini)
        ch->kind->fini(ch);
    ch->codec = NULL;
    pool_unwatch(&ch->watch);
    if (is_submitted(ch))
        pool_cancel(&ch->ex);
    pool_release(&ch->ex);
    sums->bytes_in += ch->ex.bytes_head_received + ch->ex.bytes_body_received;
    sums->bytes_out += ch->ex.bytes_head_sent + ch->ex.bytes_body_sent;
    admission_leave(&ch->client->admission, &ch->permit);
    loop_disarm(loop, &ch->deadline);
    loop_disarm(loop, &ch->silence);
    loop_disarm(loop, &ch->closing);
    loop_disarm(loop, &ch->ping);
    loop_forget(loop, &ch->submit_task);
    loop_forget(loop, &ch->resume_task);
    loop_forget(loop, &ch->drain_task);
    loop_forget(loop, &ch->end_task);
    loop_reap(loop, &ch->reap_task);
}

/* --- the end ----------------------------------------------------------- */

static double since(uint64_t from, uint64_t to)
{
    if (from == 0 || to == 0)
        return NOT_REACHED;
    return to <= from ? 0 : (double)(to - from) / (double)LOOP_S;
}

static void fill_result(struct channel *ch, struct qv_channel_result *r)
{
    const struct channel_end *end = &ch->end;
    *r = (struct qv_channel_result){
        .response_code = ch->head.status,
        .http_version = message_version_name(ch->version),
        .by = end->by,
        .has_code = end->has_code,
        .code = end->code,
        .reason = end->reason ? end->reason : "",
        .time_open = since(ch->started_at, ch->opened_at),
        .time_total = since(ch->started_at, loop_now(loop_of(ch))),
        .how = channel_story_result(ch),
    };
    result_error(&r->error, end->fault.code == ERR_NONE ? NULL : &end->fault);
    channel_get_stats(ch, &r->stats);
}

static void on_end(struct loop_task *task)
{
    struct channel *ch = container_of(task, struct channel, end_task);
    struct qv_channel *face = ch->face;
    struct client *client = ch->client;
    struct qv_channel_result result;
    fill_result(ch, &result);
    channel_trace_ended(ch);
    if (result.error.status == 0)
        client->counters.channels.done++;
    else
        client->counters.channels.failed++;
    ch->face = NULL;
    face->state = NULL;
    client_hold(client); /* on_closed() may start the next one */
    client_remove(client, &ch->work);
    retire(ch);
    face->ops->on_closed(face, &result);
    client_release(client);
}

void channel_cancel(struct channel *ch)
{
    ch->face->state = NULL;
    ch->face = NULL;
    client_remove(ch->client, &ch->work);
    retire(ch);
}

void channel_give_up(struct channel *ch, struct qv_channel_result *r)
{
    struct qv_channel_stats stats; /* while there is a connection */
    channel_get_stats(ch, &stats);
    if (is_submitted(ch)) {
        pool_cancel(&ch->ex);
        channel_story_keep(ch);
        ch->is_over = true;
    }
    fill_result(ch, r);
    r->stats = stats;
    channel_cancel(ch);
}

static void finish_later(struct channel *ch)
{
    loop_later(loop_of(ch), &ch->end_task);
}

void channel_set_code(struct channel *ch, uint64_t code, struct span reason)
{
    ch->end.has_code = true;
    ch->end.code = code;
    ch->end.reason = (const char *)arena_copy(&ch->arena, reason).base;
}

void channel_fail(struct channel *ch, enum qv_channel_by by,
                  const struct fault *why, uint64_t wire)
{
    if (ch->face == NULL || ch->state == CHANNEL_CLOSING)
        return;
    ch->state = CHANNEL_CLOSING;
    ch->end.fault = *why;
    ch->end.by = by;
    pool_unwatch(&ch->watch);
    if (is_submitted(ch) && wire != 0)
        pool_reset(&ch->ex, wire);
    else if (is_submitted(ch))
        pool_cancel(&ch->ex);
    channel_story_keep(ch);
    ch->is_over = true;
    finish_later(ch);
}

/* RFC 9113 8.1.1, RFC 9114 4.1.2; HTTP/1.1 has no code but to close. */
static uint64_t malformed_code(enum http_version version)
{
    switch (version) {
    case HTTP_VERSION_3:
        return 0x10e; /* H3_MESSAGE_ERROR */
    case HTTP_VERSION_2:
        return 0x01; /* PROTOCOL_ERROR */
    case HTTP_VERSION_1_1:
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_NONE:
        break;
    }
    return 0;
}

void channel_fail_malformed(struct channel *ch, const char *what)
{
    struct fault why;
    uint64_t code = malformed_code(ch->version);
    fault_set(&why, ERR_CHANNEL_CLOSED, code, "%s", what);
    channel_fail(ch, QV_CHANNEL_BY_US, &why, code);
}

void channel_close(struct channel *ch, enum qv_channel_by by)
{
    if (ch->face == NULL || ch->state == CHANNEL_CLOSING)
        return;
    ch->state = CHANNEL_CLOSING;
    ch->end.by = by;
    if (ch->is_over) {
        finish_later(ch);
        return;
    }
    channel_out_done(ch);
    loop_arm(loop_of(ch), &ch->closing, loop_now(loop_of(ch)) + CLOSE_WAIT);
}

/* The peer's FIN may be on its way too: it is waited for as long as that takes,
 * and some. */
void channel_all_sent(struct channel *ch)
{
    uint64_t wait = 3 * pool_rtt(&ch->ex) + SENT_WAIT;
    if (ch->state == CHANNEL_CLOSING && wait < CLOSE_WAIT)
        loop_arm(loop_of(ch), &ch->closing, loop_now(loop_of(ch)) + wait);
}

/* --- what the caller asks for ------------------------------------------ */

static uint64_t linger_of(const struct channel *ch)
{
    return ch->ask->linger ? ch->ask->linger : ch->kind->linger;
}

void channel_end(struct channel *ch, uint64_t code, const char *reason)
{
    struct fault none = {.code = ERR_NONE};
    switch (ch->state) {
    case CHANNEL_WAITING:
    case CHANNEL_REFUSED:
        channel_fail(ch, QV_CHANNEL_BY_US, &none, 0);
        return;
    case CHANNEL_OPEN:
        break;
    case CHANNEL_ENDING:
    case CHANNEL_CLOSING:
        return;
    }
    ch->state = CHANNEL_ENDING;
    ch->kind->end(ch, code, reason);
    loop_arm(loop_of(ch), &ch->closing, loop_now(loop_of(ch)) + linger_of(ch));
}

int64_t channel_open_stream(struct channel *ch, bool is_uni)
{
    if (ch->state != CHANNEL_OPEN || ch->kind->open_stream == NULL)
        return -1;
    return ch->kind->open_stream(ch, is_uni);
}

bool channel_end_stream(struct channel *ch, int64_t id)
{
    return channel_is_live(ch) && ch->kind->end_stream &&
           ch->kind->end_stream(ch, id);
}

bool channel_reset_stream(struct channel *ch, int64_t id, uint32_t code)
{
    return channel_is_live(ch) && ch->kind->reset_stream &&
           ch->kind->reset_stream(ch, id, code);
}

enum qv_channel_sent channel_send(struct channel *ch,
                                  const struct qv_channel_message *m)
{
    if (ch->state == CHANNEL_WAITING) {
        ch->is_out_full = true;
        return QV_CHANNEL_SEND_FULL;
    }
    if (ch->state != CHANNEL_OPEN)
        return QV_CHANNEL_SEND_ENDED;
    return ch->kind->send(ch, m);
}

size_t channel_max(const struct channel *ch)
{
    return channel_is_live(ch) ? ch->told_max : 0;
}

void channel_get_stats(const struct channel *ch, struct qv_channel_stats *s)
{
    const struct datagrams_counters *d = &ch->datagrams.counters;
    *s = ch->stats;
    s->datagrams_sent += d->sent;
    s->datagrams_acked = d->acked;
    s->datagrams_lost = d->lost;
    s->datagrams_dropped += d->dropped_full + d->dropped_old + d->dropped_large;
    if (ch->unread)
        s->datagrams_missed = ch->unread->counters.dropped_full;
    uint64_t rtt = pool_rtt(&ch->ex);
    s->rtt = rtt ? rtt : s->rtt;
    s->max = channel_max(ch);
}

/* --- time -------------------------------------------------------------- */

static void on_closing(struct loop_timer *timer, uint64_t now)
{
    struct channel *ch = container_of(timer, struct channel, closing);
    (void)now;
    if (ch->state == CHANNEL_ENDING && ch->is_paused) {
        /* What the caller has not taken yet counts as having come. */
        loop_arm(loop_of(ch), timer, now + linger_of(ch));
        return;
    }
    if (ch->state == CHANNEL_ENDING) {
        ch->state = CHANNEL_CLOSING;
        ch->end.by = QV_CHANNEL_BY_US;
        if (ch->kind->linger_over)
            ch->kind->linger_over(ch);
    }
    finish_later(ch); /* the exchange is cancelled with the rest */
}

/* --- the beginning ----------------------------------------------------- */

static void cancel_work(struct client_work *w)
{
    channel_cancel(container_of(w, struct channel, work));
}

static void count_work(const struct client_work *w, struct qv_stats *stats)
{
    const struct channel *ch = container_of(w, struct channel, work);
    stats->bytes_in += ch->ex.bytes_head_received + ch->ex.bytes_body_received;
    stats->bytes_out += ch->ex.bytes_head_sent + ch->ex.bytes_body_sent;
    stats->channels.open += channel_is_live(ch);
    count_messages(ch, &stats->channels);
}

static const struct client_work_ops work_ops = {
    .cancel = cancel_work,
    .count = count_work,
};

static const struct channel_kind *kind_of(enum qv_channel_kind kind)
{
    switch (kind) {
    case QV_CHANNEL_KIND_DATAGRAMS:
        return &channel_datagrams;
    case QV_CHANNEL_KIND_WEBSOCKET:
        return &channel_websocket;
    case QV_CHANNEL_KIND_BYTES:
        return &channel_bytes;
    case QV_CHANNEL_KIND_CONNECT:
        return &channel_connect;
    case QV_CHANNEL_KIND_UDP:
        return &channel_udp;
    case QV_CHANNEL_KIND_WEBTRANSPORT:
        return &channel_webtransport;
    }
    return NULL;
}

void channel_start(struct client *c, struct qv_channel *face,
                   const struct qv_channel_request *ask)
{
    struct channel *ch = XALLOC_NEW(struct channel);
    ch->face = face;
    ch->client = c;
    ch->ask = ask;
    ch->asked = request_state_asked(&ask->request);
    ch->options = *ch->asked;
    ch->kind = kind_of(ask->kind);
    ch->id = c->next_xfer_id++;
    ch->work.ops = &work_ops;
    ch->ex.state = EXCHANGE_DONE; /* none yet */
    list_init(&ch->ex.link);
    arena_init(&ch->arena);
    arena_init(&ch->ex.arena);
    ch->end_task.run = on_end;
    ch->reap_task.run = reap;
    ch->closing.on_expired = on_closing;
    channel_watch_init(ch);
    channel_in_init(ch);
    channel_out_init(ch);
    face->state = ch;
    channel_story_init(ch);
    client_add(c, &ch->work);
    channel_open_start(ch);
}
