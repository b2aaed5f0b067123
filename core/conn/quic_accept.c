/*
 * A server's connection begins with a packet that has already arrived.  Its
 * transport parameters repeat what the client cannot be sure of otherwise: the
 * IDs of the first packets, and of a Retry if there was one (RFC 9000 7.3).
 */
#include "conn/quic_accept.h"

#include "conn/quic_callbacks.h"
#include "conn/quic_cid.h"
#include "conn/quic_close.h"
#include "conn/quic_config.h"
#include "conn/quic_ending.h"
#include "conn/quic_fault.h"
#include "conn/quic_qlog.h"
#include "conn/quic_turn.h"

static bool set_params(struct quic *q, const struct quic_first *first,
                       const ngtcp2_cid *scid, ngtcp2_transport_params *params)
{
    q->remote_bidi = first->max_streams;
    params->original_dcid_present = 1;
    params->original_dcid = first->header->dcid;
    if (first->original) {
        params->original_dcid = *first->original;
        params->retry_scid_present = 1;
        params->retry_scid = first->header->dcid;
    }
    params->stateless_reset_token_present = 1;
    return quic_cid_reset_token(q->link->secret, scid,
                                params->stateless_reset_token);
}

static int new_server_conn(struct quic *q, const struct quic_first *first,
                           const ngtcp2_cid *scid)
{
    ngtcp2_callbacks callbacks;
    struct quic_config config;
    quic_callbacks_set(&callbacks);
    quic_config_server(q->settings, first->max_streams, loop_now(q->loop),
                       &config);
    if (first->original) {
        config.settings.token = first->header->token;
        config.settings.tokenlen = first->header->tokenlen;
        config.settings.token_type = NGTCP2_TOKEN_TYPE_RETRY;
    }
    if (first->is_known) {
        config.settings.token = first->header->token;
        config.settings.tokenlen = first->header->tokenlen;
        config.settings.token_type = NGTCP2_TOKEN_TYPE_NEW_TOKEN;
    }
    if (!set_params(q, first, scid, &config.params))
        return NGTCP2_ERR_INTERNAL;
    const struct addr *local = &first->packet->local;
    const struct addr *remote = &first->packet->remote;
    ngtcp2_path path = {
        .local = {(ngtcp2_sockaddr *)(uintptr_t)&local->sa, local->len},
        .remote = {(ngtcp2_sockaddr *)(uintptr_t)&remote->sa, remote->len},
    };
    quic_qlog_begin(q, &config.params.original_dcid, &config.settings);
    int result = ngtcp2_conn_server_new(
        &q->conn, &first->header->scid, scid, &path, first->header->version,
        &callbacks, &config.settings, &config.params, NULL, q);
    if (result == 0)
        quic_qlog_started(q, &path);
    return result;
}

static bool start_server(struct quic *q, const struct quic_first *first,
                         struct tls_context *tls, struct fault *fault)
{
    if (!quic_tls_server(&q->tls, tls, q->protocol->alpn, fault))
        return false;
    ngtcp2_cid scid;
    quic_cid_make(&scid, QUIC_CID_LEN);
    int result = new_server_conn(q, first, &scid);
    if (result != 0) {
        quic_fault_library(fault, result);
        return false;
    }
    quic_tls_attach(&q->tls, &q->conn);
    const struct quic_link_ops *ops = q->link->ops;
    const ngtcp2_cid *dcid = &first->header->dcid;
    ops->add_cid(q->link, span_of(scid.data, scid.datalen));
    ops->add_cid(q->link, span_of(dcid->data, dcid->datalen));
    return true;
}

struct quic *quic_accept(struct loop *loop, struct quic_link *link,
                         const struct settings *s, struct tls_context *tls,
                         const struct quic_protocol *protocol,
                         const struct quic_first *first, struct fault *fault)
{
    struct quic *q = quic_turn_new(loop, s, protocol);
    q->link = link;
    if (start_server(q, first, tls, fault))
        return q;
    quic_turn_free(q);
    return NULL;
}

void quic_receive(struct quic *q, const struct udp_packet *p)
{
    if (quic_is_over(q)) {
        quic_close_answer(q, p);
        return;
    }
    ngtcp2_path at = {
        .local = {(ngtcp2_sockaddr *)(uintptr_t)&p->local.sa, p->local.len},
        .remote = {(ngtcp2_sockaddr *)(uintptr_t)&p->remote.sa, p->remote.len},
    };
    quic_turn_packet(q, &at, p->data, p->ecn);
    quic_turn_received(q);
}

void quic_unblocked(struct quic *q)
{
    quic_wake(q);
}

void quic_abandon(struct quic *q)
{
    if (quic_ending_by_owner(q, q->protocol->no_error))
        quic_close_say_goodbye(q);
    q->app = NULL;
    q->link = NULL;
    quic_close_finish(q);
}
