/*
 * Each rule looks at facts that the engine has noted, and at nothing that it
 * says in words.  What is slow is said of the phase that took most of the time,
 * and only if that was long enough for a person to ask.
 */
#include "record/causes.h"

#include <stdarg.h>
#include <string.h>

#include "record/phases.h"

/* s: what takes less is not worth a word. */
#define LONG_ENOUGH 0.25

/* A share of all packets that is felt, and more than a stray one. */
#define LOSS_SHARE 0.01
#define LOSS_LEAST 3

/* TLS's, RFC 7301 3.2; over QUIC a CRYPTO_ERROR (RFC 9001 4.8) */
#define ALERT_NO_APPLICATION_PROTOCOL 120
#define QUIC_CRYPTO_ERROR             0x100

static void add(struct causes *c, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(struct causes *c, const char *name, const char *format, ...)
{
    va_list args;
    if (c->n == CAUSES_MAX || causes_has(c, name))
        return;
    c->all[c->n++] = (struct cause){name, c->texts.len};
    va_start(args, format);
    str_vprintf(&c->texts, format, args);
    va_end(args);
    str_add_char(&c->texts, '\0');
}

const char *causes_text(const struct causes *c, size_t i)
{
    return str_text(&c->texts) + c->all[i].text;
}

bool causes_has(const struct causes *c, const char *name)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->all[i].name, name) == 0)
            return true;
    return false;
}

void causes_fini(struct causes *c)
{
    str_fini(&c->texts);
    c->n = 0;
}

/* ---- attempts ---- */

static bool is(const char *a, const char *b)
{
    return a != NULL && strcmp(a, b) == 0;
}

static bool is_distrust(const char *error)
{
    return is(error, "verify") || is(error, "pinned_key") ||
           is(error, "certificate_status");
}

static bool is_alpn(uint64_t wire)
{
    return wire == ALERT_NO_APPLICATION_PROTOCOL ||
           wire == QUIC_CRYPTO_ERROR + ALERT_NO_APPLICATION_PROTOCOL;
}

/* Where all of them are: with --explain those of hops and tries before too. */
struct attempts {
    const struct qv_attempt *all;
    size_t n;
};

static struct attempts attempts_of(const struct qv_result *r)
{
    const struct qv_explain *e = r->explain;
    return e ? (struct attempts){e->attempts, e->nattempts}
             : (struct attempts){r->attempts, r->nattempts};
}

/* One that began before the transfer is none of its own. */
static bool is_own(const struct qv_attempt *a)
{
    return a->start >= 0;
}

static bool has_won(const struct attempts *of, const char *proto)
{
    for (size_t i = 0; i < of->n; i++)
        if (is(of->all[i].result, "won") && is(of->all[i].proto, proto))
            return true;
    return false;
}

/* Nothing came, for whatever reason it is over. */
static bool is_silent(const struct qv_attempt *a)
{
    return !a->was_heard && !is(a->result, "won") &&
           (!is(a->result, "failed") || is(a->error, "timeout"));
}

static bool is_refused(const struct qv_attempt *a)
{
    return is(a->result, "failed") && is(a->error, "connect") && a->wire != 0;
}

static bool is_advertised(const struct qv_attempt *a)
{
    return is(a->from, "alt-svc") || is(a->from, "https-rr");
}

/* A QUIC attempt that another outran after a few milliseconds says nothing. */
static bool had_its_chance(const struct qv_attempt *a)
{
    return a->end - a->start >= 0.1 || !is(a->result, "lost");
}

/* Another address has taken the place of one that does not answer.  False: it is
 * nothing of the sort. */
static bool judge_address(struct causes *c, const struct qv_attempt *a)
{
    if (!is_refused(a) && !is_silent(a))
        return false;
    /* ::1: localhost is that too, and few servers are. */
    if (!is(a->addr, "::1") && (is_refused(a) || had_its_chance(a)))
        add(c, "dead-address",
            "%s:%u did not take the connection (%s), another "
            "address did",
            a->addr, a->port, a->why);
    return true;
}

/* Who has won, of the same attempts. */
struct winners {
    bool tcp;
    bool quic;
};

static void judge_quic(struct causes *c, const struct qv_attempt *a,
                       const struct winners *w)
{
    bool others_won = w->tcp || w->quic;
    if (is(a->result, "won") || (w->quic && judge_address(c, a)))
        return;
    if (is_silent(a) && had_its_chance(a)) {
        if (is_advertised(a) && others_won)
            add(c, "h3-advertised-dead",
                "%s says that HTTP/3 is at %s:%u, and no answer came from "
                "there: it is dead, or UDP is dropped on the way",
                a->from, a->addr, a->port);
        add(c, "udp-silent",
            "no answer by QUIC from %s:%u in %.3f s: UDP is dropped on the "
            "way, or nobody is there",
            a->addr, a->port, a->end - a->start);
    } else if (is_refused(a)) {
        if (is_advertised(a) && others_won)
            add(c, "h3-advertised-dead",
                "%s says that HTTP/3 is at %s:%u, and that port is closed",
                a->from, a->addr, a->port);
        add(c, "udp-refused", "UDP to %s:%u is refused: %s", a->addr, a->port,
            a->why);
    } else if (is_distrust(a->error)) {
        add(c, "quic-certificate",
            "the certificate that %s:%u shows over QUIC is no good: %s",
            a->addr, a->port, a->why);
    } else if (is_alpn(a->wire)) {
        add(c, "alpn", "%s:%u speaks QUIC, but no HTTP/3: %s", a->addr, a->port,
            a->why);
    } else if (is(a->result, "failed")) {
        add(c, is_advertised(a) ? "h3-advertised-dead" : "tls-failed",
            "QUIC with %s:%u failed: %s", a->addr, a->port, a->why);
    }
}

static void judge_tcp(struct causes *c, const struct qv_attempt *a,
                      bool others_won)
{
    if (is(a->result, "won") || (others_won && judge_address(c, a)))
        return;
    if (is_refused(a) && !others_won)
        add(c, "connect-refused", "%s", a->why);
    else if (is_silent(a) && !others_won)
        add(c, "connect-silent",
            "no answer by TCP from %s:%u in %.3f s: packets are dropped, or "
            "nobody is there",
            a->addr, a->port, a->end - a->start);
    else if (a->was_heard && !is(a->result, "failed") && !others_won)
        add(c, "tls-silent",
            "%s:%u took the connection, and no answer to the TLS handshake "
            "came "
            "in %.3f s",
            a->addr, a->port, a->end - a->start);
    else if (is_distrust(a->error))
        add(c, "tls-certificate", "the certificate of %s:%u is no good: %s",
            a->addr, a->port, a->why);
    else if (is_alpn(a->wire))
        add(c, "alpn", "%s:%u has no protocol in common with us: %s", a->addr,
            a->port, a->why);
    else if (is(a->result, "failed"))
        add(c, "tls-failed", "TLS with %s:%u failed: %s", a->addr, a->port,
            a->why);
}

static bool is_proxy_fault(const struct qv_result *r)
{
    return *r->proxy.url != '\0' &&
           (r->error.status == QV_EXIT_PROXY_NAME ||
            r->error.status == QV_EXIT_CONNECT ||
            r->error.status == QV_EXIT_PROXY ||
            strncmp(r->error.text, "proxy: ", strlen("proxy: ")) == 0);
}

static void judge_proxy(struct causes *c, const struct qv_result *r)
{
    int status = r->proxy.status;
    if (status >= 300)
        add(c, "proxy-refused", "the proxy %s answered %d to CONNECT",
            r->proxy.url, status);
    else if (*r->proxy.url && r->error.status == QV_EXIT_TIMEOUT &&
             r->time_pretransfer < 0)
        add(c, "proxy-silent", "the proxy %s has not answered in time",
            r->proxy.url);
    else if (r->error.status && is_proxy_fault(r))
        add(c,
            is(r->error.name, "proxy") ? "proxy-refused" : "proxy-unreachable",
            "the proxy %s: %s", r->proxy.url, r->error.text);
}

/* What had won before (a connection that was early, and heard of nobody) was of no
 * use: the last one that was tried has not. */
static bool is_in_vain(const struct qv_result *r, const struct attempts *of)
{
    return r->error.status && r->response_code == 0 && of->n > 0 &&
           !is(of->all[of->n - 1].result, "won");
}

static void judge_attempts(struct causes *c, const struct qv_result *r)
{
    const struct attempts of = attempts_of(r);
    struct winners w = {has_won(&of, "tcp"), has_won(&of, "quic")};
    if (is_in_vain(r, &of))
        w = (struct winners){.tcp = false};
    /* The way to a proxy is its own story. */
    if (*r->proxy.url && r->error.status)
        return;
    for (size_t i = 0; i < of.n; i++)
        if (is_own(&of.all[i]) && is(of.all[i].proto, "quic"))
            judge_quic(c, &of.all[i], &w);
    for (size_t i = 0; i < of.n; i++)
        if (is_own(&of.all[i]) && is(of.all[i].proto, "tcp") &&
            !(w.quic && is(of.all[i].result, "lost")))
            judge_tcp(c, &of.all[i], w.tcp);
}

/* ---- what came after ---- */

static bool has_topic(const struct qv_result *r, const char *topic)
{
    const struct qv_explain *e = r->explain;
    for (size_t i = 0; e && i < e->ndecisions; i++)
        if (is(e->decisions[i].topic, topic) && e->decisions[i].at >= 0)
            return true;
    return false;
}

static void judge_resends(struct causes *c, const struct qv_result *r)
{
    if (is(r->early_data, "rejected"))
        add(c, "early-data-rejected",
            "the server did not take %lld bytes of early data; they went again "
            "after the handshake",
            (long long)(r->tls_earlydata < 0 ? -r->tls_earlydata
                                             : r->tls_earlydata));
    bool was_early = is(r->early_data, "sent"); /* it came back for that */
    if ((r->num_returned > 0 && !was_early) ||
        (has_topic(r, "goaway") && r->error.status))
        add(c, "goaway",
            "the server sent the connection away (or refused the stream) under "
            "the request, which %s",
            r->error.status ? "was not sent again"
                            : "went on another connection");
    for (size_t i = 0; i < r->ntries; i++) {
        const struct qv_try *t = &r->tries[i];
        if (is(t->reason, "connection_lost"))
            add(c, "connection-lost",
                "a connection broke under the request, which went again: %s",
                t->error.text);
        else if (is(t->reason, "version_fallback"))
            add(c, "udp-silent",
                "the QUIC connection went dead under the "
                "request, which went again over TCP: %s",
                t->error.text);
        else if (t->delay > 0)
            add(c, "retried", "try %zu ended after %.3f s: %s", i + 1,
                t->time_total,
                t->error.status ? t->error.text
                                : "the answer asked for patience");
    }
}

/* A request that went out before the handshake has reached nobody for all that is
 * known.  True: it is that. */
static bool judge_unheard(struct causes *c, const struct qv_result *r)
{
    bool is_quic = *r->quic_version != '\0';
    if (r->error.status != QV_EXIT_TIMEOUT || !is(r->early_data, "sent"))
        return false;
    if (*r->remote_ip) /* else the attempts have told */
        add(c, is_quic ? "udp-silent" : "tls-silent",
            "the request went out as early data, and no answer to the "
            "handshake "
            "came from %s:%u",
            r->remote_ip, r->remote_port);
    return true;
}

static void judge_loss(struct causes *c, const struct qv_result *r)
{
    uint64_t lost = r->packets_lost;
    uint64_t missed = r->packets_missed;
    if (lost >= LOSS_LEAST &&
        (double)lost >= LOSS_SHARE * (double)r->packets_sent)
        add(c, "loss", "%llu of the %llu packets that were sent were lost",
            (unsigned long long)lost, (unsigned long long)r->packets_sent);
    else if (missed >= LOSS_LEAST &&
             (double)missed >= LOSS_SHARE * (double)r->packets_received)
        add(c, "loss",
            "%llu packets of the server's were lost, or came out of order; "
            "%llu "
            "came",
            (unsigned long long)missed,
            (unsigned long long)r->packets_received);
}

/* ---- where the time went ---- */

static void judge_slowest(struct causes *c, const struct qv_result *r)
{
    struct phases p;
    size_t most = 0;
    if (r->time_total < LONG_ENOUGH) /* as most of a batch are */
        return;
    phases_of_result(&p, r);
    for (size_t i = 1; i < PHASES; i++)
        if (p.lasted[i] > p.lasted[most] &&
            !(i == PHASE_RECEIVE && r->was_switched)) /* a channel's life */
            most = i;
    double s = p.lasted[most];
    if (s < LONG_ENOUGH)
        return;
    switch ((enum phase)most) {
    case PHASE_QUEUE:
        add(c, "held-back", "it waited %.3f s for its turn", s);
        break;
    case PHASE_DNS:
        add(c, "slow-dns", "resolving the name took %.3f s", s);
        break;
    case PHASE_CONNECT:
        add(c, "slow-connect", "connecting took %.3f s", s);
        break;
    case PHASE_TLS:
        add(c, "slow-connect", "the TLS handshake took %.3f s", s);
        break;
    case PHASE_SEND:
        add(c, "slow-body", "sending the request took %.3f s", s);
        break;
    case PHASE_WAIT:
        add(c, "slow-first-byte",
            "the server took %.3f s to the first byte of its answer, after it "
            "had the request%s",
            s, r->time_starttransfer < 0 ? ", and none came" : "");
        break;
    case PHASE_RECEIVE:
        add(c, "slow-body", "receiving the answer took %.3f s", s);
        break;
    case PHASES:
        break;
    }
}

void causes_find(struct causes *c, const struct qv_result *r)
{
    judge_proxy(c, r);
    if (r->error.status == QV_EXIT_HOST_NAME)
        add(c, "dns-failed", "%s", r->error.text);
    judge_attempts(c, r);
    judge_resends(c, r);
    judge_loss(c, r);
    if (!judge_unheard(c, r))
        judge_slowest(c, r);
}
