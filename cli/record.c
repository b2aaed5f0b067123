#include "record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/quiver.h"
#include "json.h"
#include "mem.h"
#include "secret.h"

static const char *or_null(const char *s)
{
    return s && *s ? s : NULL;
}

static void add_url(struct text *out, const char *key, const char *url,
                    const struct writeout_facts *f)
{
    struct text shown = {0};

    if (f->show_secrets)
        text_puts(&shown, url);
    else
        secret_add_url(&shown, url);
    json_string(out, key, shown.at);
    text_fini(&shown);
}

static void add_started(const struct writeout_facts *f, struct text *out)
{
    char day[32];
    struct text stamp = {0};
    struct tm utc;

    gmtime_r(&f->started.tv_sec, &utc);
    (void)strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &utc);
    text_addf(&stamp, "%s.%06ldZ", day, f->started.tv_nsec / 1000);
    json_string(out, "started", stamp.at);
    text_fini(&stamp);
}

static void add_times(const struct qv_result *r, struct text *out)
{
    json_seconds(out, "time_queue", r->time_queue);
    json_seconds(out, "time_namelookup", r->time_namelookup);
    json_seconds(out, "time_connect", r->time_connect);
    json_seconds(out, "time_appconnect", r->time_appconnect);
    json_seconds(out, "time_pretransfer", r->time_pretransfer);
    json_seconds(out, "time_posttransfer", r->time_posttransfer);
    json_seconds(out, "time_starttransfer", r->time_starttransfer);
    json_seconds(out, "time_redirect", r->time_redirect);
    json_seconds(out, "time_total", r->time_total);
}

static void add_sizes(const struct qv_result *r, struct text *out)
{
    json_number(out, "size_download", r->size_download);
    json_number(out, "size_delivered", r->size_delivered);
    json_number(out, "size_header", r->size_header);
    json_number(out, "size_request", r->size_request);
    json_number(out, "size_upload", r->size_upload);
    json_number(out, "speed_download",
                r->speed_download > 0 ? (uint64_t)r->speed_download : 0);
    json_number(out, "speed_upload",
                r->speed_upload > 0 ? (uint64_t)r->speed_upload : 0);
    json_number(out, "num_redirects", r->num_redirects);
    json_number(out, "num_retries", r->num_retries);
    json_number(out, "num_connects", r->num_connects);
    json_number(out, "num_headers", r->num_headers);
}

/* What curl's record has and nothing here fills yet. */
static void add_unfilled(struct text *out)
{
    json_number(out, "http_connect", 0);
    json_number(out, "num_certs", 0);
    json_number(out, "proxy_ssl_verify_result", 0);
    json_number(out, "proxy_used", 0);
    json_number(out, "tls_earlydata", 0);
}

static void add_verify_result(const struct qv_result *r, struct text *out)
{
    bool is_good = !*r->tls_verify || !strcmp(r->tls_verify, "ok");

    json_number(out, "ssl_verify_result", is_good ? 0 : 1);
}

static void add_place(const struct qv_result *r, struct text *out)
{
    bool connected = r->remote_ip && *r->remote_ip;

    json_string(out, "remote_ip", or_null(r->remote_ip));
    if (connected)
        json_number(out, "remote_port", r->remote_port);
    else
        json_null(out, "remote_port");
    json_string(out, "local_ip", or_null(r->local_ip));
    if (connected)
        json_number(out, "local_port", r->local_port);
    else
        json_null(out, "local_port");
    json_number(out, "conn_id", r->conn_id);
    json_number(out, "xfer_id", r->xfer_id);
}

/* One stage's length; each time is counted from the transfer's start. */
static void add_phase(struct text *out, const char *name, double from,
                      double to)
{
    json_seconds(out, name, from < 0 || to < from ? -1 : to - from);
}

/* When the connection was as far as it ever got. */
static double last_stage(const struct qv_result *r)
{
    double last = r->time_queue;

    if (r->time_namelookup > last)
        last = r->time_namelookup;
    if (r->time_connect > last)
        last = r->time_connect;
    if (r->time_appconnect > last)
        last = r->time_appconnect;
    return last;
}

/* Between a connection that stands and a request that may go out lies the
 * wait for room on it: the second part of the queue. */
static double queued(const struct qv_result *r)
{
    double stage = last_stage(r);

    if (r->time_queue < 0 || r->time_pretransfer < stage)
        return r->time_queue;
    return r->time_queue + r->time_pretransfer - stage;
}

static void add_phases(const struct qv_result *r, struct text *out)
{
    double connected = r->time_connect;

    json_open(out, "phases", '{');
    json_seconds(out, "queue", queued(r));
    add_phase(out, "dns", r->time_queue < 0 ? 0 : r->time_queue,
              r->time_namelookup);
    add_phase(out, "connect", r->time_namelookup, connected);
    add_phase(out, "tls", connected, r->time_appconnect);
    add_phase(out, "send", r->time_pretransfer, r->time_posttransfer);
    add_phase(out, "wait", r->time_posttransfer, r->time_starttransfer);
    add_phase(out, "receive", r->time_starttransfer, r->time_total);
    json_close(out, '}');
}

static void add_conn(const struct qv_result *r, struct text *out)
{
    json_open(out, "conn", '{');
    json_number(out, "id", r->conn_id);
    json_bool(out, "reused", r->conn_reused);
    json_string(out, "alpn", or_null(r->alpn));
    json_string(out, "quic", or_null(r->quic_version));
    json_string(out, "tls", or_null(r->tls_version));
    json_string(out, "cipher", or_null(r->tls_cipher));
    json_string(out, "group", or_null(r->tls_group));
    json_string(out, "verify", or_null(r->tls_verify));
    json_seconds(out, "rtt", r->rtt ? (double)r->rtt / 1e9 : -1);
    json_close(out, '}');
}

static void add_attempts(const struct qv_result *r, struct text *out)
{
    json_open(out, "attempts", '[');
    for (size_t i = 0; i < r->nattempts; i++) {
        const struct qv_attempt *a = &r->attempts[i];

        json_open(out, NULL, '{');
        json_number(out, "n", i + 1);
        json_string(out, "proto", a->proto);
        json_string(out, "addr", a->addr);
        json_number(out, "port", a->port);
        json_seconds(out, "start", a->start);
        json_seconds(out, "end", a->end);
        json_string(out, "result", a->result);
        json_string(out, "why", or_null(a->why));
        json_close(out, '}');
    }
    json_close(out, ']');
}

static void add_error(const struct writeout_facts *f, struct text *out)
{
    if (!f->status) {
        json_null(out, "error");
        return;
    }
    json_open(out, "error", '{');
    json_string(out, "class", or_null(f->error_class));
    json_number(out, "code", (uint64_t)f->status);
    json_string(out, "name", or_null(f->error_name));
    json_string(out, "detail", or_null(f->message));
    if (f->result->error.wire)
        json_number(out, "peer_code", f->result->error.wire);
    else
        json_null(out, "peer_code");
    json_close(out, '}');
}

/* The first field of this name? */
static bool is_first(const struct qv_result *r, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (!strcasecmp(r->fields[i].name, r->fields[at].name))
            return false;
    }
    return true;
}

static void add_values(const struct writeout_facts *f, size_t first,
                       struct text *out)
{
    const struct qv_result *r = f->result;
    const char *name = r->fields[first].name;
    bool hide = !f->show_secrets && secret_is_field(name, strlen(name));
    char *lower = mem_string(name);

    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    json_open(out, lower, '[');
    for (size_t i = first; i < r->nfields; i++) {
        if (!strcasecmp(r->fields[i].name, name))
            json_string(out, NULL, hide ? SECRET_SHOWN_AS : r->fields[i].value);
    }
    json_close(out, ']');
    free(lower);
}

static void add_fields(const struct writeout_facts *f, struct text *out,
                       const char *separator)
{
    bool any = false;

    for (size_t i = 0; i < f->result->nfields; i++) {
        if (!is_first(f->result, i))
            continue;
        if (any && *separator) {
            text_putc(out, ',');
            text_puts(out, separator);
        }
        any = true;
        add_values(f, i, out);
    }
}

void record_headers(const struct writeout_facts *f, struct text *out)
{
    struct writeout_facts all = *f;
    struct text object = {0};

    /* curl's form: a line for each name.  It shows what was received. */
    all.show_secrets = true;
    text_putc(&object, '{');
    add_fields(&all, &object, "\n");
    text_puts(&object, "\n}");
    text_add(out, object.at, object.len);
    text_fini(&object);
}

void record_render(const struct writeout_facts *f, struct text *out)
{
    const struct qv_result *r = f->result;
    struct text o = {0};

    json_open(&o, NULL, '{');
    json_number(&o, "v", 1);
    json_number(&o, "seq", f->number);
    json_number(&o, "urlnum", f->number);
    add_url(&o, "url", r->url, f);
    add_url(&o, "url_effective", r->url_effective, f);
    json_string(&o, "method", or_null(r->method));
    json_string(&o, "scheme", or_null(r->scheme));
    json_string(&o, "http_version", or_null(r->http_version));
    json_number(&o, "response_code", (uint64_t)r->response_code);
    json_number(&o, "http_code", (uint64_t)r->response_code);
    json_string(&o, "content_type", or_null(r->content_type));
    json_string(&o, "redirect_url", or_null(r->redirect_url));
    json_string(&o, "referer", or_null(r->referer));
    json_number(&o, "exitcode", (uint64_t)f->status);
    json_string(&o, "errormsg", f->status ? f->message : NULL);
    add_started(f, &o);
    add_times(r, &o);
    add_sizes(r, &o);
    add_place(r, &o);
    add_verify_result(r, &o);
    add_unfilled(&o);
    json_string(&o, "filename_effective", or_null(f->filename));
    add_phases(r, &o);
    json_open(&o, "headers", '{');
    add_fields(f, &o, "");
    json_close(&o, '}');
    add_conn(r, &o);
    add_attempts(r, &o);
    add_error(f, &o);
    json_close(&o, '}');
    text_add(out, o.at, o.len);
    text_fini(&o);
}
