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

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/tls_memory.h"
#include "transport/tls_peer.h"
#include "transport/tls_shown.h"
#include "transport/tls_wire.h"

/* Plaintext of a full record (RFC 8446 5.1). */
#define RECORD ((size_t)16384)

/* Early data at most, whatever the server allows: what a first flight holds. */
#define EARLY_MAX ((size_t)14336)

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
    struct loop *loop;
    struct tls_context *context;
    struct tls_wire *wire;
    WOLFSSL *ssl;
    enum tls_state state;
    bool is_server;
    unsigned wanted;        /* by the owner */
    bool may_have_more;     /* the last read ended before IO_AGAIN */
    bool has_ended;         /* close_notify, and told */
    bool is_shut;           /* ours was sent */
    bool is_shut_put_off;   /* until the handshake is complete */
    bool is_flush_put_off;  /* once in a turn */
    struct loop_task flush; /* also the first step of the handshake */
    struct loop_task reap;
    struct loop_timer again; /* due at once: readiness that is ours alone */
    struct tls_facts facts;
    struct tls_memory memory;
    bool may_be_early; /* the owner allows it */
    bool takes_early;  /* a server's */
    bool has_begun;    /* the first step was due */
    bool is_early;     /* told as connected, and is not yet */
    bool has_stepped;  /* the first step was taken, of one that is early */
    size_t early_max;
    struct str early; /* what went out so */
    struct str taken; /* a server's: what came so, */
    size_t taken_at;  /* of it, read */
    char *host;       /* NULL: a server */
    struct tls_expected expected;
    struct span alpn[ALPN_COUNT_MAX];
    int nalpn;
    uint8_t alpn_bytes[ALPN_BYTES_MAX];
};

static struct tls *tls_of(const struct transport *t)
{
    return container_of((struct transport *)(uintptr_t)t, struct tls, t);
}

/* Readiness. */

/* Does a server serve what came early, and has no handshake yet? */
static bool serves_early(const struct tls *s)
{
    return s->is_server && s->is_early;
}

static bool has_taken(const struct tls *s)
{
    return s->taken_at < s->taken.len;
}

static unsigned readiness(const struct tls *s)
{
    const struct tls_wire *w = s->wire;
    unsigned events = 0;
    if (has_taken(s))
        events |= LOOP_READ;
    else if (s->state == TLS_HANDSHAKE)
        ; /* what there is, is the handshake's */
    else if (s->may_have_more || s->has_ended || s->state == TLS_FAILED ||
             tls_wire_has_input(w) || w->read_io == IO_EOF)
        events |= LOOP_READ;
    if (w->out.len < TLS_WIRE_HIGH || w->is_broken)
        events |= LOOP_WRITE;
    return events & s->wanted;
}

static void update(struct tls *s)
{
    if (s->state == TLS_CLOSED)
        return;
    tls_wire_want(s->wire,
                  s->state == TLS_HANDSHAKE ||
                      (s->state == TLS_OPEN && (s->wanted & LOOP_READ)));
    if ((s->state != TLS_HANDSHAKE || serves_early(s)) && readiness(s))
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
    else if (is_cut_off(s, error))
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
    update(s);
    return IO_OK;
}

static enum io tls_read(struct transport *t, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct tls *s = tls_of(t);
    *n = 0;
    if (has_taken(s))
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
        update(s);
    /* What came before the end or the failure is told first. */
    return *n > 0 ? IO_OK : io;
}

/* Writing. */

static enum io write_record(struct tls *s, struct span plain)
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

/* What does not fit waits for the end of the handshake. */
static enum io write_early(struct tls *s, const struct span *spans, int nspans,
                           size_t *n)
{
    int i = 0;
    size_t at = 0;
    uint8_t record[RECORD];
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
    uint8_t record[RECORD];
    for (;;) {
        if (s->wire->out.len >= TLS_WIRE_HIGH)
            tls_wire_flush(s->wire);
        if (s->wire->is_broken) {
            t->fault = s->wire->fault;
            return IO_FAILED;
        }
        if (s->wire->out.len >= TLS_WIRE_HIGH) {
            update(s);
            return *n > 0 ? IO_OK : IO_AGAIN;
        }
        struct span plain = gather(spans, nspans, &i, &at, record);
        if (plain.len == 0)
            return IO_OK;
        if (write_record(s, plain) != IO_OK)
            return IO_FAILED;
        *n += plain.len;
    }
}

/* TCP stays open below: close_notify is all that a TLS peer looks for. */
static void tls_shut(struct transport *t)
{
    struct tls *s = tls_of(t);
    s->is_shut_put_off = serves_early(s);
    if (s->state != TLS_OPEN || s->is_shut)
        return;
    s->is_shut = true;
    (void)wolfSSL_shutdown(s->ssl);
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
    tls_memory_fini(&s->memory);
    tls_expected_fini(&s->expected);
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

/* The handshake. */

static void tell_failure(struct tls *s)
{
    s->state = TLS_FAILED;
    update(s);
    if (!serves_early(s)) /* which finds it when it reads */
        s->t.events->on_failed(&s->t);
}

static void fail_handshake(struct tls *s, int error)
{
    tls_wire_flush(s->wire); /* the alert */
    if (s->wire->read_io == IO_FAILED) {
        s->t.fault = s->wire->below->fault;
        s->t.fault.code = ERR_CONNECT;
        fault_prefix(&s->t.fault, "TLS handshake: ");
    } else if (s->wire->is_foreign) {
        (void)fault_set(&s->t.fault, ERR_NOT_TLS, 0,
                        "the server answers %s, there is no TLS at that port",
                        s->wire->is_http ? "in plain HTTP"
                                         : "in another protocol");
    } else if (is_cut_off(s, error)) {
        (void)fault_set(&s->t.fault, ERR_TLS_CUT_OFF, 0,
                        "the peer closed during the TLS handshake");
    } else {
        tls_peer_fault(s->ssl, error, &s->t.fault);
    }
    tell_failure(s);
}

/* ---- early data ---- */

/* The server that is known takes some, and the owner hears that it may write. */
static bool begin_early(struct tls *s)
{
    if (!s->may_be_early || !tls_memory_allows_early(&s->memory))
        return false;
    WOLFSSL_SESSION *session = wolfSSL_get1_session(s->ssl);
    s->early_max = wolfSSL_SESSION_get_max_early_data(session);
    wolfSSL_SESSION_free(session);
    if (s->early_max > EARLY_MAX)
        s->early_max = EARLY_MAX;
    tls_memory_recall(&s->memory, &s->facts);
    s->is_early = true;
    s->t.events->on_connected(&s->t);
    return true;
}

static bool is_same_protocol(const struct tls *s)
{
    struct span before = s->memory.used->data.parts[TICKET_ALPN];
    return span_equal(before, span_str(s->facts.alpn));
}

/* The handshake is complete: false, the session has failed. */
static bool settle_early(struct tls *s, enum early_data *outcome)
{
    s->is_early = false;
    *outcome = EARLY_DATA_NONE;
    if (!is_same_protocol(s)) {
        (void)fault_set(&s->t.fault, ERR_RECV, 0,
                        "the server speaks '%s' now, not what it spoke before",
                        s->facts.alpn);
        return false;
    }
    if (s->early.len == 0)
        return true;
    bool is_accepted =
        wolfSSL_get_early_data_status(s->ssl) == WOLFSSL_EARLY_DATA_ACCEPTED;
    *outcome = is_accepted ? EARLY_DATA_ACCEPTED : EARLY_DATA_REJECTED;
    return is_accepted || write_record(s, str_span(&s->early)) == IO_OK;
}

static void confirm(struct tls *s, enum early_data outcome)
{
    const struct transport_confirmed how = {
        .tls = &s->facts, .outcome = outcome, .bytes = s->early.len};
    if (s->t.events->on_confirmed)
        s->t.events->on_confirmed(&s->t, &how);
}

static void finish_handshake(struct tls *s)
{
    bool was_early = s->is_early;
    enum early_data outcome = EARLY_DATA_NONE;
    if (s->host && !tls_peer_check(s->ssl, s->context, span_str(s->host),
                                   s->alpn, s->nalpn, &s->facts, &s->t.fault)) {
        buf_clear(&s->wire->out); /* our Finished is not for a stranger */
        tell_failure(s);
        return;
    }
    if (s->host == NULL)
        tls_peer_describe(s->ssl, &s->facts);
    tls_memory_known(&s->memory, &s->facts);
    if (was_early && !s->is_server && !settle_early(s, &outcome)) {
        tell_failure(s);
        return;
    }
    s->is_early = false;
    s->state = TLS_OPEN;
    s->wire->is_told = false;
    /* A server that was early looks again: it may have waited for this. */
    s->may_have_more =
        tls_wire_has_input(s->wire) || (was_early && s->is_server);
    tls_wire_rest(s->wire);
    update(s);
    if (s->is_shut_put_off)
        tls_shut(&s->t);
    if (!was_early)
        s->t.events->on_connected(&s->t);
    else if (!s->is_server)
        confirm(s, outcome);
}

/* wolfSSL takes no more of it than its context allows. */
static int accept_step(struct tls *s)
{
    while (s->takes_early && wolfSSL_version(s->ssl) == TLS1_3_VERSION) {
        int n = 0;
        uint8_t record[RECORD];
        int result = wolfSSL_read_early_data(s->ssl, record, sizeof record, &n);
        if (result < 0)
            return result;
        if (n == 0)
            break;
        str_add(&s->taken, span_of(record, (size_t)n));
    }
    return wolfSSL_accept(s->ssl);
}

static void tell_early(struct tls *s)
{
    s->is_early = true;
    tls_peer_describe(s->ssl, &s->facts);
    s->t.events->on_connected(&s->t);
}

static void step_handshake(struct tls *s)
{
    tls_verify_forget(s->ssl);
    int result = s->is_server ? accept_step(s) : wolfSSL_connect(s->ssl);
    if (result == WOLFSSL_SUCCESS) {
        finish_handshake(s);
        return;
    }
    int error = wolfSSL_get_error(s->ssl, result);
    if (error != WOLFSSL_ERROR_WANT_READ) {
        fail_handshake(s, error);
        return;
    }
    tls_wire_rest(s->wire);
    if (has_taken(s) && !s->is_early)
        tell_early(s);
    update(s);
}

static void on_below_ready(struct transport *below, unsigned events)
{
    struct tls *s = below->owner;
    if (events & LOOP_READ)
        tls_wire_on_readable(s->wire);
    if ((events & LOOP_WRITE) && s->wire->is_blocked)
        tls_wire_flush(s->wire);
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

/* The end of a turn in which something was written.  Before the first
 * handshake message there is nothing to flush: the first step is due, or the
 * failure of setting the session up, which the owner can hear only now. */
static void on_flush(struct loop_task *task)
{
    struct tls *s = container_of(task, struct tls, flush);
    if (s->state == TLS_HANDSHAKE && s->t.fault.code != ERR_NONE) {
        tell_failure(s);
        return;
    }
    if (s->state == TLS_HANDSHAKE && !s->has_begun) {
        s->has_begun = true;
        /* Behind the task in which the owner writes. */
        if (begin_early(s) && s->state == TLS_HANDSHAKE)
            loop_later(s->loop, &s->flush);
        else if (s->state == TLS_HANDSHAKE)
            step_handshake(s);
        return;
    }
    if (s->is_early && !s->has_stepped) {
        s->has_stepped = true;
        s->is_flush_put_off = true; /* it has been */
        step_handshake(s);
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
    update(s);
}

/* Making one. */

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
    if (s->ssl)
        (void)tls_peer_use_alpn(s->ssl, alpn, nalpn, &s->t.fault);
    return &s->t;
}

const struct tls_facts *tls_get_facts(const struct transport *t)
{
    return &tls_of(t)->facts;
}
