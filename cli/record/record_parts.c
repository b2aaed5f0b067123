#include "record/record_parts.h"

#include <string.h>

#include "base/jsonl.h"
#include "base/redact.h"
#include "core/base/utf8.h"
#include "record/built_fields.h"
#include "record/phases.h"
#include "record/record_fields.h"

void record_parts_string(struct str *out, const char *s)
{
    jsonl_string(out, s && *s ? s : NULL);
}

/* ---- phases ---- */

static void put_phases(struct str *out, const struct phases *p)
{
    jsonl_put(out, "{" JSONL_FIRST("queue"));
    jsonl_seconds(out, p->lasted[PHASE_QUEUE]);
    jsonl_put(out, JSONL_KEY("dns"));
    jsonl_seconds(out, p->lasted[PHASE_DNS]);
    jsonl_put(out, JSONL_KEY("connect"));
    jsonl_seconds(out, p->lasted[PHASE_CONNECT]);
    jsonl_put(out, JSONL_KEY("tls"));
    jsonl_seconds(out, p->lasted[PHASE_TLS]);
    jsonl_put(out, JSONL_KEY("send"));
    jsonl_seconds(out, p->lasted[PHASE_SEND]);
    jsonl_put(out, JSONL_KEY("wait"));
    jsonl_seconds(out, p->lasted[PHASE_WAIT]);
    jsonl_put(out, JSONL_KEY("receive"));
    jsonl_seconds(out, p->lasted[PHASE_RECEIVE]);
    jsonl_put(out, "}");
}

void record_parts_phases(struct str *out, const struct writeout_facts *f)
{
    struct phases p;
    phases_of_result(&p, f->result);
    put_phases(out, &p);
}

/* ---- the connection and how it came to be ---- */

static void put_proxy(struct str *out, const struct qv_proxy_used *p)
{
    if (!*p->url) {
        jsonl_put(out, "null");
        return;
    }
    jsonl_put(out, "{" JSONL_FIRST("url"));
    jsonl_string(out, p->url);
    jsonl_put(out, JSONL_KEY("why"));
    jsonl_string(out, p->why);
    jsonl_put(out, JSONL_KEY("status"));
    if (p->status)
        jsonl_number(out, (uint64_t)p->status);
    else
        jsonl_put(out, "null");
    jsonl_put(out, JSONL_KEY("http_version"));
    jsonl_string(out, strcmp(p->http_version, "0") ? p->http_version : NULL);
    jsonl_put(out, "}");
}

static void put_packets(struct str *out, const struct qv_result *r, uint64_t n)
{
    if (r->packets_sent > 0)
        jsonl_number(out, n);
    else
        jsonl_put(out, "null");
}

void record_parts_conn(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "{" JSONL_FIRST("id"));
    if (r->conn_id)
        jsonl_number(out, r->conn_id);
    else
        jsonl_put(out, "null");
    jsonl_put(out, JSONL_KEY("reused"));
    jsonl_bool(out, r->conn_reused);
    jsonl_put(out, JSONL_KEY("alpn"));
    record_parts_string(out, r->alpn);
    jsonl_put(out, JSONL_KEY("quic"));
    record_parts_string(out, r->quic_version);
    jsonl_put(out, JSONL_KEY("tls"));
    record_parts_string(out, r->tls_version);
    jsonl_put(out, JSONL_KEY("cipher"));
    record_parts_string(out, r->tls_cipher);
    jsonl_put(out, JSONL_KEY("group"));
    record_parts_string(out, r->tls_group);
    jsonl_put(out, JSONL_KEY("verify"));
    record_parts_string(out, r->tls_verify);
    jsonl_put(out, JSONL_KEY("ech"));
    jsonl_bool(out, r->tls_ech);
    jsonl_put(out, JSONL_KEY("resumed"));
    jsonl_bool(out, r->tls_resumed);
    jsonl_put(out, JSONL_KEY("early_data"));
    jsonl_string(out, *r->tls_version ? r->early_data : NULL);
    jsonl_put(out, JSONL_KEY("rtt"));
    jsonl_seconds(out, r->rtt ? (double)r->rtt / 1e9 : -1);
    jsonl_put(out, JSONL_KEY("lost"));
    put_packets(out, r, r->packets_lost);
    jsonl_put(out, JSONL_KEY("missed"));
    put_packets(out, r, r->packets_missed);
    jsonl_put(out, JSONL_KEY("proxy"));
    put_proxy(out, &r->proxy);
    jsonl_put(out, "}");
}

static void next_of_array(struct str *out, size_t at)
{
    if (at > 0)
        jsonl_put(out, ",");
}

void record_parts_add_attempts(struct str *out, const struct qv_attempt *all,
                               size_t n)
{
    jsonl_put(out, "[");
    for (size_t i = 0; i < n; i++) {
        const struct qv_attempt *a = &all[i];
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("n"));
        jsonl_number(out, i + 1);
        jsonl_put(out, JSONL_KEY("proto"));
        jsonl_string(out, a->proto);
        jsonl_put(out, JSONL_KEY("from"));
        record_parts_string(out, a->from);
        jsonl_put(out, JSONL_KEY("addr"));
        jsonl_string(out, a->addr);
        jsonl_put(out, JSONL_KEY("port"));
        jsonl_number(out, a->port);
        jsonl_put(out, JSONL_KEY("start"));
        jsonl_time(out, a->start);
        jsonl_put(out, JSONL_KEY("end"));
        jsonl_time(out, a->end);
        jsonl_put(out, JSONL_KEY("result"));
        jsonl_string(out, a->result);
        jsonl_put(out, JSONL_KEY("heard"));
        jsonl_bool(out, a->was_heard);
        jsonl_put(out, JSONL_KEY("error"));
        record_parts_string(out, a->error);
        jsonl_put(out, JSONL_KEY("why"));
        record_parts_string(out, a->why);
        jsonl_put(out, "}");
    }
    jsonl_put(out, "]");
}

void record_parts_attempts(struct str *out, const struct writeout_facts *f)
{
    record_parts_add_attempts(out, f->result->attempts, f->result->nattempts);
}

/* ---- what was sent ---- */

void record_parts_fields(struct str *out, const struct writeout_facts *f,
                         const struct qv_field *fields, size_t n)
{
    struct record_fields all = {fields, n, f->show_secrets, false};
    jsonl_put(out, "{");
    record_fields_add(out, &all);
    jsonl_put(out, "}");
}

static void put_request(struct str *out, const struct writeout_facts *f,
                        const struct qv_built *sent, const char *http_version)
{
    struct built_fields fields;
    if (!sent) {
        jsonl_put(out, "null");
        return;
    }
    built_fields_init(&fields, sent, http_version);
    jsonl_put(out, "{" JSONL_FIRST("method"));
    jsonl_string(out, sent->method);
    jsonl_put(out, JSONL_KEY("authority"));
    jsonl_string(out, sent->authority);
    jsonl_put(out, JSONL_KEY("target"));
    redact_quote_url(out, sent->target, f->show_secrets);
    jsonl_put(out, JSONL_KEY("headers"));
    record_parts_fields(out, f, fields.at, fields.n);
    jsonl_put(out, "}");
    built_fields_fini(&fields);
}

void record_parts_request(struct str *out, const struct writeout_facts *f)
{
    put_request(out, f, f->result->sent, f->result->http_version);
}

/* ---- redirects, tries and interim answers ---- */

static void put_status(struct str *out, int status)
{
    if (status > 0)
        jsonl_number(out, (uint64_t)status);
    else
        jsonl_put(out, "null");
}

void record_parts_hops(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "[");
    for (size_t i = 0; i < r->nhops; i++) {
        const struct qv_hop *h = &r->hops[i];
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("url"));
        redact_quote_url(out, h->url, f->show_secrets);
        jsonl_put(out, JSONL_KEY("method"));
        record_parts_string(out, h->method);
        jsonl_put(out, JSONL_KEY("response_code"));
        put_status(out, h->response_code);
        jsonl_put(out, JSONL_KEY("http_version"));
        record_parts_string(out, h->http_version);
        jsonl_put(out, JSONL_KEY("remote_ip"));
        record_parts_string(out, h->remote_ip);
        jsonl_put(out, JSONL_KEY("conn_id"));
        jsonl_number(out, h->conn_id);
        jsonl_put(out, JSONL_KEY("time_start"));
        jsonl_seconds(out, h->time_start);
        jsonl_put(out, JSONL_KEY("time_total"));
        jsonl_seconds(out, h->time_total);
        jsonl_put(out, JSONL_KEY("phases"));
        struct phases p;
        phases_of(&p, &h->stages, h->time_start, h->time_start + h->time_total);
        put_phases(out, &p);
        jsonl_put(out, JSONL_KEY("request"));
        put_request(out, f, h->sent, h->http_version);
        jsonl_put(out, JSONL_KEY("headers"));
        if (h->sent)
            record_parts_fields(out, f, h->fields, h->nfields);
        else
            jsonl_put(out, "null");
        jsonl_put(out, "}");
    }
    jsonl_put(out, "]");
}

/* The members of an error that a try and a whole transfer have in common. */
static void put_error(struct str *out, const struct qv_error *e,
                      const char *phase)
{
    jsonl_put(out, "{" JSONL_FIRST("class"));
    record_parts_string(out, e->class_name);
    jsonl_put(out, JSONL_KEY("code"));
    jsonl_number(out, (uint64_t)e->status);
    jsonl_put(out, JSONL_KEY("name"));
    record_parts_string(out, e->name);
    jsonl_put(out, JSONL_KEY("phase"));
    jsonl_string(out, phase);
    jsonl_put(out, JSONL_KEY("detail"));
    record_parts_string(out, e->text);
    jsonl_put(out, JSONL_KEY("peer_code"));
    /* That of the system, and of a verification, is no peer's. */
    if (e->wire && e->status != QV_EXIT_CONNECT &&
        e->status != QV_EXIT_TLS_VERIFY)
        jsonl_number(out, e->wire);
    else
        jsonl_put(out, "null");
    jsonl_put(out, JSONL_KEY("peer_code_name"));
    jsonl_string(out, e->wire_name);
    jsonl_put(out, "}");
}

void record_parts_tries(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "[");
    for (size_t i = 0; i < r->ntries; i++) {
        const struct qv_try *t = &r->tries[i];
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("reason"));
        record_parts_string(out, t->reason);
        jsonl_put(out, JSONL_KEY("response_code"));
        put_status(out, t->response_code);
        jsonl_put(out, JSONL_KEY("time_start"));
        jsonl_seconds(out, t->time_start);
        jsonl_put(out, JSONL_KEY("time_total"));
        jsonl_seconds(out, t->time_total);
        jsonl_put(out, JSONL_KEY("delay"));
        jsonl_seconds(out, t->delay);
        jsonl_put(out, JSONL_KEY("error"));
        if (t->error.status)
            put_error(out, &t->error, NULL);
        else
            jsonl_put(out, "null");
        jsonl_put(out, "}");
    }
    jsonl_put(out, "]");
}

void record_parts_interim(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "[");
    for (size_t i = 0; i < r->ninterim; i++) {
        next_of_array(out, i);
        put_status(out, r->interim[i]);
    }
    jsonl_put(out, "]");
}

/* ---- error ---- */

/* In which of the phases it went wrong; NULL when that is not to be said, as
 * with a bad URL. */
static const char *error_phase(const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    if (f->error_class && strcmp(f->error_class, "invalid") == 0)
        return NULL;
    if (f->status == QV_EXIT_HOST_NAME)
        return "dns";
    if (f->status == QV_EXIT_CONNECT)
        return "connect";
    if (f->status == QV_EXIT_TLS_HANDSHAKE || f->status == QV_EXIT_TLS_VERIFY)
        return "tls";
    if (r->time_starttransfer >= 0)
        return "receive";
    if (r->time_posttransfer >= 0)
        return "wait";
    if (r->time_pretransfer >= 0)
        return "send";
    if (r->nattempts > 0)
        return r->time_connect < 0 ? "connect" : "tls";
    return r->time_queue < 0 ? NULL : "queue";
}

void record_parts_error(struct str *out, const struct writeout_facts *f)
{
    struct qv_error shown = {.status = f->status,
                             .name = f->error_name,
                             .class_name = f->error_class,
                             .wire = f->result->error.wire,
                             .wire_name = f->result->error.wire_name};
    struct str message = {0};
    if (!f->status) {
        jsonl_put(out, "null");
        return;
    }
    if (f->message && f->show_secrets)
        str_add_text(&message, f->message);
    else if (f->message)
        redact_add_url(&message, f->message);
    size_t len =
        message.base ? strnlen(message.base, sizeof shown.text - 1) : 0;
    memcpy(shown.text, message.base ? message.base : "", len);
    str_fini(&message);
    put_error(out, &shown, error_phase(f));
}

/* ---- what only some commands know ---- */

static void put_content(struct str *out, const struct record_body *b)
{
    const char *bytes = b->bytes ? b->bytes : "";
    size_t len =
        b->is_truncated ? utf8_whole_len(span_of(bytes, b->len)) : b->len;
    jsonl_put(out, "\"utf-8\"" JSONL_KEY("text"));
    if (jsonl_utf8(out, bytes, len))
        return;
    out->len -= strlen("\"utf-8\"" JSONL_KEY("text"));
    jsonl_put(out, "\"base64\"" JSONL_KEY("text"));
    jsonl_base64(out, bytes, b->len);
}

void record_parts_body(struct str *out, const struct writeout_facts *f)
{
    const struct record_body *b = f->body;
    if (!b) {
        jsonl_put(out, "null");
        return;
    }
    jsonl_put(out, "{" JSONL_FIRST("encoding"));
    if (b->mode == RECORD_BODY_INLINE)
        put_content(out, b);
    else
        jsonl_put(out, "null" JSONL_KEY("text") "null");
    jsonl_put(out, JSONL_KEY("bytes"));
    jsonl_number(out, b->total);
    jsonl_put(out, JSONL_KEY("truncated"));
    jsonl_bool(out, b->is_truncated);
    jsonl_put(out, JSONL_KEY("sha256"));
    jsonl_string(out, b->sha256);
    jsonl_put(out, JSONL_KEY("file"));
    jsonl_string(out, b->file);
    jsonl_put(out, "}");
}

void record_parts_expect(struct str *out, const struct writeout_facts *f)
{
    const struct record_entry *e = f->entry;
    if (!e || !e->has_expect) {
        jsonl_put(out, "null");
        return;
    }
    jsonl_put(out, "{" JSONL_FIRST("ok"));
    jsonl_bool(out, e->is_expected);
    jsonl_put(out, JSONL_KEY("failed") "[");
    str_add_text(out, e->expect_failed ? e->expect_failed : "");
    jsonl_put(out, "]}");
}
