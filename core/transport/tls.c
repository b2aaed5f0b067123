/*
 * tls over wolfSSL, which never sees a socket.
 *
 *   HANDSHAKE -> OPEN -> CLOSED (or FAILED from either)
 *
 * Input: wolfSSL asks for five bytes of header and then for a record.  Both
 * come out of one buffer, filled by reads of up to 64 KiB from below; the
 * buffer is held only while it has bytes in it, so an idle session has none.
 *
 * Output: what wolfSSL writes, handshake and records alike, is appended to a
 * queue and goes below once, at the end of the turn, or when the queue has
 * grown over OUT_HIGH.  So wolfSSL's writes never block, and the only place
 * that knows back-pressure is tls_write(): it takes nothing more while the
 * queue is high.  Small spans (frame heads) are gathered into full records.
 *
 * Readiness: as of a socket, level-triggered.  Whoever stopped reading before
 * IO_AGAIN is called again in the next turn, because plaintext or records may
 * be left here of which the descriptor knows nothing.
 *
 * The end: close_notify is an end; a stream that stops without it is not
 * (RFC 8446 6.1).  What is still queued when the owner closes is sent on by
 * the session, which outlives its owner for that, LINGER at most.
 */
#include "transport/tls.h"

#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/xalloc.h"
#include "transport/tls_peer.h"

/* Plaintext of a full record (RFC 8446 5.1). */
#define RECORD ((size_t)16384)

/* Ciphertext queued before a flush is tried, and before no more is taken. */
#define OUT_HIGH ((size_t)65536)

#define OUT_SPANS 16

#define LINGER (5 * LOOP_S)

/* Protocol names of one session, and their bytes. */
#define ALPN_COUNT_MAX 8
#define ALPN_BYTES_MAX 128

enum tls_state {
    TLS_HANDSHAKE,
    TLS_OPEN,
    TLS_FAILED, /* t.fault says why */
    TLS_CLOSED,
};

struct tls {
    struct transport t;
    struct transport *below;
    struct loop *loop;
    struct tls_context *context;
    WOLFSSL *ssl;
    enum tls_state state;
    bool is_server;
    unsigned wanted; /* by the owner */
    unsigned below_wanted;

    uint8_t *in; /* NULL: nothing buffered */
    size_t in_begin;
    size_t in_end;
    enum io below_io;    /* of the last read from below */
    bool may_have_more;  /* the last read ended before IO_AGAIN */
    bool has_ended;      /* close_notify, and told */
    bool is_out_blocked; /* below takes no more now */

    struct buf out;
    bool is_out_broken; /* out_fault says why; reading may go on */
    struct fault out_fault;
    struct loop_task flush;
    struct loop_task reap;
    struct loop_timer again; /* due at once: readiness that is ours alone */

    struct tls_facts facts;
    char *host;
    struct span alpn[ALPN_COUNT_MAX];
    int nalpn;
    uint8_t alpn_bytes[ALPN_BYTES_MAX];
};

static struct tls *tls_of(const struct transport *t)
{
    return container_of((struct transport *)(uintptr_t)t, struct tls, t);
}

/* Below. */

static void want_below(struct tls *s)
{
    unsigned events = s->is_out_blocked ? LOOP_WRITE : 0;
    bool is_reading = s->state == TLS_HANDSHAKE ||
                      (s->state == TLS_OPEN && (s->wanted & LOOP_READ));
    if (is_reading && s->below_io != IO_EOF)
        events |= LOOP_READ;
    if (events == s->below_wanted)
        return;
    s->below_wanted = events;
    transport_want(s->below, events);
}

static void fill(struct tls *s)
{
    size_t n = 0;
    if (s->in == NULL)
        s->in = tls_context_take_buffer(s->context);
    s->below_io = transport_read(s->below, s->in, TLS_CONTEXT_BUFFER, &n);
    s->in_begin = 0;
    s->in_end = n;
}

static void drop_input(struct tls *s)
{
    if (s->in == NULL || s->in_begin < s->in_end)
        return;
    tls_context_give_buffer(s->context, s->in);
    s->in = NULL;
}

/* wolfSSL wants up to size bytes of ciphertext. */
static int on_receive(WOLFSSL *ssl, char *to, int size, void *user)
{
    struct tls *s = user;
    (void)ssl;
    if (s->in_begin == s->in_end && s->below_io != IO_EOF)
        fill(s);
    size_t have = s->in_end - s->in_begin;
    if (have == 0) {
        if (s->below_io == IO_AGAIN)
            return WOLFSSL_CBIO_ERR_WANT_READ;
        return s->below_io == IO_EOF ? WOLFSSL_CBIO_ERR_CONN_CLOSE
                                     : WOLFSSL_CBIO_ERR_GENERAL;
    }
    size_t n = have < (size_t)size ? have : (size_t)size;
    memcpy(to, s->in + s->in_begin, n);
    s->in_begin += n;
    return (int)n;
}

static int on_send(WOLFSSL *ssl, char *from, int size, void *user)
{
    struct tls *s = user;
    (void)ssl;
    buf_add(&s->out, span_of(from, (size_t)size));
    loop_later(s->loop, &s->flush);
    return size;
}

/* As much as below takes.  When that fails, what the peer sent before (an
 * early answer to an upload) can still be read. */
static void flush(struct tls *s)
{
    enum io io = IO_OK;
    while (s->out.len > 0 && io == IO_OK) {
        struct span spans[OUT_SPANS];
        size_t n = 0;
        int count = buf_peek(&s->out, spans, OUT_SPANS);
        io = transport_write(s->below, spans, count, &n);
        buf_consume(&s->out, n);
    }
    s->is_out_blocked = io == IO_AGAIN;
    if (io != IO_FAILED)
        return;
    buf_clear(&s->out);
    s->is_out_broken = true;
    s->out_fault = s->below->fault;
}

/* The owner's side. */

static unsigned readiness(const struct tls *s)
{
    unsigned events = 0;
    if (s->may_have_more || s->has_ended || s->state == TLS_FAILED ||
        s->in_begin < s->in_end || s->below_io == IO_EOF)
        events |= LOOP_READ;
    if (s->out.len < OUT_HIGH || s->is_out_broken)
        events |= LOOP_WRITE;
    return events & s->wanted;
}

static void update(struct tls *s)
{
    if (s->state == TLS_HANDSHAKE || s->state == TLS_CLOSED)
        return;
    want_below(s);
    if (readiness(s))
        loop_arm(s->loop, &s->again, 0);
    else
        loop_disarm(s->loop, &s->again);
}

static void on_again(struct loop_timer *timer, uint64_t now)
{
    struct tls *s = container_of(timer, struct tls, again);
    (void)now;
    unsigned events = readiness(s);
    update(s);
    if (events)
        s->t.events->on_ready(&s->t, events);
}

static enum io fail(struct tls *s)
{
    s->state = TLS_FAILED;
    return IO_FAILED;
}

/* Is the end of what came from below all that is wrong? */
static bool is_cut_off(const struct tls *s, int error)
{
    return s->below_io == IO_EOF && s->in_begin == s->in_end &&
           (error == SOCKET_PEER_CLOSED_E || error == SOCKET_ERROR_E ||
            error == WOLFSSL_ERROR_SYSCALL);
}

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
    if (s->below_io == IO_FAILED)
        s->t.fault = s->below->fault;
    else if (is_cut_off(s, error))
        (void)fault_set(&s->t.fault, ERR_PARTIAL, 0,
                        "closed without close_notify");
    else
        tls_peer_fault(s->ssl, error, &s->t.fault);
    return fail(s);
}

static enum io tls_read(struct transport *t, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct tls *s = tls_of(t);
    *n = 0;
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
    drop_input(s);
    s->may_have_more = io == IO_OK;
    if (io != IO_AGAIN)
        update(s);
    /* What came before the end or the failure is told first. */
    return *n > 0 ? IO_OK : io;
}

static enum io write_record(struct tls *s, const uint8_t *base, size_t len)
{
    int result = wolfSSL_write(s->ssl, base, (int)len);
    if (result == (int)len)
        return IO_OK;
    tls_peer_fault(s->ssl, wolfSSL_get_error(s->ssl, result), &s->t.fault);
    return fail(s);
}

/* The next record's worth out of spans, from *i and *at on. */
static struct span gather(const struct span *spans, int nspans, int *i,
                          size_t *at, uint8_t *record)
{
    size_t len = 0;
    while (*i < nspans && len < RECORD) {
        size_t left = spans[*i].len - *at;
        if (len == 0 && left >= RECORD) {
            struct span whole = span_of(spans[*i].base + *at, RECORD);
            *at += RECORD;
            return whole;
        }
        size_t n = left < RECORD - len ? left : RECORD - len;
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

static enum io tls_write(struct transport *t, const struct span *spans,
                         int nspans, size_t *n)
{
    struct tls *s = tls_of(t);
    uint8_t record[RECORD];
    int i = 0;
    size_t at = 0;
    *n = 0;
    if (s->state == TLS_FAILED)
        return IO_FAILED;
    if (s->state == TLS_HANDSHAKE)
        return IO_AGAIN;
    for (;;) {
        if (s->out.len >= OUT_HIGH)
            flush(s);
        if (s->is_out_broken) {
            t->fault = s->out_fault;
            return IO_FAILED;
        }
        if (s->out.len >= OUT_HIGH) {
            want_below(s);
            return *n > 0 ? IO_OK : IO_AGAIN;
        }
        struct span plain = gather(spans, nspans, &i, &at, record);
        if (plain.len == 0)
            return IO_OK;
        if (write_record(s, plain.base, plain.len) != IO_OK)
            return IO_FAILED;
        *n += plain.len;
    }
}

static void tls_want(struct transport *t, unsigned events)
{
    struct tls *s = tls_of(t);
    s->wanted = events;
    update(s);
}

/* The end. */

static void reap_tls(struct loop_task *task)
{
    struct tls *s = container_of(task, struct tls, reap);
    if (s->ssl)
        wolfSSL_free(s->ssl);
    buf_fini(&s->out);
    free(s->host);
    free(s);
}

static void close_below(struct tls *s)
{
    loop_disarm(s->loop, &s->again);
    loop_forget(s->loop, &s->flush);
    transport_close(s->below);
    loop_reap(s->loop, &s->reap);
}

static void on_linger_over(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    close_below(container_of(timer, struct tls, again));
}

static void on_linger_ready(struct transport *below, unsigned events)
{
    struct tls *s = below->owner;
    (void)events;
    flush(s);
    if (!s->is_out_blocked)
        close_below(s);
}

static const struct transport_events linger_events = {
    .on_ready = on_linger_ready,
};

/* The session is done; its last bytes wait for below. */
static void linger(struct tls *s)
{
    wolfSSL_free(s->ssl);
    s->ssl = NULL;
    loop_forget(s->loop, &s->flush);
    s->below->events = &linger_events;
    s->again.on_expired = on_linger_over;
    loop_arm(s->loop, &s->again, loop_now(s->loop) + LINGER);
    transport_want(s->below, LOOP_WRITE);
}

static void tls_close(struct transport *t)
{
    struct tls *s = tls_of(t);
    if (s->state == TLS_CLOSED)
        return;
    if (s->state == TLS_OPEN)
        (void)wolfSSL_shutdown(s->ssl);
    bool is_broken = s->state == TLS_FAILED || s->below_io == IO_FAILED;
    s->state = TLS_CLOSED;
    s->in_begin = s->in_end;
    drop_input(s);
    if (!is_broken)
        flush(s);
    if (!is_broken && s->is_out_blocked)
        linger(s);
    else
        close_below(s);
}

static const struct transport_ops tls_ops = {
    .name = "tls",
    .read = tls_read,
    .write = tls_write,
    .want = tls_want,
    .close = tls_close,
};

/* The handshake. */

static void fail_handshake(struct tls *s, int error)
{
    flush(s); /* the alert */
    if (s->below_io == IO_FAILED) {
        s->t.fault = s->below->fault;
        s->t.fault.code = ERR_CONNECT;
        fault_prefix(&s->t.fault, "TLS handshake: ");
    } else if (is_cut_off(s, error)) {
        (void)fault_set(&s->t.fault, ERR_TLS_HANDSHAKE, 0,
                        "the peer closed during the TLS handshake");
    } else {
        tls_peer_fault(s->ssl, error, &s->t.fault);
    }
    s->state = TLS_FAILED;
    want_below(s);
    s->t.events->on_failed(&s->t);
}

static void finish_handshake(struct tls *s)
{
    if (s->host && !tls_peer_check(s->ssl, s->context, span_str(s->host),
                                   s->alpn, s->nalpn, &s->facts, &s->t.fault)) {
        s->state = TLS_FAILED;
        buf_clear(&s->out); /* our Finished is not for a stranger */
        want_below(s);
        s->t.events->on_failed(&s->t);
        return;
    }
    if (s->host == NULL)
        tls_peer_describe(s->ssl, &s->facts);
    s->state = TLS_OPEN;
    s->may_have_more = s->in_begin < s->in_end;
    if (!s->may_have_more)
        drop_input(s);
    update(s);
    s->t.events->on_connected(&s->t);
}

static void step_handshake(struct tls *s)
{
    int result =
        s->is_server ? wolfSSL_accept(s->ssl) : wolfSSL_connect(s->ssl);
    if (result == WOLFSSL_SUCCESS) {
        finish_handshake(s);
        return;
    }
    int error = wolfSSL_get_error(s->ssl, result);
    if (error != WOLFSSL_ERROR_WANT_READ) {
        fail_handshake(s, error);
        return;
    }
    drop_input(s);
    want_below(s);
}

static void on_below_ready(struct transport *below, unsigned events)
{
    struct tls *s = below->owner;
    if ((events & LOOP_WRITE) && s->is_out_blocked)
        flush(s);
    if (s->state == TLS_HANDSHAKE) {
        step_handshake(s);
        return;
    }
    s->may_have_more |= (events & LOOP_READ) != 0;
    unsigned ready = readiness(s);
    update(s);
    if (ready)
        s->t.events->on_ready(&s->t, ready);
}

static const struct transport_events below_events = {
    .on_ready = on_below_ready,
};

/* The end of a turn; also the first step, so that nothing happens before the
 * owner has set its events. */
static void on_flush(struct loop_task *task)
{
    struct tls *s = container_of(task, struct tls, flush);
    if (s->state == TLS_HANDSHAKE && s->t.fault.code != ERR_NONE) {
        s->state = TLS_FAILED;
        s->t.events->on_failed(&s->t);
        return;
    }
    if (s->state == TLS_HANDSHAKE && s->out.len == 0) {
        step_handshake(s);
        return;
    }
    flush(s);
    if (s->state == TLS_HANDSHAKE)
        want_below(s);
    else
        update(s);
}

/* Names beyond the limits are not kept; offering them fails too. */
static void keep_alpn(struct tls *s, const struct span *alpn, int nalpn)
{
    size_t len = 0;
    for (int i = 0; i < nalpn && i < ALPN_COUNT_MAX; i++) {
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
        .below = below,
        .loop = loop,
        .context = c,
        .ssl = wolfSSL_new(tls_context_wolfssl(c)),
        .below_io = IO_AGAIN,
        .flush.run = on_flush,
        .reap.run = reap_tls,
        .again.on_expired = on_again,
    };
    keep_alpn(s, alpn, nalpn);
    buf_init(&s->out, loop_buffers(loop));
    below->events = &below_events;
    below->owner = s;
    loop_later(loop, &s->flush);
    if (s->ssl == NULL) {
        (void)fault_set(&s->t.fault, ERR_TLS_HANDSHAKE, 0, "no TLS session");
        return s;
    }
    wolfSSL_SSLSetIORecv(s->ssl, on_receive);
    wolfSSL_SSLSetIOSend(s->ssl, on_send);
    wolfSSL_SetIOReadCtx(s->ssl, s);
    wolfSSL_SetIOWriteCtx(s->ssl, s);
    return s;
}

struct transport *tls_client(struct loop *loop, struct transport *below,
                             struct tls_context *c, struct span host,
                             const struct span *alpn, int nalpn)
{
    struct tls *s = new_tls(loop, below, c, alpn, nalpn);
    s->host = xalloc_copy(host.base, host.len);
    if (s->ssl)
        (void)tls_peer_expect(s->ssl, c, span_str(s->host), alpn, nalpn,
                              &s->t.fault);
    return &s->t;
}

struct transport *tls_server(struct loop *loop, struct transport *below,
                             struct tls_context *c, const struct span *alpn,
                             int nalpn)
{
    struct tls *s = new_tls(loop, below, c, alpn, nalpn);
    s->is_server = true;
    if (s->ssl)
        (void)tls_peer_use_alpn(s->ssl, alpn, nalpn, &s->t.fault);
    return &s->t;
}

const struct tls_facts *tls_get_facts(const struct transport *t)
{
    return &tls_of(t)->facts;
}
