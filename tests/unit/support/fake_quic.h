/*
 * fake_quic -- conn/quic.h in memory, for tests of what stands on it.
 *
 * It takes the place of conn/quic.c in a program: include it in exactly one
 * file of one.  Two of them joined pass streams to each other; one alone is
 * scripted: the test injects what a peer would send and looks at what was
 * sent, credited, reset and closed.
 *
 * It is as strict as the real one: bytes that were sent are looked at again
 * when they are acknowledged, so whoever let go of them earlier is found out;
 * flow control holds per stream and per connection; pieces can be odd.
 */
#ifndef TESTS_UNIT_SUPPORT_FAKE_QUIC_H
#define TESTS_UNIT_SUPPORT_FAKE_QUIC_H

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "conn/quic.h"
#include "conn/quic_echo.h"

#define FAKE_NONE UINT64_MAX

struct fake_sent {
    const uint8_t *base; /* where the application keeps it */
    size_t at;           /* in out */
    size_t len;
};

struct fake_stream {
    int64_t id;
    struct list link;
    /* What we send. */
    struct str out;
    struct fake_sent *unacked;
    size_t nunacked;
    bool has_fin;
    uint64_t reset;      /* code, FAKE_NONE */
    uint64_t send_limit; /* the peer's */
    bool is_blocked;
    /* What we receive. */
    struct str in;
    size_t given; /* of in, to the application */
    bool in_fin;
    bool in_done;
    uint64_t stop;     /* code, FAKE_NONE */
    uint64_t in_reset; /* code, FAKE_NONE */
    uint64_t in_stop;  /* code, FAKE_NONE */
    bool is_stop_told; /* once, as ngtcp2 does */
    uint64_t credited;
    bool is_closed;
};

/* One that was sent, or one that comes. */
struct fake_datagram {
    struct list link;
    uint64_t id;
    struct str bytes;
};

struct quic {
    struct quic_app *app;
    bool is_kept_alive;
    bool is_expected;
    bool is_asked;    /* fake_quic_answer() is due */
    uint64_t silence; /* for quic_silence() */
    enum quic_move move;
    struct loop *loop;
    struct quic *peer;
    bool is_server;
    struct list streams;
    struct loop_task flush;
    struct loop_task end;
    bool is_open;
    bool is_told; /* on_open was */
    bool is_gone;
    bool is_ending;
    struct fault why;
    uint64_t failed; /* quic_fail's code, FAKE_NONE */
    uint64_t closed; /* quic_close's */
    int64_t next_bidi;
    int64_t next_uni;
    uint64_t bidi_left;
    size_t datagram_max;       /* 0: the handshake agreed on none */
    struct list datagrams_out; /* sent, their fate not told */
    struct list datagrams_in;
    unsigned ndatagrams; /* sent */
    uint64_t remote_bidi;
    size_t nallowed; /* by quic_allow_streams(), and not taken back */
    bool was_allowed;
    /* Knobs. */
    struct qlog *qlog;
    uint64_t rtt; /* ns; 0: a ms */
    size_t piece; /* a delivery holds at most so many bytes; 0: any */
    bool holds_acks;
    bool holds_datagrams; /* no packet has room for one */
    bool loses_datagrams; /* that are sent */
    uint64_t window;      /* of a stream that we receive */
    uint64_t send_window; /* of a stream that we send: the peer's window */
    uint64_t conn_limit;
    uint64_t conn_sent;
    uint64_t conn_credited;
};

static void fake_flush(struct loop_task *task);
static void fake_end(struct loop_task *task);

static struct quic *fake_quic_new(struct loop *loop, bool is_server)
{
    struct quic *q = XALLOC_NEW(struct quic);
    *q = (struct quic){
        .loop = loop,
        .is_server = is_server,
        .flush = {.run = fake_flush},
        .end = {.run = fake_end},
        .is_open = true,
        .failed = FAKE_NONE,
        .closed = FAKE_NONE,
        .next_bidi = is_server ? 1 : 0,
        .next_uni = is_server ? 3 : 2,
        .bidi_left = 100,
        .remote_bidi = 100,
        .window = 1 << 20,
        .send_window = 1 << 20,
        .conn_limit = 1 << 30,
    };
    list_init(&q->streams);
    list_init(&q->datagrams_out);
    list_init(&q->datagrams_in);
    return q;
}

static inline void fake_datagram_add(struct list *to, uint64_t id,
                                     struct span head, struct span body)
{
    struct fake_datagram *d = XALLOC_NEW(struct fake_datagram);
    d->id = id;
    str_init(&d->bytes);
    str_add(&d->bytes, head);
    str_add(&d->bytes, body);
    list_append(to, &d->link);
}

static inline struct fake_datagram *fake_datagram_first(const struct list *of)
{
    return container_of(of->next, struct fake_datagram, link);
}

static inline void fake_datagram_drop(struct fake_datagram *d)
{
    list_remove(&d->link);
    str_fini(&d->bytes);
    free(d);
}

static inline void fake_datagram_drop_all(struct list *of)
{
    while (!list_is_empty(of))
        fake_datagram_drop(fake_datagram_first(of));
}

static inline void fake_quic_join(struct quic *a, struct quic *b)
{
    a->peer = b;
    b->peer = a;
}

static void fake_quic_free(struct quic *q)
{
    loop_forget(q->loop, &q->flush);
    loop_forget(q->loop, &q->end);
    list_each_safe (l, &q->streams) {
        struct fake_stream *s = container_of(l, struct fake_stream, link);
        str_fini(&s->out);
        str_fini(&s->in);
        free(s->unacked);
        free(s);
    }
    fake_datagram_drop_all(&q->datagrams_out);
    fake_datagram_drop_all(&q->datagrams_in);
    free(q);
}

static struct fake_stream *fake_quic_find(struct quic *q, int64_t id)
{
    list_each (l, &q->streams) {
        struct fake_stream *s = container_of(l, struct fake_stream, link);
        if (s->id == id)
            return s;
    }
    return NULL;
}

static inline struct fake_stream *fake_quic_stream(struct quic *q, int64_t id)
{
    struct fake_stream *s = fake_quic_find(q, id);
    if (s)
        return s;
    s = XALLOC_NEW(struct fake_stream);
    s->id = id;
    s->reset = FAKE_NONE;
    s->stop = FAKE_NONE;
    s->in_reset = FAKE_NONE;
    s->in_stop = FAKE_NONE;
    s->send_limit = q->send_window;
    str_init(&s->out);
    str_init(&s->in);
    list_append(&q->streams, &s->link);
    return s;
}

/* --- what the test, or the other end, does to this one ------------------ */

static inline void fake_quic_receive(struct quic *q, int64_t id,
                                     struct span data, bool fin)
{
    struct fake_stream *s = fake_quic_stream(q, id);
    if (s->in_done)
        return;
    if (s->stop != FAKE_NONE) { /* nobody reads it, but it may be over */
        s->in_done = fin;
        loop_later(q->loop, &q->flush);
        return;
    }
    str_add(&s->in, data);
    s->in_fin |= fin;
    loop_later(q->loop, &q->flush);
}

static inline void fake_quic_receive_datagram(struct quic *q, struct span data)
{
    fake_datagram_add(&q->datagrams_in, 0, data, (struct span){0});
    loop_later(q->loop, &q->flush);
}

/* Another size from the next turn on: the path has changed. */
static inline void fake_quic_set_datagram_max(struct quic *q, size_t max)
{
    q->datagram_max = max;
    q->app->ops->on_datagram_max(q->app);
}

static inline void fake_quic_receive_reset(struct quic *q, int64_t id,
                                           uint64_t code)
{
    fake_quic_stream(q, id)->in_reset = code;
    loop_later(q->loop, &q->flush);
}

static inline void fake_quic_receive_stop(struct quic *q, int64_t id,
                                          uint64_t code)
{
    fake_quic_stream(q, id)->in_stop = code;
    loop_later(q->loop, &q->flush);
}

static inline void fake_quic_lose(struct quic *q, enum err code, uint64_t wire,
                                  const char *text)
{
    if (q->is_gone || q->is_ending)
        return;
    fault_set(&q->why, code, wire, "%s", text);
    q->is_ending = true;
    loop_later(q->loop, &q->end);
}

static inline void fake_quic_allow(struct quic *q, uint64_t more)
{
    q->bidi_left += more;
    q->was_allowed = true;
    loop_later(q->loop, &q->flush);
}

/* --- turns --------------------------------------------------------------- */

static bool fake_is_live(const struct quic *q)
{
    return q->app && !q->is_gone && !q->is_ending;
}

static bool fake_deliver(struct quic *q, struct fake_stream *s)
{
    size_t left = s->in.len - s->given;
    bool fin = s->in_fin && !s->in_done;
    if (s->in_done || (left == 0 && !fin))
        return false;
    size_t n = q->piece && left > q->piece ? q->piece : left;
    uint8_t *copy = xalloc_bytes(n + 1);
    if (n > 0)
        memcpy(copy, s->in.base + s->given, n);
    s->given += n;
    fin = fin && s->given == s->in.len;
    s->in_done = fin;
    if (s->stop == FAKE_NONE)
        q->app->ops->on_stream_data(q->app, s->id, span_of(copy, n), fin);
    free(copy);
    return true;
}

static bool fake_receive(struct quic *q, struct fake_stream *s)
{
    if (fake_deliver(q, s))
        return true;
    if (!fake_is_live(q))
        return false;
    if (s->in_reset != FAKE_NONE && !s->in_done) {
        s->in_done = true;
        if (s->stop == FAKE_NONE)
            q->app->ops->on_stream_reset(q->app, s->id, s->in_reset);
        return true;
    }
    if (s->in_stop != FAKE_NONE && !s->is_stop_told && !s->is_closed) {
        s->is_stop_told = true;
        quic_reset_stream(q, s->id, s->in_stop);
        q->app->ops->on_stop_sending(q->app, s->id, s->in_stop);
        return true;
    }
    return false;
}

static bool fake_ack(struct quic *q, struct fake_stream *s)
{
    if (q->holds_acks || s->nunacked == 0)
        return false;
    for (size_t i = 0; i < s->nunacked; i++) {
        const struct fake_sent *u = &s->unacked[i];
        if (memcmp(u->base, s->out.base + u->at, u->len) != 0)
            abort(); /* somebody let go of it before */
        if (fake_is_live(q))
            q->app->ops->on_stream_acked(q->app, s->id, u->len);
    }
    s->nunacked = 0;
    return true;
}

static void fake_close_stream(struct quic *q, struct fake_stream *s)
{
    bool is_uni = s->id & 2;
    bool is_own = (s->id & 1) == (q->is_server ? 1 : 0);
    bool is_out_done =
        s->reset != FAKE_NONE || (s->has_fin && s->nunacked == 0);
    bool is_in_done = s->in_done;
    if (is_uni)
        is_out_done = is_in_done = is_own ? is_out_done : is_in_done;
    if (s->is_closed || !is_out_done || !is_in_done)
        return;
    s->is_closed = true;
    uint64_t code = s->in_reset != FAKE_NONE ? s->in_reset : s->reset;
    q->app->ops->on_stream_closed(q->app, s->id, code != FAKE_NONE,
                                  code != FAKE_NONE ? code : 0);
    if (!is_own && !is_uni && q->peer)
        fake_quic_allow(q->peer, 1);
}

/* To twice as many whenever it is full: acknowledgements may be held for long. */
static void fake_grow_unacked(struct fake_stream *s)
{
    size_t n = s->nunacked;
    if ((n & (n - 1)) == 0)
        s->unacked =
            xalloc_resize(s->unacked, (n ? 2 * n : 1) * sizeof *s->unacked);
}

static void fake_take(struct quic *q, struct fake_stream *s,
                      const struct span *spans, int n, size_t len)
{
    for (int i = 0; i < n && len > 0; i++) {
        size_t part = spans[i].len < len ? spans[i].len : len;
        fake_grow_unacked(s);
        s->unacked[s->nunacked++] =
            (struct fake_sent){spans[i].base, s->out.len, part};
        str_add(&s->out, span_of(spans[i].base, part));
        if (q->peer)
            fake_quic_receive(q->peer, s->id, span_of(spans[i].base, part),
                              false);
        len -= part;
    }
}

/* One offer of the application's; false: nothing, or no room. */
static bool fake_send(struct quic *q)
{
    struct span spans[QUIC_SPANS_MAX];
    int64_t id = -1;
    bool fin = false;
    int n = q->app->ops->next_send(q->app, &id, spans, QUIC_SPANS_MAX, &fin);
    if (n < 0 || !fake_is_live(q))
        return false;
    struct fake_stream *s = fake_quic_stream(q, id);
    size_t total = 0;
    for (int i = 0; i < n; i++)
        total += spans[i].len;
    if (s->reset != FAKE_NONE) {
        q->app->ops->write_closed(q->app, id);
        return true;
    }
    uint64_t room = s->send_limit - s->out.len;
    if (total > 0 && room == 0) {
        s->is_blocked = true;
        q->app->ops->blocked(q->app, id);
        return true;
    }
    if (room > q->conn_limit - q->conn_sent)
        room = q->conn_limit - q->conn_sent;
    if (total > 0 && room == 0)
        return false;
    size_t len = total < room ? total : (size_t)room;
    if (q->piece && len > q->piece)
        len = q->piece;
    fake_take(q, s, spans, n, len);
    q->conn_sent += len;
    s->has_fin = fin && len == total;
    if (s->has_fin && q->peer)
        fake_quic_receive(q->peer, id, span_of(NULL, 0), true);
    q->app->ops->sent(q->app, id, len);
    return true;
}

static bool fake_receive_datagram(struct quic *q)
{
    if (list_is_empty(&q->datagrams_in))
        return false;
    struct fake_datagram *d = fake_datagram_first(&q->datagrams_in);
    /* In memory of its own length. */
    uint8_t *copy = xalloc_bytes(d->bytes.len);
    struct span data = span_of(copy, d->bytes.len);
    if (data.len > 0)
        memcpy(copy, d->bytes.base, data.len);
    fake_datagram_drop(d);
    q->app->ops->on_datagram(q->app, data);
    free(copy);
    return true;
}

/* The fate of one that was sent. */
static bool fake_judge_datagram(struct quic *q)
{
    if (q->holds_acks || list_is_empty(&q->datagrams_out))
        return false;
    struct fake_datagram *d = fake_datagram_first(&q->datagrams_out);
    uint64_t id = d->id;
    fake_datagram_drop(d);
    if (q->loses_datagrams)
        q->app->ops->on_datagram_lost(q->app, id);
    else
        q->app->ops->on_datagram_acked(q->app, id);
    return true;
}

static bool fake_send_datagram(struct quic *q)
{
    struct quic_datagram d;
    if (q->holds_datagrams || !q->app->ops->next_datagram(q->app, &d) ||
        !fake_is_live(q))
        return false;
    if (d.head.len + d.body.len > q->datagram_max) {
        q->app->ops->datagram_too_large(q->app, d.id);
        return true;
    }
    fake_datagram_add(&q->datagrams_out, d.id, d.head, d.body);
    q->ndatagrams++;
    if (q->peer && !q->loses_datagrams)
        fake_quic_receive_datagram(
            q->peer, str_span(&container_of(q->datagrams_out.prev,
                                            struct fake_datagram, link)
                                   ->bytes));
    q->app->ops->datagram_sent(q->app, d.id);
    return true;
}

static bool fake_turn(struct quic *q)
{
    bool is_busy = false;
    if (q->was_allowed) {
        q->was_allowed = false;
        q->app->ops->on_streams_allowed(q->app);
    }
    while (fake_is_live(q) && fake_receive_datagram(q))
        is_busy = true;
    list_each (l, &q->streams) {
        struct fake_stream *s = container_of(l, struct fake_stream, link);
        if (fake_is_live(q))
            is_busy |= fake_receive(q, s);
        if (fake_is_live(q))
            is_busy |= fake_ack(q, s);
        if (fake_is_live(q))
            fake_close_stream(q, s);
    }
    while (fake_is_live(q) && fake_judge_datagram(q))
        is_busy = true;
    for (int i = 0; i < 64 && fake_is_live(q) && fake_send_datagram(q); i++)
        is_busy = true;
    for (int i = 0; i < 64 && fake_is_live(q) && fake_send(q); i++)
        is_busy = true;
    return is_busy;
}

static void fake_flush(struct loop_task *task)
{
    struct quic *q = container_of(task, struct quic, flush);
    if (!q->is_open || !fake_is_live(q))
        return;
    if (!q->is_told) {
        q->is_told = true;
        q->app->ops->on_open(q->app);
    }
    if (fake_is_live(q) && fake_turn(q))
        loop_later(q->loop, &q->flush);
}

static void fake_end(struct loop_task *task)
{
    struct quic *q = container_of(task, struct quic, end);
    struct quic_app *app = q->app;
    q->is_gone = true;
    q->app = NULL;
    if (app)
        app->ops->on_closed(app, &q->why);
}

static void fake_credit(struct quic *q, size_t len)
{
    q->conn_credited += len;
    if (q->peer)
        q->peer->conn_limit += len;
    if (q->peer && len > 0)
        loop_later(q->loop, &q->peer->flush);
}

static void fake_tell_peer(struct quic *q, uint64_t code)
{
    if (q->peer == NULL)
        return;
    fake_flush(&q->peer->flush); /* what was on its way arrives first */
    fake_quic_lose(q->peer, code == 0x100 ? ERR_NONE : ERR_H3, code,
                   "the peer closed the connection");
    q->peer->peer = NULL;
    q->peer = NULL;
}

/* --- conn/quic.h --------------------------------------------------------- */

struct quic *quic_connect(struct loop *loop, struct datagram_path *path,
                          struct span host, const struct settings *s,
                          struct tls_context *tls,
                          const struct quic_store *store, struct quic_app *app,
                          struct fault *fault)
{
    (void)path, (void)host, (void)s, (void)tls, (void)store;
    struct quic *q = fake_quic_new(loop, false);
    q->app = app;
    fault_set(fault, ERR_NONE, 0, "%s", "");
    return q;
}

bool quic_is_early(const struct quic *q)
{
    (void)q;
    return false;
}

enum early_data quic_early_outcome(const struct quic *q)
{
    (void)q;
    return EARLY_DATA_NONE;
}

uint64_t quic_early_bytes(const struct quic *q)
{
    (void)q;
    return 0;
}

void quic_remember(struct quic *q, struct span settings)
{
    (void)q, (void)settings;
}

struct span quic_remembered(const struct quic *q)
{
    (void)q;
    return span_of("", 0);
}

uint64_t quic_remembered_rtt(const struct quic *q)
{
    (void)q;
    return 0;
}

void quic_set_app(struct quic *q, struct quic_app *app)
{
    q->app = app;
    q->is_told = true; /* the one before was */
}

int64_t quic_open_bidi(struct quic *q)
{
    if (q->bidi_left == 0)
        return -1;
    q->bidi_left--;
    q->next_bidi += 4;
    return q->next_bidi - 4;
}

int64_t quic_open_uni(struct quic *q)
{
    q->next_uni += 4;
    return q->next_uni - 4;
}

uint64_t quic_bidi_left(const struct quic *q)
{
    return q->bidi_left;
}

void quic_keep_alive(struct quic *q, bool is_on, uint64_t at_most)
{
    (void)at_most;
    q->is_kept_alive = is_on;
}

void quic_expect(struct quic *q, bool is_expected)
{
    q->is_expected = is_expected;
}

void quic_ask(struct quic *q)
{
    q->is_asked = true;
}

void quic_allowed(const struct quic *q, struct allowed *a)
{
    (void)q;
    (void)a;
}

bool quic_measure(struct quic *q, struct meter *m, uint64_t seq)
{
    (void)q;
    (void)m;
    (void)seq;
    return false;
}

uint64_t quic_silence(const struct quic *q)
{
    return q->silence;
}

enum quic_move quic_move(struct quic *q, bool is_forced, struct fault *fault)
{
    (void)is_forced;
    if (q->move == QUIC_MOVE_IMPOSSIBLE)
        fault_set(fault, ERR_QUIC, 0, "the fake stays");
    return q->move;
}

/* The peer's answer to quic_ask(). */
__attribute__((unused)) static void fake_quic_answer(struct quic *q)
{
    q->is_asked = false;
    q->silence = 0;
    q->app->ops->on_alive(q->app);
}

void quic_wake(struct quic *q)
{
    loop_later(q->loop, &q->flush);
}

void quic_consumed(struct quic *q, int64_t id, size_t len)
{
    quic_consumed_stream(q, id, len);
    quic_consumed_conn(q, len);
}

void quic_consumed_conn(struct quic *q, size_t len)
{
    fake_credit(q, len);
}

void quic_consumed_stream(struct quic *q, int64_t id, size_t len)
{
    fake_quic_stream(q, id)->credited += len;
    if (q->peer == NULL)
        return;
    struct fake_stream *other = fake_quic_stream(q->peer, id);
    other->send_limit += len;
    if (other->is_blocked && q->peer->app && fake_is_live(q->peer)) {
        other->is_blocked = false;
        q->peer->app->ops->on_stream_unblocked(q->peer->app, id);
        loop_later(q->loop, &q->peer->flush);
    }
}

void quic_reset_stream(struct quic *q, int64_t id, uint64_t code)
{
    struct fake_stream *s = fake_quic_stream(q, id);
    if (s->reset != FAKE_NONE || (s->has_fin && s->nunacked == 0))
        return;
    s->reset = code;
    s->nunacked = 0;
    if (q->peer)
        fake_quic_receive_reset(q->peer, id, code);
    quic_wake(q);
}

void quic_stop_sending(struct quic *q, int64_t id, uint64_t code)
{
    struct fake_stream *s = fake_quic_stream(q, id);
    if (s->stop != FAKE_NONE || s->in_done)
        return;
    s->stop = code;
    if (q->peer)
        fake_quic_receive_stop(q->peer, id, code);
    quic_wake(q);
}

void quic_allow_streams(struct quic *q, size_t n)
{
    q->nallowed += n;
    q->remote_bidi += n;
    if (q->peer)
        fake_quic_allow(q->peer, n);
}

void quic_disallow_streams(struct quic *q, size_t n)
{
    q->nallowed -= n;
}

uint64_t quic_remote_bidi_max(const struct quic *q)
{
    return q->remote_bidi;
}

struct qlog *quic_qlog(const struct quic *q)
{
    return q->qlog;
}

size_t quic_datagram_max(const struct quic *q)
{
    return q->datagram_max;
}

void quic_fail(struct quic *q, uint64_t app_error, const struct fault *why)
{
    if (q->is_ending || q->is_gone)
        return;
    q->failed = app_error;
    q->why = *why;
    q->is_ending = true;
    fake_tell_peer(q, app_error);
    loop_later(q->loop, &q->end);
}

void quic_close(struct quic *q, uint64_t app_error)
{
    q->closed = app_error;
    q->app = NULL;
    q->is_gone = true;
    fake_tell_peer(q, app_error);
}

void quic_facts(const struct quic *q, struct conn_facts *facts)
{
    (void)q, (void)facts;
}

void quic_get_stats(const struct quic *q, struct quic_stats *stats)
{
    *stats = (struct quic_stats){.path.rtt = q->rtt ? q->rtt : LOOP_MS};
}

/* --- running ------------------------------------------------------------- */

struct fake_stopper {
    struct loop_timer timer;
    struct loop *loop;
    int turns;
};

static void fake_on_stopper(struct loop_timer *t, uint64_t now)
{
    struct fake_stopper *s = container_of(t, struct fake_stopper, timer);
    if (--s->turns > 0)
        loop_arm(s->loop, t, now);
    else
        loop_stop(s->loop);
}

/* Until nothing is left to do but to wait for timers. */
static inline void fake_quic_settle(struct loop *loop)
{
    struct fake_stopper s = {
        .timer = {.on_expired = fake_on_stopper},
        .loop = loop,
        .turns = 200, /* a turn has an end even while tasks queue tasks */
    };
    loop_arm(loop, &s.timer, loop_now(loop));
    loop_run(loop);
    loop_disarm(loop, &s.timer);
}

#endif
