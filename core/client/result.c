#include "client/result.h"

#include <stdio.h>
#include <string.h>

#include "client/built.h"
#include "client/exchange_result.h"
#include "client/explain.h"
#include "client/flight.h"

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

static struct exchange_result exchange_of(const struct flight *f,
                                          struct arena *arena)
{
    return (struct exchange_result){
        .ex = &f->ex,
        .facts = f->facts,
        .arena = arena,
        .started_at = f->transfer->started_at,
        .hop_at = f->hop_at,
        .now = loop_now(f->client->loop),
    };
}

void result_stages(struct qv_stages *s, const struct flight *f)
{
    const struct exchange_result of = exchange_of(f, NULL);
    exchange_result_stages(s, &of);
}

static void fill_exchange(struct qv_result *r, struct flight *f)
{
    const struct exchange_result of = exchange_of(f, &f->arena);
    const struct totals *totals = &f->transfer->totals;
    exchange_result_fill(r, &of);
    if (f->hop.rtt)
        r->rtt = f->hop.rtt;
    if (r->num_redirects)
        r->time_redirect = exchange_result_since(&of, f->hop_at);
    r->size_delivered = f->hop.delivered;
    r->size_header = totals->header_bytes;
    r->size_request = totals->request_bytes;
}

static const char *text_of(struct span s)
{
    return s.base ? (const char *)s.base : "";
}

/* Of a scheme that is not ours, as that of an app that waits for a login. */
static const char *foreign_url(struct span location, struct arena *arena)
{
    size_t n = 0;
    while (n < location.len && location.base[n] > ' ' &&
           location.base[n] < 0x7f)
        n++;
    return n == location.len && memchr(location.base, ':', n)
               ? text_of(arena_copy(arena, location))
               : "";
}

/* Where a redirect would lead; of a 201 it is what has been made (RFC 9110
 * 10.2.2), and curl tells it as well. */
static const char *redirect_url(struct flight *f)
{
    struct url next;
    struct fault ignored;
    struct url_options o = {.allow_spaces = true};
    struct span location = f->hop.next;
    if (f->hop.status == 201 && f->hop.fields)
        location = fields_value(f->hop.fields, "location");
    if (location.base == NULL)
        return "";
    if (!url_resolve(&next, &f->url, location, &o, &f->arena, &ignored))
        return foreign_url(location, &f->arena);
    return text_of(url_text(&next, URL_TEXT_FRAGMENT, &f->arena));
}

static void fill_url(struct qv_result *r, struct flight *f)
{
    r->url = f->transfer->ask->url;
    r->url_effective = r->url;
    r->scheme = "";
    if (f->url.scheme == NULL)
        return;
    r->url_effective = text_of(url_text(&f->url, URL_TEXT_FRAGMENT, &f->arena));
    r->scheme = text_of(arena_copy(&f->arena, f->url.scheme->name));
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
        .explain = explain_new(t->story, t->started_at,
                               loop_now(f->client->loop), &f->arena),
    };
    result_error(&r->error, fault);
    fill_url(r, f);
    fill_answer(r, f);
    fill_exchange(r, f);
    if (fault && fault->code == ERR_TLS_VERIFY)
        r->tls_verify_code = (unsigned)fault->wire;
    if (t->ask->keep_sent)
        r->sent = built_new(f);
}
