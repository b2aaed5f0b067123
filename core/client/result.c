#include "client/result.h"

#include <stdio.h>

#include "client/built.h"
#include "client/explain.h"
#include "client/flight.h"

#define NOT_REACHED (-1.0)

void result_error(struct qv_error *e, const struct fault *fault)
{
    *e = (struct qv_error){.name = err_name(ERR_NONE),
                           .class_name = err_class_name(ERR_CLASS_NONE)};
    if (fault == NULL)
        return;
    e->status = err_exit_status(fault->code);
    e->name = err_name(fault->code);
    e->class_name = err_class_name(err_class(fault->code));
    e->wire = fault->wire;
    e->wire_name = fault->wire_name;
    (void)snprintf(e->text, sizeof e->text, "%s",
                   fault->detail[0] ? fault->detail : err_text(fault->code));
}

const struct qv_field *result_fields(const struct fields *fields,
                                     struct arena *arena)
{
    if (fields == NULL || fields->len == 0)
        return NULL;
    struct qv_field *out = arena_alloc(arena, fields->len * sizeof *out);
    for (size_t i = 0; i < fields->len; i++) {
        /* fields_add() copies with a NUL behind. */
        out[i].name = (const char *)fields->items[i].name.base;
        out[i].value = (const char *)fields->items[i].value.base;
    }
    return out;
}

/* Seconds from the start of the transfer; what happened before it (a
 * connection that was already there) cost nothing. */
static double since(const struct flight *f, uint64_t at)
{
    uint64_t from = f->transfer->started_at;
    if (at == 0 || from == 0)
        return NOT_REACHED;
    return at <= from ? 0 : (double)(at - from) / 1e9;
}

/* Of a connection that other exchanges opened, the stages took no time of
 * this one: they end when they are needed. */
static double stage(const struct flight *f, uint64_t at)
{
    if (at != 0 && at < f->hop_at)
        at = f->hop_at;
    return since(f, at);
}

/* Of the connection; all unknown when there was none. */
static const struct conn_facts *facts_of(const struct flight *f)
{
    static const struct conn_facts none;
    return f->facts ? f->facts : &none;
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

static void fill_certs(struct qv_result *r, struct flight *f)
{
    const struct tls_facts *tls = &facts_of(f)->tls;
    r->ncerts = tls->ncerts;
    if (tls->certs == NULL)
        return;
    struct qv_certificate *certs =
        arena_alloc(&f->arena, tls->ncerts * sizeof *certs);
    for (unsigned i = 0; i < tls->ncerts; i++)
        certs[i] = (struct qv_certificate){.der = tls->certs[i].base,
                                           .len = tls->certs[i].len};
    r->certs = certs;
}

static void fill_connection(struct qv_result *r, struct flight *f)
{
    const struct conn_facts *c = facts_of(f);
    r->remote_ip = c->remote_addr;
    r->local_ip = c->local_addr;
    r->remote_port = c->remote_port;
    r->local_port = c->local_port;
    r->conn_id = c->id;
    r->rtt = f->hop.rtt ? f->hop.rtt : c->path.rtt;
    r->packets_sent = c->path.packets_sent;
    r->packets_lost = c->path.packets_lost;
    r->packets_received = c->path.packets_received;
    r->packets_missed = c->path.packets_missed;
    r->num_returned = f->ex.returned;
    r->conn_reused = c->id != 0 && !f->ex.is_first;
    r->tls_version = c->tls.version;
    r->tls_cipher = c->tls.cipher;
    r->tls_group = c->tls.group;
    r->alpn = c->tls.alpn;
    r->tls_verify = c->tls.verify;
    r->tls_resumed = c->tls.resumed;
    r->tls_wants_cert = c->tls.wants_cert;
    r->tls_verify_code = c->tls.verify_code;
    fill_certs(r, f);
    r->early_data = early_name(f->ex.early);
    r->tls_earlydata = (int64_t)f->ex.early_bytes;
    if (f->ex.early == EARLY_DATA_REJECTED)
        r->tls_earlydata = -r->tls_earlydata;
    r->quic_version = c->quic_version ? c->quic_version : "";
}

/* Over a connection to a proxy that forwards there is no TLS with the origin. */
static void fill_proxy(struct qv_result *r, const struct flight *f)
{
    const struct proxy_facts *p = &facts_of(f)->proxy;
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

void result_attempt(struct qv_attempt *out, const struct attempt *a)
{
    *out = (struct qv_attempt){
        .proto = a->proto,
        .from = a->from ? a->from : "",
        .addr = a->addr,
        .port = a->port,
        .result = facts_attempt_name(a->result),
        .why = a->why,
        .was_heard = a->was_heard,
        .error = a->code == ERR_NONE ? "" : err_name(a->code),
        .wire = a->wire,
    };
}

/* Those that were made for this transfer. */
static void fill_attempts(struct qv_result *r, struct flight *f)
{
    const struct conn_facts *c = facts_of(f);
    bool is_own = f->ex.is_first || f->ex.submitted_at == 0;
    size_t n = is_own ? c->nattempts : 0;
    if (n > FACTS_ATTEMPTS_MAX)
        n = FACTS_ATTEMPTS_MAX;
    if (n == 0)
        return;
    struct qv_attempt *out = arena_alloc(&f->arena, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        result_attempt(&out[i], &c->attempts[i]);
        out[i].start = since(f, c->attempts[i].start);
        out[i].end = since(f, c->attempts[i].end);
    }
    r->attempts = out;
    r->nattempts = n;
}

void result_stages(struct qv_stages *s, const struct flight *f)
{
    const struct exchange *ex = &f->ex;
    const struct conn_facts *c = facts_of(f);
    *s = (struct qv_stages){
        .queue = since(f, ex->queued_at),
        .dial = stage(f, c->dial_start),
        .namelookup = stage(f, c->resolved_at),
        .connect = stage(f, c->connected_at),
        .appconnect = stage(f, c->secured_at),
        .pretransfer = since(f, ex->submitted_at),
        .posttransfer = since(f, ex->sent_at),
        .starttransfer = since(f, ex->first_byte_at),
    };
    if (c->proxy.is_end) /* what was secured is the way to the proxy */
        s->appconnect = NOT_REACHED;
}

static void fill_times(struct qv_result *r, const struct flight *f)
{
    struct qv_stages s;
    uint64_t now = loop_now(f->client->loop);
    result_stages(&s, f);
    r->time_queue = s.queue;
    r->time_dial = s.dial;
    r->time_namelookup = s.namelookup;
    r->time_connect = s.connect;
    r->time_appconnect = s.appconnect;
    r->time_pretransfer = s.pretransfer;
    r->time_posttransfer = s.posttransfer;
    r->time_starttransfer = s.starttransfer;
    r->time_redirect = r->num_redirects ? since(f, f->hop_at) : 0;
    r->time_total = f->transfer->started_at ? since(f, now) : 0;
}

static void fill_sizes(struct qv_result *r, const struct flight *f)
{
    const struct exchange *ex = &f->ex;
    const struct totals *totals = &f->transfer->totals;
    r->size_download = ex->bytes_body_received;
    r->size_delivered = f->hop.delivered;
    r->size_header = totals->header_bytes;
    r->size_request = totals->request_bytes;
    r->size_upload = ex->bytes_body_sent;
    if (r->time_total > 0) {
        r->speed_download = (double)r->size_download / r->time_total;
        r->speed_upload = (double)r->size_upload / r->time_total;
    }
}

static const char *text_of(struct span s)
{
    return s.base ? (const char *)s.base : "";
}

static const char *redirect_url(struct flight *f)
{
    struct url next;
    struct fault ignored;
    struct url_options o = {.allow_spaces = true};
    if (f->hop.next.base == NULL ||
        !url_resolve(&next, &f->url, f->hop.next, &o, &f->arena, &ignored))
        return "";
    return text_of(url_text(&next, URL_TEXT_FRAGMENT, &f->arena));
}

static void fill_url(struct qv_result *r, struct flight *f)
{
    r->url = f->transfer->ask->url;
    r->url_effective = r->url;
    r->scheme = "";
    if (f->url.scheme.base == NULL)
        return;
    r->url_effective = text_of(url_text(&f->url, URL_TEXT_FRAGMENT, &f->arena));
    r->scheme = text_of(arena_copy(&f->arena, f->url.scheme));
}

static void fill_answer(struct qv_result *r, struct flight *f)
{
    const struct hop *h = &f->hop;
    r->http_version = message_version_name(h->version);
    r->response_code = h->status;
    r->was_complete = h->is_complete;
    r->content_type = "";
    r->interim = h->interim;
    r->ninterim = h->ninterim;
    if (h->trailers) {
        r->trailers = result_fields(h->trailers, &f->arena);
        r->ntrailers = h->trailers->len;
    }
    if (h->fields == NULL)
        return;
    r->content_type = text_of(fields_value(h->fields, "content-type"));
    r->num_headers = (unsigned)h->fields->len;
    r->fields = result_fields(h->fields, &f->arena);
    r->nfields = h->fields->len;
}

void result_fill(struct qv_result *r, struct flight *f,
                 const struct fault *fault)
{
    const struct transfer *t = f->transfer;
    *r = (struct qv_result){
        .method = text_of(arena_copy(&f->arena, flight_method(f))),
        .redirect_url = redirect_url(f),
        .referer = text_of(f->referer),
        .num_redirects = t->totals.redirects,
        .num_retries = t->totals.retries,
        .num_connects = t->totals.connects,
        .xfer_id = t->id,
        .hops = f->hops,
        .nhops = f->nhops,
        .tries = t->tries,
        .ntries = t->ntries,
        .explain = explain_of(f),
    };
    result_error(&r->error, fault);
    fill_url(r, f);
    fill_answer(r, f);
    fill_connection(r, f);
    fill_proxy(r, f);
    fill_attempts(r, f);
    if (fault && fault->code == ERR_TLS_VERIFY)
        r->tls_verify_code = (unsigned)fault->wire;
    fill_times(r, f);
    fill_sizes(r, f);
    if (t->ask->keep_sent)
        r->sent = built_new(f);
}
