#include "conn/quic_ending.h"

#include <stdio.h>

#include "base/fault.h"
#include "conn/quic_fault.h"

/* Asks for the end; NULL when that has been done before. */
static struct quic_ending *ask(struct quic *q, bool is_told)
{
    if (q->ending.is_asked || quic_is_over(q))
        return NULL;
    q->ending.is_asked = true;
    q->ending.is_told = is_told;
    ngtcp2_ccerr_default(&q->ending.error);
    loop_last(q->loop, &q->flush);
    return &q->ending;
}

void quic_fail(struct quic *q, uint64_t app_error, const struct fault *why)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_application_error(&e->error, app_error, NULL, 0);
    e->why = *why;
}

bool quic_ending_by_owner(struct quic *q, uint64_t app_error)
{
    struct quic_ending *e = ask(q, true);
    if (e)
        ngtcp2_ccerr_set_application_error(&e->error, app_error, NULL, 0);
    return e != NULL;
}

void quic_ending_by_path(struct quic *q, const struct fault *why)
{
    struct quic_ending *e = ask(q, false);
    if (e)
        e->why = *why;
}

void quic_ending_by_tls(struct quic *q, uint8_t alert)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_tls_alert(&e->error, alert, NULL, 0);
    e->why = q->tls.fault;
}

void quic_ending_by_versions(struct quic *q, const uint32_t *versions, size_t n)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    char list[100] = "";
    size_t len = 0;
    for (size_t i = 0; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s0x%x",
                                i ? ", " : "", (unsigned)versions[i]);
    fault_set(&e->why, ERR_QUIC, NGTCP2_VERSION_NEGOTIATION_ERROR,
              "no common QUIC version; the server offers %s",
              n ? list : "none");
}

static void by_draining(struct quic *q)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    e->is_drained = !q->was_reset;
    if (q->was_reset)
        fault_set(&e->why, ERR_RECV, 0,
                  "stateless reset: the peer has lost the connection");
    else
        quic_fault_peer(&e->why, q->protocol, ngtcp2_conn_get_ccerr2(q->conn));
}

static void by_timeout(struct quic *q, uint64_t after, const char *format)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    char text[FAULT_DETAIL_MAX];
    (void)snprintf(text, sizeof text, "%s %.3g s", format,
                   (double)after / (double)LOOP_S);
    fault_set(&e->why, ERR_TIMEOUT, 0, "%s", text);
}

/* The shorter of what the two sides want (RFC 9000 10.1); 0: neither does. */
static uint64_t idle_timeout(const struct quic *q)
{
    uint64_t ours = q->settings->timeouts.quic_idle;
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    if (theirs == NULL || theirs->max_idle_timeout == 0)
        return ours;
    bool is_shorter = ours == 0 || theirs->max_idle_timeout < ours;
    return is_shorter ? theirs->max_idle_timeout : ours;
}

static bool has_heard(const struct quic *q)
{
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    return info.pkt_recv > 0;
}

static void by_crypto(struct quic *q)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_tls_alert(&e->error, ngtcp2_conn_get_tls_alert2(q->conn),
                               NULL, 0);
    quic_tls_failed(&q->tls);
    e->why = q->tls.fault;
}

void quic_ending_by_library(struct quic *q, int result)
{
    switch (result) {
    case NGTCP2_ERR_DRAINING:
        by_draining(q);
        return;
    case NGTCP2_ERR_IDLE_CLOSE:
        by_timeout(q, idle_timeout(q), "no packet within");
        return;
    case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
        by_timeout(q, q->settings->timeouts.handshake,
                   has_heard(q) ? "QUIC handshake not complete within"
                                : "no QUIC answer within");
        return;
    case NGTCP2_ERR_CRYPTO:
        by_crypto(q);
        return;
    default:
        break;
    }
    /* Not even a connection yet: whatever came was no Initial of ours. */
    bool is_nothing =
        result == NGTCP2_ERR_DROP_CONN || result == NGTCP2_ERR_RETRY;
    struct quic_ending *e = ask(q, !is_nothing);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_liberr(&e->error, result, NULL, 0);
    quic_fault_library(&e->why, result);
}
