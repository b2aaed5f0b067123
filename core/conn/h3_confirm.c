#include "conn/h3_confirm.h"

#include <nghttp3/nghttp3.h>

#include "base/fault.h"
#include "conn/h3_session_early.h"

/* The server's first answer needs one. */
#define CONFIRM_RTTS 3

static void trace_confirmed(const struct h3 *h)
{
    struct loop *loop = h->session.loop;
    const struct tls_facts *tls = &h->conn.facts.tls;
    trace_printf(loop_trace(loop), TRACE_QUIC, loop_now(loop), h->conn.facts.id,
                 "QUIC %s established: %s, %s, %s%s, early data %s (%llu "
                 "bytes)",
                 h->conn.facts.quic_version, tls->version, tls->cipher,
                 tls->group, tls->resumed ? ", resumed" : "",
                 h->session.was_early ? "accepted" : "rejected, sent again",
                 (unsigned long long)quic_early_bytes(h->session.q));
}

/* What is on streams now went out early: the rest was cut. */
static void note_accepted(struct h3 *h)
{
    list_each (l, &h->session.streams.all) {
        struct h3_call *call = container_of(l, struct h3_stream, link)->owner;
        if (call == NULL || call->ex->early != EARLY_DATA_SENT)
            continue;
        call->ex->early = EARLY_DATA_ACCEPTED;
        call->ex->early_bytes = quic_early_bytes(h->session.q);
    }
}

static void note_rejected(struct h3 *h)
{
    list_each (l, &h->unsent) {
        struct h3_call *call = container_of(l, struct h3_call, link);
        if (call->was_early)
            call->ex->early_bytes = quic_early_bytes(h->session.q);
    }
}

void h3_confirm_heard(struct h3 *h)
{
    struct h3_session *s = &h->session;
    loop_disarm(s->loop, &h->confirm);
    quic_facts(s->q, &h->conn.facts);
    trace_confirmed(h);
    conn_tell_confirmed(&h->conn, s->loop,
                        s->was_early ? EARLY_DATA_ACCEPTED
                                     : EARLY_DATA_REJECTED,
                        quic_early_bytes(s->q));
    if (s->was_early)
        note_accepted(h);
    else
        note_rejected(h);
}

static void on_unconfirmed(struct loop_timer *timer, uint64_t now)
{
    struct h3 *h = container_of(timer, struct h3, confirm);
    struct fault why;
    (void)now;
    fault_set(&why, ERR_TIMEOUT, 0, "no answer to early data");
    if (h->session.q)
        quic_fail(h->session.q, NGHTTP3_H3_REQUEST_CANCELLED, &why);
}

void h3_confirm_begin(struct h3 *h)
{
    struct loop *loop = h->session.loop;
    uint64_t patience = h->session.settings->timeouts.eyeballs;
    uint64_t known = CONFIRM_RTTS * quic_remembered_rtt(h->session.q);
    h3_session_early_begin(&h->session);
    h->confirm.on_expired = on_unconfirmed;
    loop_arm(loop, &h->confirm,
             loop_now(loop) + (known > patience ? known : patience));
}
