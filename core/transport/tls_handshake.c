#include "transport/tls_handshake.h"

#include "base/fault.h"
#include "transport/tls_self.h"

/* Early data at most, whatever the server allows, and what a server takes: what
 * a first flight holds. */
#define EARLY_MAX ((size_t)14336)
/* Records of early data that a server skips, bytes: other servers may have
 * allowed more, and each record is longer than what is in it. */
#define SKIPPED_MAX 65536

void tls_handshake_fail(struct tls *s)
{
    s->state = TLS_FAILED;
    tls_update(s);
    if (!tls_serves_early(s)) /* which finds it when it reads */
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
    } else if (tls_is_cut_off(s, error)) {
        (void)fault_set(&s->t.fault, ERR_TLS_CUT_OFF, 0,
                        "the peer closed during the TLS handshake");
    } else if (s->ech.keys && tls_ech_is_refused(error)) {
        tls_ech_refuse(&s->ech, s->ssl, &s->t.fault);
    } else {
        tls_peer_fault(s->ssl, error, &s->t.fault);
    }
    tls_handshake_fail(s);
}

/* ---- early data ---- */

bool tls_handshake_begin_early(struct tls *s)
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
    return is_accepted || tls_write_record(s, str_span(&s->early)) == IO_OK;
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
        tls_handshake_fail(s);
        return;
    }
    if (s->host == NULL)
        tls_peer_describe(s->ssl, &s->facts);
    tls_memory_known(&s->memory, &s->facts);
    if (was_early && !s->is_server && !settle_early(s, &outcome)) {
        tls_handshake_fail(s);
        return;
    }
    s->is_early = false;
    s->state = TLS_OPEN;
    s->wire->is_told = false;
    /* A server that was early looks again: it may have waited for this. */
    s->may_have_more =
        tls_wire_has_input(s->wire) || (was_early && s->is_server);
    tls_wire_rest(s->wire);
    tls_update(s);
    if (s->is_shut_put_off)
        s->t.ops->shut(&s->t);
    if (!was_early)
        s->t.events->on_connected(&s->t);
    else if (!s->is_server)
        confirm(s, outcome);
}

/*
 * What a client sends early is asked for whether it is taken or not: only then
 * does wolfSSL know the client's hello and our flight from a complete handshake.
 * It takes what the ticket says, which is nothing if we gave the ticket and take
 * none; of a ticket that is not ours or was used, it skips the records (RFC 8446
 * 4.2.10), up to the limit that the session has then.  The limit that the
 * session has at the end of the handshake stands in the new ticket.
 */
void tls_handshake_expect_early(struct tls *s)
{
    (void)wolfSSL_set_max_early_data(s->ssl, SKIPPED_MAX);
}

static int accept_step(struct tls *s)
{
    while (wolfSSL_version(s->ssl) == TLS1_3_VERSION) {
        int n = 0;
        uint8_t record[TLS_PLAINTEXT_MAX];
        int result = wolfSSL_read_early_data(s->ssl, record, sizeof record, &n);
        if (result < 0)
            return result;
        if (n == 0)
            break;
        str_add(&s->taken, span_of(record, (size_t)n));
    }
    (void)wolfSSL_set_max_early_data(s->ssl, s->takes_early ? EARLY_MAX : 0);
    return wolfSSL_accept(s->ssl);
}

static void tell_early(struct tls *s)
{
    s->is_early = true;
    tls_peer_describe(s->ssl, &s->facts);
    s->t.events->on_connected(&s->t);
}

void tls_handshake_step(struct tls *s)
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
    if (tls_has_taken(s) && !s->is_early)
        tell_early(s);
    tls_update(s);
}
