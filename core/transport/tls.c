/*
 * tls over wolfSSL, which never sees a socket: it reads from and writes to a
 * tls_wire.
 *
 *   HANDSHAKE -> OPEN -> CLOSED (or FAILED from either)
 *
 * What wolfSSL writes, handshake and records alike, is queued by the wire and
 * flushed once, at the end of the turn, or when the queue has grown high.  So
 * the only place that knows back-pressure is tls_write(): it takes nothing
 * more while the queue is high.  Small spans (frame heads) are gathered into
 * full records.
 *
 * Readiness is level-triggered, as a socket's.  Whoever stopped reading before
 * IO_AGAIN is called again in the next turn, because plaintext or records may
 * be left here of which the descriptor knows nothing.
 *
 * Early data (RFC 8446 2.3): the owner hears that it is connected before the first
 * step, and what it writes then goes out behind our hello.  A copy is kept, and
 * written again if the server did not take it: nobody above need know.  What
 * the server would speak is known from the ticket; when it is another protocol
 * after all, the session fails.
 *
 * A server that takes early data hears that it is connected as soon as some is
 * there: it reads that, and may answer, before the client has shown that it has
 * not been sent by somebody else (is_early until then).
 *
 * The end: close_notify is an end; a stream that stops without it is not
 * (RFC 8446 6.1).
 */
#include "transport/tls.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "transport/tls_handshake.h"
#include "transport/tls_self.h"
#include "transport/tls_shown.h"

/* Readiness. */

static unsigned readiness(const struct tls *s)
{
    const struct tls_wire *w = s->wire;
    unsigned events = 0;
    /* During the handshake what there is below is the handshake's. */
    bool has_more = s->may_have_more || s->has_ended ||
                    s->state == TLS_FAILED || tls_wire_has_input(w) ||
                    w->read_io == IO_EOF;
    if (tls_has_taken(s) || (s->state != TLS_HANDSHAKE && has_more))
        events |= LOOP_READ;
    if (w->out.len < TLS_WIRE_HIGH || w->is_broken)
        events |= LOOP_WRITE;
    return events & s->wanted;
}

void tls_update(struct tls *s)
{
    if (s->state == TLS_CLOSED)
        return;
    tls_wire_want(s->wire,
                  s->state == TLS_HANDSHAKE ||
                      (s->state == TLS_OPEN && (s->wanted & LOOP_READ)));
    if ((s->state != TLS_HANDSHAKE || tls_serves_early(s)) && readiness(s))
        loop_arm(s->loop, &s->again, 0);
    else
        loop_disarm(s->loop, &s->again);
}

static void on_again(struct loop_timer *timer, uint64_t now)
{
    struct tls *s = container_of(timer, struct tls, again);
    (void)now;
    unsigned events = readiness(s);
    tls_update(s);
    if (events)
        s->t.events->on_ready(&s->t, events);
}

static enum io fail(struct tls *s)
{
    s->state = TLS_FAILED;
    return IO_FAILED;
}

/* Is the end of what came from below all that is wrong? */
bool tls_is_cut_off(const struct tls *s, int error)
{
    return tls_wire_has_ended(s->wire) &&
           (error == SOCKET_PEER_CLOSED_E || error == SOCKET_ERROR_E ||
            error == WOLFSSL_ERROR_SYSCALL);
}

/* Reading. */

/* Why wolfSSL gave no plaintext. */
static enum io end_of_read(struct tls *s, int result)
{
    int error = wolfSSL_get_error(s->ssl, result);
    if (error == WOLFSSL_ERROR_WANT_READ)
        return IO_AGAIN;
    bool is_notified =
        (wolfSSL_get_shutdown(s->ssl) & WOLFSSL_RECEIVED_SHUTDOWN) != 0;
    if (error == WOLFSSL_ERROR_ZERO_RETURN && is_notified) {
        s->has_ended = true;
        return IO_EOF;
    }
    if (s->wire->read_io == IO_FAILED)
        s->t.fault = s->wire->below->fault;
    else if (tls_is_cut_off(s, error))
        (void)fault_set(&s->t.fault, ERR_PARTIAL, 0,
                        "closed without close_notify");
    else
        tls_peer_fault(s->ssl, error, &s->t.fault);
    return fail(s);
}

static enum io read_taken(struct tls *s, uint8_t *buf, size_t cap, size_t *n)
{
    size_t left = s->taken.len - s->taken_at;
    *n = left < cap ? left : cap;
    memcpy(buf, s->taken.base + s->taken_at, *n);
    s->taken_at += *n;
    tls_update(s);
    return IO_OK;
}

static enum io tls_read(struct transport *t, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct tls *s = tls_of(t);
    *n = 0;
    if (tls_has_taken(s))
        return read_taken(s, buf, cap, n);
    if (s->state == TLS_FAILED)
        return IO_FAILED;
    if (s->state == TLS_HANDSHAKE)
        return IO_AGAIN;
    if (s->has_ended)
        return IO_EOF;
    enum io io = IO_OK;
    while (*n < cap && io == IO_OK) {
        size_t room = cap - *n < INT32_MAX ? cap - *n : INT32_MAX;
        int result = wolfSSL_read(s->ssl, buf + *n, (int)room);
        if (result > 0)
            *n += (size_t)result;
        else
            io = end_of_read(s, result);
    }
    tls_wire_rest(s->wire);
    s->may_have_more = io == IO_OK;
    if (io != IO_AGAIN)
        tls_update(s);
    /* What came before the end or the failure is told first. */
    return *n > 0 ? IO_OK : io;
}

/* Writing. */

enum io tls_write_record(struct tls *s, struct span plain)
{
    int result = wolfSSL_write(s->ssl, plain.base, (int)plain.len);
    if (result == (int)plain.len)
        return IO_OK;
    tls_peer_fault(s->ssl, wolfSSL_get_error(s->ssl, result), &s->t.fault);
    return fail(s);
}

/* The next record's worth out of spans, from *i and *at on. */
static struct span gather(const struct span *spans, int nspans, int *i,
                          size_t *at, uint8_t *record)
{
    size_t len = 0;
    while (*i < nspans && len < TLS_PLAINTEXT_MAX) {
        size_t left = spans[*i].len - *at;
        if (len == 0 && left >= TLS_PLAINTEXT_MAX) {
            struct span whole =
                span_of(spans[*i].base + *at, TLS_PLAINTEXT_MAX);
            *at += TLS_PLAINTEXT_MAX;
            return whole;
        }
        size_t n =
            left < TLS_PLAINTEXT_MAX - len ? left : TLS_PLAINTEXT_MAX - len;
        if (n > 0)
            memcpy(record + len, spans[*i].base + *at, n);
        len += n;
        *at += n;
        if (*at == spans[*i].len) {
            (*i)++;
            *at = 0;
        }
    }
    return span_of(record, len);
}

/* What does not fit waits for the end of the handshake. */
static enum io write_early(struct tls *s, const struct span *spans, int nspans,
                           size_t *n)
{
    int i = 0;
    size_t at = 0;
    uint8_t record[TLS_PLAINTEXT_MAX];
    for (;;) {
        struct span plain = gather(spans, nspans, &i, &at, record);
        int taken = 0;
        if (plain.len == 0)
            return IO_OK;
        if (plain.len > s->early_max - s->early.len)
            return *n > 0 ? IO_OK : IO_AGAIN;
        int result = wolfSSL_write_early_data(s->ssl, plain.base,
                                              (int)plain.len, &taken);
        if (result < 0 || taken != (int)plain.len) {
            tls_peer_fault(s->ssl, wolfSSL_get_error(s->ssl, result),
                           &s->t.fault);
            return fail(s);
        }
        str_add(&s->early, plain);
        *n += plain.len;
    }
}

static enum io tls_write(struct transport *t, const struct span *spans,
                         int nspans, size_t *n)
{
    struct tls *s = tls_of(t);
    int i = 0;
    size_t at = 0;
    *n = 0;
    if (s->state == TLS_FAILED)
        return IO_FAILED;
    if (s->is_early && !s->is_server)
        return write_early(s, spans, nspans, n);
    if (s->state == TLS_HANDSHAKE && !s->is_early)
        return IO_AGAIN;
    uint8_t record[TLS_PLAINTEXT_MAX];
    for (;;) {
        if (s->wire->out.len >= TLS_WIRE_HIGH)
            tls_wire_flush(s->wire);
        if (s->wire->is_broken) {
            t->fault = s->wire->fault;
            return IO_FAILED;
        }
        if (s->wire->out.len >= TLS_WIRE_HIGH) {
            tls_update(s);
            return *n > 0 ? IO_OK : IO_AGAIN;
        }
        struct span plain = gather(spans, nspans, &i, &at, record);
        if (plain.len == 0)
            return IO_OK;
        if (tls_write_record(s, plain) != IO_OK)
            return IO_FAILED;
        *n += plain.len;
    }
}

/* TCP stays open below: close_notify is all that a TLS peer looks for. */
static void tls_shut(struct transport *t)
{
    struct tls *s = tls_of(t);
    s->is_shut_put_off = tls_serves_early(s);
    if (s->state != TLS_OPEN || s->is_shut)
        return;
    s->is_shut = true;
    (void)wolfSSL_shutdown(s->ssl);
}

static void tls_want(struct transport *t, unsigned events)
{
    struct tls *s = tls_of(t);
    s->wanted = events;
    tls_update(s);
}

/* The end. */

static void reap_tls(struct loop_task *task)
{
    struct tls *s = container_of(task, struct tls, reap);
    if (s->ssl)
        wolfSSL_free(s->ssl);
    tls_memory_fini(&s->memory);
    tls_expected_fini(&s->expected);
    tls_ech_fini(&s->ech);
    free(s->host);
    str_fini(&s->early);
    str_fini(&s->taken);
    free(s);
}

static void tls_close(struct transport *t)
{
    struct tls *s = tls_of(t);
    if (s->state == TLS_CLOSED)
        return;
    tls_shut(t);
    if (s->is_shut_put_off && s->state == TLS_HANDSHAKE)
        (void)wolfSSL_shutdown(s->ssl); /* the rest will not come */
    bool is_broken = s->state == TLS_FAILED || s->wire->read_io == IO_FAILED;
    s->state = TLS_CLOSED;
    loop_disarm(s->loop, &s->again);
    loop_forget(s->loop, &s->flush);
    if (is_broken)
        tls_wire_abort(s->wire);
    else
        tls_wire_close(s->wire);
    loop_reap(s->loop, &s->reap);
}

static void tls_path_stats(const struct transport *t, struct path_stats *stats)
{
    const struct tls *s = tls_of((struct transport *)(uintptr_t)t);
    if (s->state == TLS_OPEN)
        transport_path_stats(s->wire->below, stats);
}

static bool tls_is_early(const struct transport *t)
{
    return tls_of(t)->is_early;
}

static const struct transport_ops tls_ops = {
    .name = "tls",
    .read = tls_read,
    .write = tls_write,
    .shut = tls_shut,
    .want = tls_want,
    .close = tls_close,
    .is_early = tls_is_early,
    .path_stats = tls_path_stats,
};

static void on_below_ready(struct transport *below, unsigned events)
{
    struct tls *s = below->owner;
    if (events & LOOP_READ)
        tls_wire_on_readable(s->wire);
    if ((events & LOOP_WRITE) && s->wire->is_blocked)
        tls_wire_flush(s->wire);
    if (s->state == TLS_HANDSHAKE) {
        tls_handshake_step(s);
        return;
    }
    s->may_have_more |= (events & LOOP_READ) != 0;
    unsigned ready = readiness(s);
    tls_update(s);
    if (ready)
        s->t.events->on_ready(&s->t, ready);
}

static const struct transport_events below_events = {
    .on_ready = on_below_ready,
};

/* The end of a turn in which something was written.  Before the first
 * handshake message there is nothing to flush: the first step is due, or the
 * failure of setting the session up, which the owner can hear only now. */
static void on_flush(struct loop_task *task)
{
    struct tls *s = container_of(task, struct tls, flush);
    if (s->state == TLS_HANDSHAKE && s->t.fault.code != ERR_NONE) {
        tls_handshake_fail(s);
        return;
    }
    if (s->state == TLS_HANDSHAKE && !s->has_begun) {
        s->has_begun = true;
        /* Behind the task in which the owner writes. */
        if (tls_handshake_begin_early(s) && s->state == TLS_HANDSHAKE)
            loop_later(s->loop, &s->flush);
        else if (s->state == TLS_HANDSHAKE)
            tls_handshake_step(s);
        return;
    }
    if (s->is_early && !s->has_stepped) {
        s->has_stepped = true;
        s->is_flush_put_off = true; /* it has been */
        tls_handshake_step(s);
        if (s->state != TLS_HANDSHAKE)
            return;
    }
    /* Behind what waits already: a connection that has just heard of the
     * handshake's end sends its first request along with our last message. */
    s->is_flush_put_off = !s->is_flush_put_off;
    if (s->is_flush_put_off) {
        loop_later(s->loop, &s->flush);
        return;
    }
    tls_wire_flush(s->wire);
    tls_update(s);
}

/* Making one. */

/* Names beyond the limits are not kept; offering them fails too. */
static void keep_alpn(struct tls *s, const struct span *alpn, int nalpn)
{
    size_t len = 0;
    for (int i = 0; i < nalpn && i < TLS_ALPN_COUNT_MAX; i++) {
        if (len + alpn[i].len > sizeof s->alpn_bytes)
            return;
        memcpy(s->alpn_bytes + len, alpn[i].base, alpn[i].len);
        s->alpn[s->nalpn++] = span_of(s->alpn_bytes + len, alpn[i].len);
        len += alpn[i].len;
    }
}

static struct tls *new_tls(struct loop *loop, struct transport *below,
                           struct tls_context *c, const struct span *alpn,
                           int nalpn)
{
    struct tls *s = XALLOC_NEW(struct tls);
    *s = (struct tls){
        .t.ops = &tls_ops,
        .loop = loop,
        .context = c,
        .ssl = wolfSSL_new(tls_context_wolfssl(c)),
        .flush.run = on_flush,
        .reap.run = reap_tls,
        .again.on_expired = on_again,
    };
    str_init(&s->early);
    str_init(&s->taken);
    keep_alpn(s, alpn, nalpn);
    s->wire = tls_wire_new(loop, below, c, &s->flush);
    below->events = &below_events;
    below->owner = s;
    loop_later(loop, &s->flush);
    if (s->ssl == NULL) {
        (void)fault_set(&s->t.fault, ERR_TLS_HANDSHAKE, 0, "no TLS session");
        return s;
    }
    wolfSSL_SSLSetIORecv(s->ssl, tls_wire_receive);
    wolfSSL_SSLSetIOSend(s->ssl, tls_wire_send);
    wolfSSL_SetIOReadCtx(s->ssl, s->wire);
    wolfSSL_SetIOWriteCtx(s->ssl, s->wire);
    return s;
}

struct transport *tls_client(struct loop *loop, struct transport *below,
                             struct tls_context *c, struct span host,
                             const struct span *alpn, int nalpn)
{
    struct tls *s = new_tls(loop, below, c, alpn, nalpn);
    s->host = xalloc_copy(host.base, host.len);
    s->expected.host = span_str(s->host);
    s->expected.shown = tls_shown_new(loop);
    if (s->ssl)
        (void)tls_peer_expect(s->ssl, c, &s->expected, alpn, nalpn,
                              &s->t.fault);
    return &s->t;
}

void tls_remember(struct transport *t, struct tickets *store,
                  const uint8_t key[TICKETS_KEY_LEN])
{
    struct tls *s = tls_of(t);
    if (s->ssl == NULL)
        return;
    tls_memory_init(&s->memory, store, TICKET_TLS, key);
    tls_memory_begin(&s->memory, s->ssl, NULL);
}

void tls_hide_name(struct transport *t, const struct tls_ech_wish *wish)
{
    struct tls *s = tls_of(t);
    if (s->ssl && s->t.fault.code == ERR_NONE &&
        tls_ech_begin(&s->ech, s->ssl, wish, &s->t.fault))
        s->expected.outer = tls_ech_list(&s->ech);
}

void tls_allow_early(struct transport *t)
{
    tls_of(t)->may_be_early = true;
}

struct transport *tls_server(struct loop *loop, struct transport *below,
                             struct tls_context *c, const struct span *alpn,
                             int nalpn)
{
    struct tls *s = new_tls(loop, below, c, alpn, nalpn);
    s->is_server = true;
    s->takes_early = tls_context_takes_early(c);
    if (s->ssl) {
        tls_handshake_expect_early(s);
        (void)tls_peer_use_alpn(s->ssl, alpn, nalpn, &s->t.fault);
    }
    return &s->t;
}

const struct tls_facts *tls_get_facts(const struct transport *t)
{
    return &tls_of(t)->facts;
}
