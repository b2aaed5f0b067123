#include "client/result.h"

#include <stdio.h>

#include "client/redirect.h"

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
static double since(const struct transfer *t, uint64_t at)
{
    if (at == 0)
        return NOT_REACHED;
    return at <= t->started_at ? 0 : (double)(at - t->started_at) / 1e9;
}

/* Of a connection that other exchanges opened, the stages took no time of
 * this one: they end when they are needed. */
static double stage(const struct transfer *t, uint64_t at)
{
    if (at != 0 && at < t->hop_at)
        at = t->hop_at;
    return since(t, at);
}

static void fill_connection(struct qv_result *r, struct transfer *t)
{
    const struct conn_facts *f = &t->facts;
    r->remote_ip = f->remote_addr;
    r->local_ip = f->local_addr;
    r->remote_port = f->remote_port;
    r->local_port = f->local_port;
    r->conn_id = f->id;
    r->rtt = t->hop.rtt;
    r->conn_reused = f->id != 0 && !t->ex.is_first;
    r->tls_version = f->tls.version;
    r->tls_cipher = f->tls.cipher;
    r->tls_group = f->tls.group;
    r->alpn = f->tls.alpn;
    r->tls_verify = f->tls.verify;
    r->quic_version = f->quic_version ? f->quic_version : "";
}

static const char *attempt_name(enum attempt_result result)
{
    switch (result) {
    case ATTEMPT_RUNNING:
        return "running";
    case ATTEMPT_WON:
        return "won";
    case ATTEMPT_FAILED:
        return "failed";
    case ATTEMPT_CANCELLED:
        return "cancelled";
    }
    return NULL;
}

static void fill_attempts(struct qv_result *r, struct transfer *t)
{
    size_t n = t->facts.nattempts;
    if (n > FACTS_ATTEMPTS_MAX)
        n = FACTS_ATTEMPTS_MAX;
    if (n == 0)
        return;
    struct qv_attempt *out = arena_alloc(&t->arena, n * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        const struct attempt *a = &t->facts.attempts[i];
        out[i] = (struct qv_attempt){.proto = a->proto,
                                     .addr = a->addr,
                                     .port = a->port,
                                     .start = since(t, a->start),
                                     .end = since(t, a->end),
                                     .result = attempt_name(a->result),
                                     .why = a->why};
    }
    r->attempts = out;
    r->nattempts = n;
}

static void fill_times(struct qv_result *r, const struct transfer *t)
{
    const struct exchange *ex = &t->ex;
    const struct conn_facts *f = &t->facts;
    uint64_t now = loop_now(t->client->loop);
    r->time_queue = since(t, ex->queued_at);
    r->time_namelookup = stage(t, f->resolved_at);
    r->time_connect = stage(t, f->connected_at);
    r->time_appconnect = stage(t, f->secured_at);
    r->time_pretransfer = since(t, ex->submitted_at);
    r->time_posttransfer = since(t, ex->sent_at);
    r->time_starttransfer = since(t, ex->first_byte_at);
    r->time_redirect = t->totals.redirects ? since(t, t->hop_at) : 0;
    r->time_total = since(t, now);
}

static void fill_sizes(struct qv_result *r, const struct transfer *t)
{
    const struct exchange *ex = &t->ex;
    r->size_download = ex->bytes_body_received;
    r->size_delivered = t->hop.delivered;
    r->size_header = t->totals.header_bytes;
    r->size_request = t->totals.request_bytes;
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

static const char *redirect_url(struct transfer *t)
{
    struct url next;
    struct fault ignored;
    struct url_options o = {.allow_spaces = true};
    if (t->hop.next.base == NULL ||
        !url_resolve(&next, &t->url, t->hop.next, &o, &t->arena, &ignored))
        return "";
    return text_of(url_text(&next, URL_TEXT_FRAGMENT, &t->arena));
}

void result_fill(struct qv_result *r, struct transfer *t,
                 const struct fault *fault)
{
    *r = (struct qv_result){
        .url = t->ask->url,
        .url_effective = t->ask->url,
        .method = text_of(arena_copy(&t->arena, t->method)),
        .scheme = "",
        .http_version = message_version_name(t->hop.version),
        .response_code = t->hop.status,
        .content_type = "",
        .redirect_url = redirect_url(t),
        .referer = text_of(t->referer),
        .num_redirects = t->totals.redirects,
        .num_retries = t->totals.retries,
        .num_connects = t->totals.connects,
        .xfer_id = t->id,
    };
    result_error(&r->error, fault);
    if (t->url.scheme.base) {
        r->url_effective =
            text_of(url_text(&t->url, URL_TEXT_FRAGMENT, &t->arena));
        r->scheme = text_of(arena_copy(&t->arena, t->url.scheme));
    }
    fill_connection(r, t);
    fill_attempts(r, t);
    fill_times(r, t);
    fill_sizes(r, t);
    if (t->hop.fields) {
        r->content_type = text_of(fields_value(t->hop.fields, "content-type"));
        r->num_headers = (unsigned)t->hop.fields->len;
        r->fields = result_fields(t->hop.fields, &t->arena);
        r->nfields = t->hop.fields->len;
    }
}
