#include "client/exchange_result.h"

#include "client/result.h"
#include "http/message.h"

#define NOT_REACHED (-1.0)

/* What happened before the start (a connection that was already there) cost
 * nothing. */
double exchange_result_since(const struct exchange_result *of, uint64_t at)
{
    uint64_t from = of->started_at;
    if (at == 0 || from == 0)
        return NOT_REACHED;
    return at <= from ? 0 : (double)(at - from) / 1e9;
}

/* Of a connection that other exchanges opened, the stages took no time of
 * this one: they end when they are needed. */
static double stage(const struct exchange_result *of, uint64_t at)
{
    if (at != 0 && at < of->hop_at)
        at = of->hop_at;
    return exchange_result_since(of, at);
}

/* Of the connection; all unknown when there was none. */
static const struct conn_facts *facts_of(const struct exchange_result *of)
{
    static const struct conn_facts none;
    return of->facts ? of->facts : &none;
}

static const char *early_name(enum early_data early)
{
    switch (early) {
    case EARLY_DATA_NONE:
        break;
    case EARLY_DATA_SENT:
        return "sent";
    case EARLY_DATA_ACCEPTED:
        return "accepted";
    case EARLY_DATA_REJECTED:
        return "rejected";
    }
    return "none";
}

static void fill_certs(struct qv_result *r, const struct exchange_result *of)
{
    const struct tls_facts *tls = &facts_of(of)->tls;
    r->ncerts = tls->ncerts;
    if (tls->certs == NULL)
        return;
    struct qv_certificate *certs =
        arena_alloc(of->arena, tls->ncerts * sizeof *certs);
    for (unsigned i = 0; i < tls->ncerts; i++)
        certs[i] = (struct qv_certificate){.der = tls->certs[i].base,
                                           .len = tls->certs[i].len};
    r->certs = certs;
}

static void fill_connection(struct qv_result *r,
                            const struct exchange_result *of)
{
    const struct conn_facts *c = facts_of(of);
    r->remote_ip = c->remote_addr;
    r->local_ip = c->local_addr;
    r->remote_port = c->remote_port;
    r->local_port = c->local_port;
    r->conn_id = c->id;
    r->rtt = c->path.rtt;
    r->packets_sent = c->path.packets_sent;
    r->packets_lost = c->path.packets_lost;
    r->packets_received = c->path.packets_received;
    r->packets_missed = c->path.packets_missed;
    r->num_returned = of->ex->returned;
    r->conn_reused = c->id != 0 && !of->ex->is_first;
    r->tls_version = c->tls.version;
    r->tls_cipher = c->tls.cipher;
    r->tls_group = c->tls.group;
    r->alpn = c->tls.alpn;
    r->tls_verify = c->tls.verify;
    r->tls_resumed = c->tls.resumed;
    r->tls_ech = c->tls.ech;
    r->tls_wants_cert = c->tls.wants_cert;
    r->tls_verify_code = c->tls.verify_code;
    fill_certs(r, of);
    r->early_data = early_name(of->ex->early);
    r->tls_earlydata = (int64_t)of->ex->early_bytes;
    if (of->ex->early == EARLY_DATA_REJECTED)
        r->tls_earlydata = -r->tls_earlydata;
    r->quic_version = c->quic_version ? c->quic_version : "";
    r->alternative = c->alt_used;
}

/* Over a connection to a proxy that forwards there is no TLS with the origin. */
static void fill_proxy(struct qv_result *r, const struct exchange_result *of)
{
    const struct proxy_facts *p = &facts_of(of)->proxy;
    r->proxy = (struct qv_proxy_used){
        .url = p->url,
        .why = p->why,
        .status = p->status,
        .http_version = message_version_name(p->version),
        .is_tls = p->is_tls,
        .is_verified = p->verified,
    };
    if (p->is_end) {
        r->tls_verify_code = 0;
        r->certs = NULL;
        r->ncerts = 0;
        r->tls_version = r->tls_cipher = r->tls_group = r->alpn =
            r->tls_verify = "";
    }
}

/* Those that were made for it. */
static void fill_attempts(struct qv_result *r, const struct exchange_result *of)
{
    const struct conn_facts *c = facts_of(of);
    bool is_own = of->ex->is_first || of->ex->submitted_at == 0;
    size_t n = is_own ? c->nattempts : 0;
    if (n > FACTS_ATTEMPTS_MAX)
        n = FACTS_ATTEMPTS_MAX;
    if (n == 0)
        return;
    struct qv_attempt *out = arena_alloc(of->arena, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        result_attempt(&out[i], &c->attempts[i]);
        out[i].start = exchange_result_since(of, c->attempts[i].start);
        out[i].end = exchange_result_since(
            of, c->attempts[i].end ? c->attempts[i].end : of->now);
    }
    r->attempts = out;
    r->nattempts = n;
}

void exchange_result_stages(struct qv_stages *s,
                            const struct exchange_result *of)
{
    const struct exchange *ex = of->ex;
    const struct conn_facts *c = facts_of(of);
    *s = (struct qv_stages){
        .queue = exchange_result_since(of, ex->queued_at),
        .dial = stage(of, c->dial_start),
        .namelookup = stage(of, c->resolved_at),
        .connect = stage(of, c->connected_at),
        .appconnect = stage(of, c->secured_at),
        .pretransfer = exchange_result_since(of, ex->submitted_at),
        .posttransfer = exchange_result_since(of, ex->sent_at),
        .starttransfer = exchange_result_since(of, ex->first_byte_at),
    };
    if (c->proxy.is_end) /* what was secured is the way to the proxy */
        s->appconnect = NOT_REACHED;
}

static void fill_times(struct qv_result *r, const struct exchange_result *of)
{
    struct qv_stages s;
    exchange_result_stages(&s, of);
    r->time_queue = s.queue;
    r->time_dial = s.dial;
    r->time_namelookup = s.namelookup;
    r->time_connect = s.connect;
    r->time_appconnect = s.appconnect;
    r->time_pretransfer = s.pretransfer;
    r->time_posttransfer = s.posttransfer;
    r->time_starttransfer = s.starttransfer;
    r->time_total = of->started_at ? exchange_result_since(of, of->now) : 0;
}

static void fill_body(struct qv_result *r, const struct exchange *ex)
{
    r->size_download = ex->bytes_body_received;
    r->size_upload = ex->bytes_body_sent;
    if (r->time_total > 0) {
        r->speed_download = (double)r->size_download / r->time_total;
        r->speed_upload = (double)r->size_upload / r->time_total;
    }
}

void exchange_result_fill(struct qv_result *r, const struct exchange_result *of)
{
    fill_connection(r, of);
    fill_proxy(r, of);
    fill_attempts(r, of);
    fill_times(r, of);
    fill_body(r, of->ex);
}
