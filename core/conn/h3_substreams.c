/*
 * Sorting.  The first number of a stream says whose it is: the type of a
 * unidirectional one, or what would be the type of the first frame of a
 * bidirectional one.  Most are HTTP's and show it in one byte, so most streams
 * cost nothing here.
 *
 * A stream may come before the request that opens its session, since nothing
 * orders them.  A few wait then, unread and so bounded by their windows; the
 * oldest is refused for one more, as the draft has it (4.5), so those whose
 * session never comes keep nobody out.
 *
 * Sent bytes lie in `out` until they are acknowledged, because QUIC does not
 * copy them: the first `sent` ones are on their way.
 */
#include "conn/h3_substreams.h"

#include <stdlib.h>
#include <string.h>

#include <nghttp3/nghttp3.h>

#include "base/buf.h"
#include "base/varint.h"
#include "base/xalloc.h"
#include "conn/h3_guard.h"
#include "conn/h3_session_self.h"

/* What they begin with (4.1, 4.2). */
#define TYPE_UNI  UINT64_C(0x54)
#define TYPE_BIDI UINT64_C(0x41)

/* Error codes of HTTP/3 that the draft adds (9.5). */
#define BUFFERED_STREAM_REJECTED UINT64_C(0x3994bd84)
#define SESSION_GONE             UINT64_C(0x170d7b68)
#define CODE_FIRST               UINT64_C(0x52e4a40fa8db)
#define CODE_LAST                UINT64_C(0x52e5ac983162)

#define WAITING_MAX 16

/* A writer is told to stop above, and to go on below. */
#define OUT_HIGH ((size_t)256 * 1024)
#define OUT_LOW  ((size_t)64 * 1024)

/* What a stream that is of no use weighs, in bytes of junk (h3_guard.h). */
#define USELESS_WEIGHT 1024

/* Of two numbers. */
#define HEAD_MAX (2 * VARINT_LEN_MAX)

enum what {
    SORTING,  /* its first numbers are not complete */
    HTTPS,    /* unidirectional: one that nghttp3 has */
    WAITING,  /* its session is not there yet */
    ADMITTED, /* it is, and hears of the stream in the session's task */
    OPEN,
    DETACHED, /* nobody owns it any more */
};

enum side {
    SIDE_OPEN,
    SIDE_ENDING, /* out: FIN follows; in: FIN came, and is to be told */
    SIDE_OVER,
};

struct h3_substream {
    struct substream face;
    struct h3_session *s;
    struct h3_substream *next; /* same bucket, or free */
    struct list link;          /* of its owner's, or of those that wait */
    struct list ready;
    struct list due;
    struct list gone;
    enum what what;
    bool is_closed; /* QUIC's stream is gone */

    uint8_t head[HEAD_MAX]; /* while SORTING */
    size_t nhead;
    struct varint number;
    bool is_type_known;
    int64_t session;

    enum side in;
    bool is_paused;
    struct buf held;
    bool is_lent; /* the owner looks at a piece of it */

    enum side out_side;
    struct buf out;
    size_t sent;    /* of out, on their way */
    bool is_full;   /* somebody was told so */
    bool is_barred; /* by the stream's window */
    bool has_stop;  /* the peer's, to be told when it is OPEN */
    uint32_t stop;
};

static struct h3_substream *of_face(struct substream *sub)
{
    return container_of(sub, struct h3_substream, face);
}

static struct h3_substreams *subs_of(struct h3_session *s)
{
    return &s->substreams;
}

/* --- codes (4.3) ------------------------------------------------------- */

/* Every 31st code of HTTP/3 is reserved, and passed over. */
static uint64_t to_wire(uint32_t code)
{
    return CODE_FIRST + code + code / 0x1e;
}

static uint32_t from_wire(uint64_t wire)
{
    if (wire < CODE_FIRST || wire > CODE_LAST || (wire - 0x21) % 0x1f == 0)
        return 0;
    uint64_t shifted = wire - CODE_FIRST;
    return (uint32_t)(shifted - shifted / 0x1f);
}

/* --- the table --------------------------------------------------------- */

static struct h3_substream **bucket_of(struct h3_substreams *t, int64_t id)
{
    return &t->buckets[((uint64_t)id >> 2) % H3_SUBSTREAMS_BUCKETS];
}

static struct h3_substream *find(struct h3_session *s, int64_t id)
{
    struct h3_substreams *t = subs_of(s);
    if (t->n == 0)
        return NULL;
    struct h3_substream *sub = *bucket_of(t, id);
    while (sub && sub->face.id != id)
        sub = sub->next;
    return sub;
}

/* One that is none of HTTP's. */
static struct h3_substream *find_ours(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = find(s, id);
    return sub && sub->what != HTTPS ? sub : NULL;
}

static void set_out(struct h3_substream *sub, enum side side)
{
    sub->out_side = side;
    sub->face.is_shut = side != SIDE_OPEN;
}

static struct h3_substream *add(struct h3_session *s, int64_t id, bool is_ours)
{
    struct h3_substreams *t = subs_of(s);
    struct h3_substream *sub = t->free;
    if (sub)
        t->free = sub->next;
    else
        sub = xalloc_bytes(sizeof *sub);
    struct h3_substream **bucket = bucket_of(t, id);
    bool is_uni = (id & 2) != 0; /* RFC 9000 2.1 */
    *sub = (struct h3_substream){
        .face = {.id = id, .is_ours = is_ours, .is_uni = is_uni},
        .s = s,
        .next = *bucket,
        .in = is_uni && is_ours ? SIDE_OVER : SIDE_OPEN,
    };
    set_out(sub, is_uni && !is_ours ? SIDE_OVER : SIDE_OPEN);
    *bucket = sub;
    t->n++;
    list_init(&sub->link);
    list_init(&sub->ready);
    list_init(&sub->due);
    list_init(&sub->gone);
    buf_init(&sub->held, loop_buffers(s->loop));
    buf_init(&sub->out, loop_buffers(s->loop));
    return sub;
}

static void unlink_bucket(struct h3_substreams *t, struct h3_substream *sub)
{
    struct h3_substream **at = bucket_of(t, sub->face.id);
    while (*at != sub)
        at = &(*at)->next;
    *at = sub->next;
    t->n--;
}

static void remove_it(struct h3_session *s, struct h3_substream *sub)
{
    struct h3_substreams *t = subs_of(s);
    unlink_bucket(t, sub);
    list_remove(&sub->link);
    list_remove(&sub->ready);
    list_remove(&sub->due);
    list_remove(&sub->gone);
    buf_fini(&sub->held);
    buf_fini(&sub->out);
    sub->next = t->free;
    t->free = sub;
}

/* Nobody looks at it any more once the session's task runs. */
static void remove_later(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if (list_is_empty(&sub->gone))
        list_append(&subs_of(s)->gone, &sub->gone);
    loop_later(s->loop, &s->task);
}

/* --- giving up --------------------------------------------------------- */

static void leave_owner(struct h3_substream *sub)
{
    struct substreams *all = sub->face.all;
    if (sub->what == WAITING)
        subs_of(sub->s)->nwaiting--;
    if (sub->what == OPEN && !sub->face.is_ours)
        all->nopened[sub->face.is_uni]--;
    sub->what = DETACHED;
    sub->face.all = NULL;
    list_remove(&sub->link);
}

static void end_out(struct h3_substream *sub)
{
    set_out(sub, SIDE_OVER);
    list_remove(&sub->ready);
}

static void end_in(struct h3_substream *sub)
{
    sub->in = SIDE_OVER;
    list_remove(&sub->due);
    if (!sub->is_lent)
        buf_clear(&sub->held);
}

static void cut_out(struct h3_substream *sub, uint64_t wire)
{
    if (sub->out_side == SIDE_OVER)
        return;
    end_out(sub);
    if (sub->s->q && !sub->is_closed)
        quic_reset_stream(sub->s->q, sub->face.id, wire);
}

static void cut_in(struct h3_substream *sub, uint64_t wire)
{
    if (sub->in == SIDE_OVER)
        return;
    end_in(sub);
    if (sub->s->q && !sub->is_closed)
        quic_stop_sending(sub->s->q, sub->face.id, wire);
}

/* Both sides end, and nobody hears of it any more. */
static void give_up(struct h3_substream *sub, uint64_t wire)
{
    leave_owner(sub);
    cut_in(sub, wire);
    cut_out(sub, wire);
    if (sub->is_closed)
        remove_later(sub);
}

/* One that gets nobody anywhere: too many of them are a flood. */
static void count_useless(struct h3_session *s)
{
    if (!h3_guard_junk(&s->guard, USELESS_WEIGHT))
        h3_session_break(s, NGHTTP3_H3_EXCESSIVE_LOAD,
                         "flood of useless streams");
}

static void refuse(struct h3_substream *sub, uint64_t wire)
{
    give_up(sub, wire);
    count_useless(sub->s);
}

/* The owner has something coming in the session's task. */
static void make_due(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if (list_is_empty(&sub->due))
        list_append(&subs_of(s)->due, &sub->due);
    loop_later(s->loop, &s->task);
}

/* --- what comes -------------------------------------------------------- */

/* Until the owner pauses or leaves. */
static void deliver(struct h3_substream *sub, struct span data)
{
    struct substreams *all = sub->face.all;
    h3_guard_useful(&sub->s->guard);
    quic_consumed_stream(sub->s->q, sub->face.id, data.len);
    if (all->ops->on_data(&sub->face, data) == SINK_PAUSE &&
        sub->what == OPEN && sub->in != SIDE_OVER)
        sub->is_paused = true;
}

static bool may_deliver(const struct h3_substream *sub)
{
    return sub->what == OPEN && !sub->is_paused && sub->in != SIDE_OVER &&
           sub->s->q;
}

static void deliver_held(struct h3_substream *sub)
{
    struct span piece;
    while (may_deliver(sub) && buf_peek(&sub->held, &piece, 1) == 1) {
        sub->is_lent = true;
        deliver(sub, piece);
        sub->is_lent = false;
        buf_consume(&sub->held, piece.len);
        if (sub->in == SIDE_OVER)
            buf_clear(&sub->held);
    }
    if (!may_deliver(sub) || sub->in != SIDE_ENDING)
        return;
    sub->in = SIDE_OVER;
    sub->face.all->ops->on_end(&sub->face);
}

static void receive(struct h3_substream *sub, struct span data, bool fin)
{
    quic_consumed_conn(sub->s->q, data.len);
    if (sub->in != SIDE_OPEN)
        return;
    if (fin)
        sub->in = SIDE_ENDING;
    if (may_deliver(sub) && sub->held.len == 0 && data.len > 0)
        deliver(sub, data);
    else
        buf_add(&sub->held, data);
    if (sub->held.len == 0)
        deliver_held(sub); /* an end may be due */
}

/* The session is there. */
static void open_up(struct h3_substream *sub, struct substreams *all)
{
    size_t *nopened = &all->nopened[sub->face.is_uni];
    if (*nopened >= all->limit) {
        refuse(sub, BUFFERED_STREAM_REJECTED);
        return;
    }
    (*nopened)++;
    sub->what = OPEN;
    sub->face.all = all;
    list_remove(&sub->link);
    list_append(&all->list, &sub->link);
    all->ops->on_open(&sub->face);
    if (sub->what == OPEN && sub->has_stop)
        all->ops->on_stop(&sub->face, sub->stop);
    deliver_held(sub);
}

/* --- sorting ----------------------------------------------------------- */

static void wait_for_session(struct h3_substream *sub)
{
    struct h3_substreams *t = subs_of(sub->s);
    if (t->nwaiting >= WAITING_MAX)
        refuse(container_of(t->waiting.next, struct h3_substream, link),
               BUFFERED_STREAM_REJECTED);
    sub->what = WAITING;
    t->nwaiting++;
    list_append(&t->waiting, &sub->link);
}

/* A stream that may yet be opened by a client. */
static bool may_come(const struct h3_session *s, int64_t session)
{
    return s->is_server && session < s->goaway_sent &&
           h3_gaps_may_come(&s->gaps, session);
}

static void find_session(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if ((sub->session & 3) != 0) {
        h3_session_break(s, NGHTTP3_H3_ID_ERROR,
                         "a stream for what is no session");
        return;
    }
    struct h3_stream *st = h3_stream_find(&s->streams, sub->session);
    if (st && st->substreams)
        open_up(sub, st->substreams);
    else if (st ? st->owner && !st->is_sorted : may_come(s, sub->session))
        wait_for_session(sub);
    else
        refuse(sub, SESSION_GONE);
}

/* A byte of the head; false: it has turned out to be HTTP's. */
static bool sort_byte(struct h3_substream *sub, uint8_t byte)
{
    sub->head[sub->nhead++] = byte;
    if (!varint_add(&sub->number, byte))
        return true;
    if (sub->is_type_known) {
        sub->session = (int64_t)sub->number.value;
        find_session(sub);
        return true;
    }
    sub->is_type_known = true;
    return sub->number.value == (sub->face.is_uni ? TYPE_UNI : TYPE_BIDI);
}

static bool is_peers(const struct h3_session *s, int64_t id)
{
    return (id & 1) != s->is_server; /* RFC 9000 2.1 */
}

/* Most show it in a byte: what takes one byte is no number of ours. */
static bool is_https_at_once(struct span data)
{
    return data.len > 0 && (data.base[0] & 0xc0) == 0;
}

static enum h3_substreams_whose sort(struct h3_substream *sub, struct span data,
                                     bool fin, struct span *before)
{
    struct h3_session *s = sub->s;
    size_t nbefore = sub->nhead;
    size_t n = 0;
    bool is_https = false;
    while (n < data.len && sub->what == SORTING && !s->is_failed && !is_https)
        is_https = !sort_byte(sub, data.base[n++]);
    if (fin && sub->what == SORTING && !is_https && sub->face.is_uni) {
        /* RFC 9114 6.2: it may end at any time before it is known. */
        quic_consumed_conn(s->q, sub->nhead);
        sub->in = SIDE_OVER;
        give_up(sub, NGHTTP3_H3_NO_ERROR);
        return H3_SUBSTREAMS_OURS;
    }
    if (is_https || (fin && sub->what == SORTING)) {
        sub->what = HTTPS;
        *before = span_of(sub->head, nbefore);
        return H3_SUBSTREAMS_HTTPS;
    }
    if (s->is_failed || s->q == NULL || sub->what == SORTING)
        return H3_SUBSTREAMS_OURS;
    quic_consumed(s->q, sub->face.id, sub->nhead); /* nghttp3 never sees it */
    receive(sub, span_of(data.base + n, data.len - n), fin);
    return H3_SUBSTREAMS_OURS;
}

enum h3_substreams_whose h3_substreams_feed(struct h3_session *s, int64_t id,
                                            struct span data, bool fin,
                                            struct span *before)
{
    struct h3_substream *sub = find(s, id);
    bool is_uni = (id & 2) != 0;
    *before = span_of("", 0);
    if (sub == NULL &&
        (!is_peers(s, id) || (!is_uni && (h3_stream_find(&s->streams, id) ||
                                          is_https_at_once(data)))))
        return H3_SUBSTREAMS_HTTPS;
    if (sub == NULL)
        sub = add(s, id, false);
    switch (sub->what) {
    case HTTPS:
        return H3_SUBSTREAMS_HTTPS;
    case SORTING:
        return sort(sub, data, fin, before);
    case WAITING:
    case ADMITTED:
    case OPEN:
    case DETACHED:
        receive(sub, data, fin);
        break;
    }
    return H3_SUBSTREAMS_OURS;
}

/* --- what leaves ------------------------------------------------------- */

static void make_ready(struct h3_substream *sub)
{
    bool has_some = sub->out.len > sub->sent || sub->out_side == SIDE_ENDING;
    if (sub->out_side == SIDE_OVER || !has_some || sub->is_barred ||
        !list_is_empty(&sub->ready) || sub->s->q == NULL)
        return;
    list_append(&subs_of(sub->s)->ready, &sub->ready);
    quic_wake(sub->s->q);
}

int h3_substreams_next(struct h3_session *s, int64_t *id, struct span *spans,
                       int cap, bool *fin)
{
    struct h3_substreams *t = subs_of(s);
    if (list_is_empty(&t->ready))
        return -1;
    struct h3_substream *sub =
        container_of(t->ready.next, struct h3_substream, ready);
    *id = sub->face.id;
    int n = buf_peek_from(&sub->out, sub->sent, spans, cap);
    size_t len = 0;
    for (int i = 0; i < n; i++)
        len += spans[i].len;
    *fin = sub->out_side == SIDE_ENDING && sub->sent + len == sub->out.len;
    return n;
}

bool h3_substreams_sent(struct h3_session *s, int64_t id, size_t len)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->sent += len;
    list_remove(&sub->ready); /* its turn is over */
    if (sub->sent < sub->out.len)
        make_ready(sub);
    else if (sub->out_side == SIDE_ENDING)
        set_out(sub, SIDE_OVER); /* the FIN went with the last byte */
    return true;
}

bool h3_substreams_blocked(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->is_barred = true;
    list_remove(&sub->ready);
    return true;
}

bool h3_substreams_unblocked(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    sub->is_barred = false;
    make_ready(sub);
    return true;
}

bool h3_substreams_acked(struct h3_session *s, int64_t id, uint64_t len)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    buf_consume(&sub->out, (size_t)len);
    sub->sent -= (size_t)len;
    if (sub->is_full && sub->out.len <= OUT_LOW && sub->what == OPEN &&
        sub->out_side == SIDE_OPEN) {
        sub->is_full = false;
        sub->face.all->ops->on_drain(&sub->face);
    }
    return true;
}

/* --- ends -------------------------------------------------------------- */

/* After the FIN it changes nothing: all is here (RFC 9000 3.2). */
bool h3_substreams_reset(struct h3_session *s, int64_t id, uint64_t code)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    if (sub->in != SIDE_OPEN)
        return true;
    end_in(sub);
    count_useless(s);
    switch (sub->what) {
    case OPEN:
        sub->face.all->ops->on_reset(&sub->face, from_wire(code));
        break;
    case SORTING:
        give_up(sub, NGHTTP3_H3_REQUEST_INCOMPLETE);
        break;
    case WAITING:
    case ADMITTED:
        give_up(sub, BUFFERED_STREAM_REJECTED);
        break;
    case HTTPS:
    case DETACHED:
        break;
    }
    return true;
}

bool h3_substreams_stopped(struct h3_session *s, int64_t id, uint64_t code)
{
    struct h3_substream *sub = find_ours(s, id);
    if (sub == NULL)
        return false;
    if (sub->out_side == SIDE_OVER)
        return true;
    end_out(sub);
    if (sub->what == OPEN) {
        sub->face.all->ops->on_stop(&sub->face, from_wire(code));
        return true;
    }
    sub->has_stop = true;
    sub->stop = from_wire(code);
    return true;
}

/* What came before is still the owner's, when it takes it, or when it comes. */
static bool has_more_to_tell(const struct h3_substream *sub)
{
    return sub->in == SIDE_ENDING &&
           (sub->what == WAITING || sub->what == ADMITTED || sub->what == OPEN);
}

bool h3_substreams_closed(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = find(s, id);
    if (sub == NULL)
        return false;
    bool is_https = sub->what == HTTPS;
    sub->is_closed = true;
    end_out(sub);
    if (has_more_to_tell(sub))
        return true;
    if (sub->what == OPEN)
        sub->face.all->ops->on_gone(&sub->face);
    if (sub->what != DETACHED)
        leave_owner(sub);
    remove_later(sub);
    return !is_https;
}

/* --- the owner --------------------------------------------------------- */

static void put_number(struct h3_substream *sub, uint64_t number)
{
    uint8_t bytes[VARINT_LEN_MAX];
    buf_add(&sub->out, span_of(bytes, varint_put(bytes, number)));
}

static struct substream *open_stream(struct substreams *all, bool is_uni)
{
    struct h3_stream *st = all->conn;
    struct h3_session *s = st->session;
    if (s->q == NULL || s->is_failed)
        return NULL;
    int64_t id = is_uni ? quic_open_uni(s->q) : quic_open_bidi(s->q);
    if (id < 0)
        return NULL;
    s->opened += !is_uni;
    struct h3_substream *sub = add(s, id, true);
    sub->what = OPEN;
    sub->face.all = all;
    list_append(&all->list, &sub->link);
    put_number(sub, is_uni ? TYPE_UNI : TYPE_BIDI);
    put_number(sub, (uint64_t)st->id);
    make_ready(sub);
    return &sub->face;
}

static bool write_stream(struct substream *face, struct span data)
{
    struct h3_substream *sub = of_face(face);
    if (sub->out_side != SIDE_OPEN)
        return false;
    if (sub->out.len >= OUT_HIGH) {
        sub->is_full = true;
        return false;
    }
    buf_add(&sub->out, data);
    make_ready(sub);
    return true;
}

static void end_stream(struct substream *face)
{
    struct h3_substream *sub = of_face(face);
    if (sub->out_side != SIDE_OPEN)
        return;
    set_out(sub, SIDE_ENDING);
    make_ready(sub);
}

static void reset_stream(struct substream *face, uint32_t code)
{
    cut_out(of_face(face), to_wire(code));
}

static void stop_stream(struct substream *face, uint32_t code)
{
    struct h3_substream *sub = of_face(face);
    cut_in(sub, to_wire(code));
    if (sub->is_closed)
        make_due(sub); /* it is gone */
}

static void resume_stream(struct substream *face)
{
    struct h3_substream *sub = of_face(face);
    if (!sub->is_paused)
        return;
    sub->is_paused = false;
    make_due(sub);
}

static const struct substreams_carrier carrier = {
    .open = open_stream,
    .write = write_stream,
    .end = end_stream,
    .reset = reset_stream,
    .stop = stop_stream,
    .resume = resume_stream,
};

/* Whether the stream is a session is known now. */
static void admit_waiting(struct h3_session *s, struct h3_stream *st)
{
    st->is_sorted = true;
    list_each_safe (l, &subs_of(s)->waiting) {
        struct h3_substream *sub = container_of(l, struct h3_substream, link);
        if (sub->session != st->id)
            continue;
        if (st->substreams == NULL) {
            refuse(sub, SESSION_GONE);
            continue;
        }
        list_remove(&sub->link);
        subs_of(s)->nwaiting--;
        sub->what = ADMITTED;
        make_due(sub);
    }
}

void h3_substreams_attach(struct h3_session *s, struct h3_stream *st,
                          struct substreams *all)
{
    st->session = s;
    st->substreams = all;
    if (all) {
        all->carrier = &carrier;
        all->conn = st;
        all->era++;
        if (s->q)
            quic_allow_streams(s->q, all->limit);
    }
    admit_waiting(s, st);
}

void h3_substreams_detach(struct h3_session *s, struct h3_stream *st)
{
    struct substreams *all = st->substreams;
    st->substreams = NULL;
    admit_waiting(s, st);
    if (all == NULL)
        return;
    list_each_safe (l, &all->list)
        give_up(container_of(l, struct h3_substream, link), SESSION_GONE);
    all->carrier = NULL;
    all->conn = NULL;
    if (s->q)
        quic_disallow_streams(s->q, all->limit);
}

/* --- the session's task ------------------------------------------------ */

static void settle_due(struct h3_session *s, struct h3_substream *sub)
{
    struct h3_stream *st = sub->what == ADMITTED
                               ? h3_stream_find(&s->streams, sub->session)
                               : NULL;
    if (sub->what != ADMITTED)
        deliver_held(sub);
    else if (st && st->substreams)
        open_up(sub, st->substreams);
    else
        refuse(sub, SESSION_GONE);
    if (sub->is_closed && sub->in == SIDE_OVER)
        (void)h3_substreams_closed(s, sub->face.id);
}

void h3_substreams_settle(struct h3_session *s)
{
    struct h3_substreams *t = subs_of(s);
    while (!list_is_empty(&t->due)) {
        struct h3_substream *sub =
            container_of(t->due.next, struct h3_substream, due);
        list_remove(&sub->due);
        settle_due(s, sub);
    }
    while (!list_is_empty(&t->gone))
        remove_it(s, container_of(t->gone.next, struct h3_substream, gone));
}

void h3_substreams_init(struct h3_session *s)
{
    struct h3_substreams *t = subs_of(s);
    list_init(&t->waiting);
    list_init(&t->ready);
    list_init(&t->due);
    list_init(&t->gone);
}

void h3_substreams_fini(struct h3_session *s)
{
    struct h3_substreams *t = subs_of(s);
    for (size_t i = 0; i < H3_SUBSTREAMS_BUCKETS; i++)
        while (t->buckets[i])
            remove_it(s, t->buckets[i]);
    while (t->free) {
        struct h3_substream *sub = t->free;
        t->free = sub->next;
        free(sub);
    }
}
