/*
 * Tickets and tokens come whenever the server likes; each goes into the store as
 * it comes, with what is known by then.  HTTP/3's settings may come after the
 * ticket: they are added to it there.
 *
 * Both are used at the address that they came from alone: at another a token is
 * worth nothing, and early data is a bet that the server is still where it was.
 * So an attempt at an address that turns out to be dead costs no ticket.
 *
 * The ticket of an attempt that was cancelled, or of early data that got no
 * answer, is spent: it may have been seen on the way.
 */
#include "conn/quic_memory.h"

#include <stdlib.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/xalloc.h"
#include "conn/quic_paths.h"
#include "transport/tickets.h"

/* Transport parameters as ngtcp2 writes them down: numbers, of which there are
 * a dozen. */
#define PARAMS_MAX 256

/* RFC 9000 8.1.3 gives tokens no end; servers that were looked at let them live
 * for a day or less. */
#define TOKEN_LIFETIME 86400

/* Larger ones would fill the first packet. */
#define TOKEN_MAX 512

struct ticket *quic_memory_begin(struct quic *q, const struct quic_store *store,
                                 ngtcp2_settings *settings)
{
    if (store == NULL)
        return NULL;
    struct tls_memory *m = &q->tls.memory;
    tls_memory_init(m, store->tickets, TICKET_QUIC, store->key);
    tls_memory_begin(m, q->tls.ssl, store->address);
    struct ticket *token =
        tickets_take(store->tickets, TICKET_TOKEN, store->key, store->address,
                     tickets_now());
    if (token == NULL)
        return NULL;
    struct span bytes = token->data.parts[TICKET_SECRET];
    settings->token = bytes.base;
    settings->tokenlen = bytes.len;
    settings->token_type = NGTCP2_TOKEN_TYPE_NEW_TOKEN;
    return token;
}

void quic_memory_start(struct quic *q, const struct quic_store *store)
{
    const struct tls_memory *m = &q->tls.memory;
    if (store == NULL || !store->may_be_early || !tls_memory_allows_early(m))
        return;
    struct span params = m->used->data.parts[TICKET_PARAMS];
    if (params.len == 0 || ngtcp2_conn_decode_and_set_0rtt_transport_params(
                               q->conn, params.base, params.len) != 0)
        return;
    wolfSSL_set_quic_early_data_enabled(q->tls.ssl, 1);
    q->early.is_open = true;
    q->early.outcome = EARLY_DATA_SENT;
}

bool quic_is_early(const struct quic *q)
{
    return q->early.is_open && quic_is_running(q);
}

enum early_data quic_early_outcome(const struct quic *q)
{
    return q->early.outcome;
}

uint64_t quic_early_bytes(const struct quic *q)
{
    return q->early.bytes;
}

/* ---- after the handshake ---- */

/* For tickets that come. */
static void note_address(struct quic *q)
{
    struct addr remote;
    quic_paths_addr(&remote, &ngtcp2_conn_get_path2(q->conn)->remote);
    addr_format(&remote, q->early.address);
    q->tls.memory.parts[TICKET_ADDRESS] = span_str(q->early.address);
}

static void note_params(struct quic *q)
{
    uint8_t bytes[PARAMS_MAX];
    ngtcp2_ssize n =
        ngtcp2_conn_encode_0rtt_transport_params2(q->conn, bytes, sizeof bytes);
    if (n <= 0)
        return;
    q->early.params = xalloc_copy(bytes, (size_t)n);
    q->tls.memory.parts[TICKET_PARAMS] = span_of(q->early.params, (size_t)n);
}

static uint64_t rtt_of(const void *user)
{
    const struct quic *q = user;
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    return info.smoothed_rtt / 1000;
}

/* ---- the next ticket ---- */

static void stop_waiting(struct quic *q)
{
    loop_disarm(q->loop, &q->early.await);
    if (!q->early.is_awaited)
        return;
    q->early.is_awaited = false;
    tickets_settle(q->tls.memory.store);
}

static void on_await(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    stop_waiting(container_of(timer, struct quic, early.await));
}

static void on_ticket(struct tls_memory *m)
{
    stop_waiting(container_of(m, struct quic, tls.memory));
}

/* The server gives the ticket upon our last word of the handshake, so that it may
 * come behind the answer to what went with that, and does behind the answer to
 * early data: a run that ends with the answer would have none for the next
 * one. */
static void await_ticket(struct quic *q)
{
    struct tls_memory *m = &q->tls.memory;
    if (!m->store->is_kept)
        return;
    q->early.is_awaited = true;
    q->early.await.on_expired = on_await;
    m->on_ticket = on_ticket;
    tickets_await(m->store);
    loop_arm(q->loop, &q->early.await,
             loop_now(q->loop) + ngtcp2_conn_get_pto2(q->conn));
}

/* ---- the handshake is complete ---- */

/* RFC 9369 5: what a server gives in one version of QUIC is for that one, and the
 * next connection begins as this one did. */
static bool has_changed_version(const struct quic *q)
{
    return ngtcp2_conn_get_negotiated_version2(q->conn) !=
           ngtcp2_conn_get_client_chosen_version2(q->conn);
}

void quic_memory_confirm(struct quic *q)
{
    struct tls_memory *m = &q->tls.memory;
    if (q->link) {
        q->early.is_open = false;
        return;
    }
    if (m->store && has_changed_version(q)) {
        m->facts = NULL; /* nothing is kept */
    } else if (m->store) {
        note_params(q);
        note_address(q);
        await_ticket(q);
    }
    m->rtt = rtt_of;
    m->rtt_user = q;
    if (!q->early.is_open)
        return;
    q->early.is_open = false;
    bool is_accepted = wolfSSL_get_early_data_status(q->tls.ssl) ==
                       WOLFSSL_EARLY_DATA_ACCEPTED;
    q->early.outcome = is_accepted ? EARLY_DATA_ACCEPTED : EARLY_DATA_REJECTED;
    /* Else the library took each ticket that comes for one that allows it. */
    (void)wolfSSL_set_max_early_data(q->tls.ssl, 0);
    if (!is_accepted)
        (void)ngtcp2_conn_tls_early_data_rejected(q->conn);
}

void quic_memory_end(struct quic *q)
{
    const struct tls_memory *m = &q->tls.memory;
    if (q->early.is_open && m->store && !q->ending.is_quiet)
        tickets_distrust(m->store, m->kind, m->key);
    stop_waiting(q);
}

void quic_memory_serve_early(struct quic *q)
{
    if (q->link == NULL || q->state != QUIC_HANDSHAKE || q->early.is_open ||
        q->ending.is_asked || q->app == NULL)
        return;
    q->early.is_open = true;
    q->app->ops->on_open(q->app);
}

void quic_give_token(struct quic *q, struct span token)
{
    (void)ngtcp2_conn_submit_new_token(q->conn, token.base, token.len);
}

void quic_memory_fini(struct quic *q)
{
    stop_waiting(q);
    free(q->early.params);
    free(q->early.remembered);
}

/* ---- what the peer says, and said ---- */

static int on_new_token(ngtcp2_conn *conn, const uint8_t *token, size_t len,
                        void *user_data)
{
    const struct quic *q = user_data;
    const struct tls_memory *m = &q->tls.memory;
    (void)conn;
    uint64_t now = tickets_now();
    struct ticket_data d = {
        .received = now,
        .expires = now + TOKEN_LIFETIME,
        .parts = {[TICKET_SECRET] = span_of(token, len),
                  [TICKET_ADDRESS] = m->parts[TICKET_ADDRESS]}};
    if (m->store && m->facts && len <= TOKEN_MAX)
        tickets_put(m->store, TICKET_TOKEN, m->key, m->source, &d, now);
    return 0;
}

void quic_memory_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->recv_new_token = on_new_token;
}

void quic_remember(struct quic *q, struct span settings)
{
    struct tls_memory *m = &q->tls.memory;
    if (m->store == NULL || q->early.remembered)
        return;
    q->early.remembered = xalloc_copy(settings.base, settings.len);
    m->parts[TICKET_SETTINGS] = span_of(q->early.remembered, settings.len);
    tickets_amend(m->store, m->kind, m->key, m->source, TICKET_SETTINGS,
                  settings);
}

struct span quic_remembered(const struct quic *q)
{
    const struct ticket *used = q->tls.memory.used;
    return used ? used->data.parts[TICKET_SETTINGS] : (struct span){NULL, 0};
}

uint64_t quic_remembered_rtt(const struct quic *q)
{
    /* A text may say anything. */
    const uint64_t most = 10 * (LOOP_S / 1000);
    const struct ticket *used = q->tls.memory.used;
    uint64_t rtt = used ? used->data.rtt : 0;
    return (rtt < most ? rtt : most) * 1000;
}
