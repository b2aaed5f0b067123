#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/redact.h"
#include "record/causes.h"
#include "record/explain.h"
#include "record/phases.h"
#include "terminal/escape.h"

/* One line, harmless for a terminal and without secrets. */
static void add_line(struct str *out, const struct writeout_facts *f,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_line(struct str *out, const struct writeout_facts *f,
                     const char *format, ...)
{
    struct str line = {0};
    struct str shown = {0};
    va_list args;
    va_start(args, format);
    str_vprintf(&line, format, args);
    va_end(args);
    if (f->show_secrets)
        str_add(&shown, str_span(&line));
    else
        redact_add_text(&shown, str_text(&line), line.len);
    escape_bytes(out, str_text(&shown), shown.len);
    str_add_char(out, '\n');
    str_fini(&line);
    str_fini(&shown);
}

static void add_outcome(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    struct str line = {0};
    if (r->response_code)
        str_printf(&line, "%d over HTTP/%s", r->response_code, r->http_version);
    else if (f->status == 0 && r->conn_id) /* as ping's */
        str_printf(&line, "connected over HTTP/%s", r->http_version);
    else
        str_add_text(&line, "no answer");
    if (r->conn_id)
        str_printf(&line, ", %s connection %llu",
                   r->conn_reused ? "reused" : "new",
                   (unsigned long long)r->conn_id);
    if (r->was_switched)
        str_printf(&line, ", open after %.3f s", r->time_starttransfer);
    add_line(out, f, "%s: %s, in %.3f s", r->url_effective, str_text(&line),
             r->time_total);
    if (f->status && f->message)
        add_line(out, f, "  failed     (%d) %s", f->status, f->message);
    str_fini(&line);
}

static void add_causes(struct str *out, const struct writeout_facts *f)
{
    struct causes c = {0};
    causes_find(&c, f->result);
    for (size_t i = 0; i < c.n; i++)
        add_line(out, f, "  cause      %s: %s", c.all[i].name,
                 causes_text(&c, i));
    causes_fini(&c);
}

/* No "-0.000", of what was just before the start. */
static double shown_time(double s)
{
    return s < 0 && s > -0.0005 ? 0 : s;
}

static void add_decisions(struct str *out, const struct writeout_facts *f)
{
    const struct qv_explain *e = f->result->explain;
    if (f->origin_options)
        add_line(out, f, "  options    %s", f->origin_options);
    for (size_t i = 0; i < e->ndecisions; i++) {
        const struct qv_decision *d = &e->decisions[i];
        add_line(out, f, "%10.3f  %-11s %s%s%s%s%s", shown_time(d->at),
                 d->topic, d->of, *d->of ? ": " : "", d->chosen,
                 *d->because ? ", because " : "", d->because);
    }
    if (e->nleft_out)
        add_line(out, f, "  ... and %zu more", e->nleft_out);
}

static void add_lookups(struct str *out, const struct writeout_facts *f)
{
    const struct qv_explain *e = f->result->explain;
    for (size_t i = 0; i < e->nlookups; i++) {
        const struct qv_lookup *l = &e->lookups[i];
        struct str records = {0};
        for (size_t k = 0; k < l->nrecords; k++)
            str_printf(&records, "%s%s", k > 0 ? "; " : ": ", l->records[k]);
        add_line(out, f,
                 "  looked up  %s %s (%s) from %.3f to %.3f s: %s%s%s%s",
                 l->type, l->name, l->by, l->start, l->end, l->result,
                 str_text(&records), *l->why ? ": " : "", l->why);
        str_fini(&records);
    }
}

static void add_attempts(struct str *out, const struct writeout_facts *f)
{
    const struct qv_explain *e = f->result->explain;
    for (size_t i = 0; i < e->nattempts; i++) {
        const struct qv_attempt *a = &e->attempts[i];
        add_line(out, f,
                 "  attempt    %s %s:%u (%s) from %.3f to %.3f s: %s%s%s",
                 a->proto, a->addr, a->port, a->from, a->start, a->end,
                 a->result, *a->why ? ": " : "", a->why);
    }
}

static void add_lasted(struct str *line, const struct phases *p)
{
    for (size_t i = 0; i < PHASES; i++)
        if (p->lasted[i] >= 0)
            str_printf(line, " %s %.3f", phase_names[i], p->lasted[i]);
}

void explain_times(struct str *out, const struct qv_result *r)
{
    struct phases p;
    phases_of_result(&p, r);
    add_lasted(out, &p);
}

static void add_phases(struct str *out, const struct writeout_facts *f,
                       const char *what, const struct phases *p)
{
    struct str line = {0};
    add_lasted(&line, p);
    add_line(out, f, "  %-10s%s", what, str_text(&line));
    str_fini(&line);
}

static void add_times(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    struct phases p;
    for (size_t i = 0; i < r->nhops; i++) {
        const struct qv_hop *h = &r->hops[i];
        phases_of(&p, &h->stages, h->time_start, h->time_start + h->time_total);
        add_phases(out, f, "redirect", &p);
    }
    for (size_t i = 0; i < r->ntries; i++)
        add_line(out, f, "  try         %.3f s, then %.3f s of wait (%s): %s",
                 r->tries[i].time_total, r->tries[i].delay, r->tries[i].reason,
                 r->tries[i].error.status
                     ? r->tries[i].error.text
                     : "an answer that is asked for again");
    phases_of_result(&p, r);
    add_phases(out, f, "time", &p);
}

static void add_known(struct str *line, const char *name, enum qv_known known)
{
    switch (known) {
    case QV_UNKNOWN:
        return;
    case QV_NO:
        str_printf(line, ", no %s", name);
        return;
    case QV_YES:
        str_printf(line, ", %s", name);
        return;
    }
}

static void add_allowed(struct str *out, const struct writeout_facts *f)
{
    const struct qv_allowed *a = &f->result->explain->allowed;
    struct str line = {0};
    if (a->streams >= 0)
        str_printf(&line, ", %lld request%s at once", (long long)a->streams,
                   a->streams == 1 ? "" : "s");
    add_known(&line, "extended CONNECT", a->connect);
    add_known(&line, "HTTP datagrams", a->datagrams);
    if (a->datagram_max > 0)
        str_printf(&line, " of %lld bytes", (long long)a->datagram_max);
    add_known(&line, "WebTransport", a->webtransport);
    add_known(&line, "early data", a->early_data);
    add_known(&line, "migration", a->migration);
    if (a->idle >= 0)
        str_printf(&line, ", idle for %.3g s", a->idle);
    if (a->path_mtu >= 0)
        str_printf(&line, ", UDP payloads of %lld bytes",
                   (long long)a->path_mtu);
    if (line.len > 0)
        add_line(out, f, "  peer       allows %s", str_text(&line) + 2);
    str_clear(&line);
    for (size_t i = 0; i < a->nsettings; i++)
        str_printf(&line, " %s=%llu", a->settings[i].name,
                   (unsigned long long)a->settings[i].value);
    if (line.len > 0)
        add_line(out, f, "  settings  %s", str_text(&line));
    str_fini(&line);
}

void explain_text(struct str *out, const struct writeout_facts *f)
{
    add_outcome(out, f);
    add_causes(out, f);
    if (f->result->explain) {
        add_decisions(out, f);
        add_lookups(out, f);
        add_attempts(out, f);
    }
    add_times(out, f);
    if (f->result->explain)
        add_allowed(out, f);
}
