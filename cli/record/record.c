/*
 * A record is made for each request of a batch, so its price counts: keys are
 * literals with their commas (variables.def, written out by the compiler),
 * values are written by jsonl.h, and what changes once a second (the date) is
 * kept.  About 70 members of 2,500 bytes and a body of 1 KiB take a
 * microsecond.
 */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonl.h"
#include "base/redact.h"
#include "core/quiver.h"
#include "record/explain.h"
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
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
        of = second;
    }
    return text;
}

static void record_put_started(struct str *out, const struct writeout_facts *f)
{
    char fraction[] = ".000000Z\"";
    long us = f->started.tv_nsec / 1000;
    for (size_t i = 6; i > 0; i--, us /= 10)
        fraction[i] = (char)('0' + us % 10);
    jsonl_put(out, "\"");
    str_add_text(out, date_of(f->started.tv_sec));
    str_add(out, span_of(fraction, sizeof fraction - 1));
}

static void record_put_id(struct str *out, const struct writeout_facts *f)
{
    jsonl_json(out, f->entry && f->entry->id ? f->entry->id : "null");
}

static void record_put_number(struct str *out, const struct writeout_facts *f)
{
    jsonl_number(out, f->number);
}

static void record_put_urlnum(struct str *out, const struct writeout_facts *f)
{
    jsonl_number(out, f->urlnum);
}

static void record_put_line(struct str *out, const struct writeout_facts *f)
{
    if (f->entry && f->entry->line)
        jsonl_number(out, f->entry->line);
    else
        jsonl_put(out, "null");
}

static void record_put_file(struct str *out, const struct writeout_facts *f)
{
    jsonl_string(out, f->entry ? f->entry->file : NULL);
}

static void record_put_tags(struct str *out, const struct writeout_facts *f)
{
    jsonl_json(out, f->entry && f->entry->tags ? f->entry->tags : "{}");
}

static void record_put_exitcode(struct str *out, const struct writeout_facts *f)
{
    jsonl_number(out, (uint64_t)f->status);
}

static void record_put_errormsg(struct str *out, const struct writeout_facts *f)
{
    if (f->status && f->message)
        redact_quote_url(out, f->message, f->show_secrets);
    else
        jsonl_string(out, NULL);
}

static void record_put_http_connect(struct str *out,
                                    const struct writeout_facts *f)
{
    jsonl_number(out, (uint64_t)facts_connect_status(f->result));
}

static void record_put_earlydata(struct str *out,
                                 const struct writeout_facts *f)
{
    int64_t n = f->result->tls_earlydata; /* negative: rejected */
    if (n < 0)
        str_add_char(out, '-');
    jsonl_number(out, (uint64_t)(n < 0 ? -n : n));
}

/* Only where -w asks for them. */
static void record_put_certs(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    struct str all = {0};
    for (unsigned i = 0; r->certs && i < r->ncerts; i++) {
        char *text = qv_certificate_text(&r->certs[i]);
        str_add_text(&all, text);
        free(text);
    }
    jsonl_string(out, r->certs ? str_text(&all) : NULL);
    str_fini(&all);
}

static void record_put_proxy_verify_result(struct str *out,
                                           const struct writeout_facts *f)
{
    const struct qv_proxy_used *p = &f->result->proxy;
    jsonl_number(out, p->is_tls && !p->is_verified);
}

static void record_put_proxy_used(struct str *out,
                                  const struct writeout_facts *f)
{
    jsonl_number(out, *f->result->proxy.url != '\0');
}

static void record_put_filename(struct str *out, const struct writeout_facts *f)
{
    record_parts_string(out, f->filename);
}

static void record_put_headers(struct str *out, const struct writeout_facts *f)
{
    record_parts_fields(out, f, f->result->fields, f->result->nfields);
}

static void record_put_trailers(struct str *out, const struct writeout_facts *f)
{
    record_parts_fields(out, f, f->result->trailers, f->result->ntrailers);
}

/* null when there is none. */
static void put_other_url(struct str *out, const struct writeout_facts *f,
                          const char *url)
{
    if (*url)
        redact_quote_url(out, url, f->show_secrets);
    else
        jsonl_string(out, NULL);
}

static uint64_t whole(double speed)
{
    return speed > 0 ? (uint64_t)speed : 0;
}

static void put_port(struct str *out, const struct qv_result *r, unsigned port)
{
    if (r->remote_ip && *r->remote_ip)
        jsonl_number(out, port);
    else
        jsonl_put(out, "null");
}

void record_headers(const struct writeout_facts *f, struct str *out)
{
    /* curl's form: a line for each name.  It shows what was received. */
    struct record_fields fields = {f->result->fields, f->result->nfields, true,
                                   true};
    jsonl_put(out, "{");
    record_fields_add(out, &fields);
    jsonl_put(out, "\n}");
}

/* The forms of variables.def, as they stand in a record. */
#define SECONDS(member)            jsonl_seconds(out, r->member)
#define SPEED(member)              jsonl_number(out, whole(r->member))
#define SIZE(member)               jsonl_number(out, r->member)
#define COUNT(member)              jsonl_number(out, r->member)
#define PORT(member)               put_port(out, r, r->member)
#define STATUS(member)             jsonl_number(out, (uint64_t)r->member)
#define STRING(member)             record_parts_string(out, r->member)
#define URL(member)                redact_quote_url(out, r->member, f->show_secrets)
#define OTHER_URL(member)          put_other_url(out, f, r->member)
#define CONSTANT(record, writeout) jsonl_put(out, record)
#define CALL(name)                 record_put_##name(out, f)
#define PART(name)                 record_parts_##name(out, f)

#define IN_RECORD(name, form, brief)                                           \
    jsonl_put(out, JSONL_KEY(#name));                                          \
    form;
#define IN_BOTH(name, form, brief) IN_RECORD(name, form, brief)
#define IN_WRITEOUT(name, form, brief)

void record_render(const struct writeout_facts *f, struct str *out)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "{" JSONL_FIRST("v") "1");
#include "record/variables.def"
    jsonl_put(out, "}");
}
