/*
 * A record is made for each request of a batch, so its price counts: keys are
 * literals with their commas, values are written by jsonl.h, and what changes
 * once a second (the date) is kept.  About 70 members of 2,500 bytes and a body
 * of 1 KiB take a microsecond.
 */
#include "record/record.h"

#include <string.h>

#include "base/jsonl.h"
#include "base/secret.h"
#include "core/quiver.h"
#include "record/record_fields.h"
#include "record/record_parts.h"

/* The text of a second, for all records of that second. */
static const char *date_of(time_t second)
{
    static char text[32];
    static time_t of = -1;

    if (second != of) {
        struct tm utc;

        gmtime_r(&second, &utc);
        (void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
        of = second;
    }
    return text;
}

static void add_started(struct text *out, const struct timespec *at)
{
    char fraction[] = ".000000Z\"";
    long us = at->tv_nsec / 1000;

    for (size_t i = 6; i > 0; i--, us /= 10)
        fraction[i] = (char)('0' + us % 10);
    jsonl_put(out, JSONL_KEY("started") "\"");
    text_puts(out, date_of(at->tv_sec));
    text_add(out, fraction, sizeof(fraction) - 1);
}

static void add_entry(struct text *out, const struct writeout_facts *f)
{
    const struct record_entry *e = f->entry;

    jsonl_put(out, JSONL_KEY("id"));
    jsonl_json(out, e && e->id ? e->id : "null");
    jsonl_put(out, JSONL_KEY("seq"));
    jsonl_number(out, f->number);
    jsonl_put(out, JSONL_KEY("urlnum"));
    jsonl_number(out, f->number);
    jsonl_put(out, JSONL_KEY("line"));
    if (e && e->line)
        jsonl_number(out, e->line);
    else
        jsonl_put(out, "null");
    jsonl_put(out, JSONL_KEY("file"));
    jsonl_string(out, e ? e->file : NULL);
}

/* null when there is none. */
static void add_other_url(struct text *out, const struct writeout_facts *f,
                          const char *url)
{
    if (*url)
        secret_quote_url(out, url, f->show_secrets);
    else
        jsonl_string(out, NULL);
}

static void add_answer(struct text *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;

    jsonl_put(out, JSONL_KEY("url"));
    secret_quote_url(out, r->url, f->show_secrets);
    jsonl_put(out, JSONL_KEY("url_effective"));
    secret_quote_url(out, r->url_effective, f->show_secrets);
    jsonl_put(out, JSONL_KEY("method"));
    record_parts_string(out, r->method);
    jsonl_put(out, JSONL_KEY("scheme"));
    record_parts_string(out, r->scheme);
    jsonl_put(out, JSONL_KEY("http_version"));
    record_parts_string(out, r->http_version);
    jsonl_put(out, JSONL_KEY("response_code"));
    jsonl_number(out, (uint64_t)r->response_code);
    jsonl_put(out, JSONL_KEY("http_code"));
    jsonl_number(out, (uint64_t)r->response_code);
    jsonl_put(out, JSONL_KEY("content_type"));
    record_parts_string(out, r->content_type);
    jsonl_put(out, JSONL_KEY("redirect_url"));
    add_other_url(out, f, r->redirect_url);
    jsonl_put(out, JSONL_KEY("referer"));
    add_other_url(out, f, r->referer);
    jsonl_put(out, JSONL_KEY("exitcode"));
    jsonl_number(out, (uint64_t)f->status);
    jsonl_put(out, JSONL_KEY("errormsg"));
    if (f->status && f->message)
        secret_quote_url(out, f->message, f->show_secrets);
    else
        jsonl_string(out, NULL);
}

static void add_times(struct text *out, const struct qv_result *r)
{
    jsonl_put(out, JSONL_KEY("time_queue"));
    jsonl_seconds(out, r->time_queue);
    jsonl_put(out, JSONL_KEY("time_namelookup"));
    jsonl_seconds(out, r->time_namelookup);
    jsonl_put(out, JSONL_KEY("time_connect"));
    jsonl_seconds(out, r->time_connect);
    jsonl_put(out, JSONL_KEY("time_appconnect"));
    jsonl_seconds(out, r->time_appconnect);
    jsonl_put(out, JSONL_KEY("time_pretransfer"));
    jsonl_seconds(out, r->time_pretransfer);
    jsonl_put(out, JSONL_KEY("time_posttransfer"));
    jsonl_seconds(out, r->time_posttransfer);
    jsonl_put(out, JSONL_KEY("time_starttransfer"));
    jsonl_seconds(out, r->time_starttransfer);
    jsonl_put(out, JSONL_KEY("time_redirect"));
    jsonl_seconds(out, r->time_redirect);
    jsonl_put(out, JSONL_KEY("time_total"));
    jsonl_seconds(out, r->time_total);
}

static uint64_t whole(double speed)
{
    return speed > 0 ? (uint64_t)speed : 0;
}

static void add_sizes(struct text *out, const struct qv_result *r)
{
    jsonl_put(out, JSONL_KEY("size_download"));
    jsonl_number(out, r->size_download);
    jsonl_put(out, JSONL_KEY("size_delivered"));
    jsonl_number(out, r->size_delivered);
    jsonl_put(out, JSONL_KEY("size_header"));
    jsonl_number(out, r->size_header);
    jsonl_put(out, JSONL_KEY("size_request"));
    jsonl_number(out, r->size_request);
    jsonl_put(out, JSONL_KEY("size_upload"));
    jsonl_number(out, r->size_upload);
    jsonl_put(out, JSONL_KEY("speed_download"));
    jsonl_number(out, whole(r->speed_download));
    jsonl_put(out, JSONL_KEY("speed_upload"));
    jsonl_number(out, whole(r->speed_upload));
    jsonl_put(out, JSONL_KEY("num_redirects"));
    jsonl_number(out, r->num_redirects);
    jsonl_put(out, JSONL_KEY("num_retries"));
    jsonl_number(out, r->num_retries);
    jsonl_put(out, JSONL_KEY("num_connects"));
    jsonl_number(out, r->num_connects);
    jsonl_put(out, JSONL_KEY("num_headers"));
    jsonl_number(out, r->num_headers);
}

static void add_port(struct text *out, const struct qv_result *r, unsigned port)
{
    if (r->remote_ip && *r->remote_ip)
        jsonl_number(out, port);
    else
        jsonl_put(out, "null");
}

static void add_place(struct text *out, const struct qv_result *r)
{
    bool is_good = !*r->tls_verify || !strcmp(r->tls_verify, "ok");

    jsonl_put(out, JSONL_KEY("remote_ip"));
    record_parts_string(out, r->remote_ip);
    jsonl_put(out, JSONL_KEY("remote_port"));
    add_port(out, r, r->remote_port);
    jsonl_put(out, JSONL_KEY("local_ip"));
    record_parts_string(out, r->local_ip);
    jsonl_put(out, JSONL_KEY("local_port"));
    add_port(out, r, r->local_port);
    jsonl_put(out, JSONL_KEY("conn_id"));
    jsonl_number(out, r->conn_id);
    jsonl_put(out, JSONL_KEY("xfer_id"));
    jsonl_number(out, r->xfer_id);
    jsonl_put(out, JSONL_KEY("ssl_verify_result"));
    jsonl_number(out, is_good ? 0 : 1);
    /* What curl's record has and nothing here fills yet. */
    jsonl_put(
        out,
        JSONL_KEY("http_connect") "0" JSONL_KEY("num_certs") "0" JSONL_KEY(
            "pro"
            "xy_"
            "ssl"
            "_ve"
            "rif"
            "y_"
            "res"
            "ul"
            "t") "0" JSONL_KEY("proxy_used") "0" JSONL_KEY("tls_earlydata") "0");
}

static void add_fields(struct text *out, const struct writeout_facts *f)
{
    struct record_fields fields = {f->result->fields, f->result->nfields,
                                   f->show_secrets, ""};

    jsonl_put(out, JSONL_KEY("headers") "{");
    record_fields_add(out, &fields);
    fields.fields = f->result->trailers;
    fields.n = f->result->ntrailers;
    jsonl_put(out, "}" JSONL_KEY("trailers") "{");
    record_fields_add(out, &fields);
    jsonl_put(out, "}");
}

static void add_batch_parts(struct text *out, const struct record_entry *e)
{
    if (!e) {
        jsonl_put(out, JSONL_KEY("body") "null" JSONL_KEY(
                           "expect") "null" JSONL_KEY("tags") "{}");
        return;
    }
    record_parts_body(out, &e->body);
    record_parts_expect(out, e);
    jsonl_put(out, JSONL_KEY("tags"));
    jsonl_json(out, e->tags ? e->tags : "{}");
}

void record_headers(const struct writeout_facts *f, struct text *out)
{
    /* curl's form: a line for each name.  It shows what was received. */
    struct record_fields fields = {f->result->fields, f->result->nfields, true,
                                   "\n"};

    jsonl_put(out, "{");
    record_fields_add(out, &fields);
    jsonl_put(out, "\n}");
}

void record_render(const struct writeout_facts *f, struct text *out)
{
    const struct qv_result *r = f->result;

    jsonl_put(out, "{" JSONL_FIRST("v") "1");
    add_entry(out, f);
    add_answer(out, f);
    add_started(out, &f->started);
    add_times(out, r);
    add_sizes(out, r);
    add_place(out, r);
    jsonl_put(out, JSONL_KEY("filename_effective"));
    record_parts_string(out, f->filename);
    record_parts_phases(out, r);
    add_fields(out, f);
    record_parts_interim(out, r);
    add_batch_parts(out, f->entry);
    record_parts_conn(out, r);
    record_parts_attempts(out, r);
    record_parts_hops(out, f);
    record_parts_tries(out, r);
    record_parts_error(out, f);
    jsonl_put(out, "}");
}
