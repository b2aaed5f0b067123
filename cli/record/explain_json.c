#include <string.h>

#include "base/jsonl.h"
#include "base/redact.h"
#include "record/causes.h"
#include "record/explain.h"
#include "record/record_parts.h"

/* Without userinfo of URLs that it may hold. */
static void put_text(struct str *out, const char *text, bool show_secrets)
{
    struct str shown = {0};
    if (show_secrets) {
        jsonl_string(out, text);
        return;
    }
    redact_add_text(&shown, text, strlen(text));
    jsonl_quote(out, str_text(&shown), shown.len);
    str_fini(&shown);
}

static void next_of_array(struct str *out, size_t at)
{
    if (at > 0)
        jsonl_put(out, ",");
}

void record_parts_causes(struct str *out, const struct writeout_facts *f)
{
    struct causes c = {0};
    causes_find(&c, f->result);
    jsonl_put(out, "[");
    for (size_t i = 0; i < c.n; i++) {
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("name"));
        jsonl_string(out, c.all[i].name);
        jsonl_put(out, JSONL_KEY("text"));
        put_text(out, causes_text(&c, i), f->show_secrets);
        jsonl_put(out, "}");
    }
    jsonl_put(out, "]");
    causes_fini(&c);
}

static void put_decisions(struct str *out, const struct qv_explain *e,
                          bool show_secrets)
{
    jsonl_put(out, "[");
    for (size_t i = 0; i < e->ndecisions; i++) {
        const struct qv_decision *d = &e->decisions[i];
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("at"));
        jsonl_time(out, d->at);
        jsonl_put(out, JSONL_KEY("topic"));
        jsonl_string(out, d->topic);
        jsonl_put(out, JSONL_KEY("conn_id"));
        if (d->conn_id)
            jsonl_number(out, d->conn_id);
        else
            jsonl_put(out, "null");
        jsonl_put(out, JSONL_KEY("of"));
        record_parts_string(out, d->of);
        jsonl_put(out, JSONL_KEY("chosen"));
        put_text(out, d->chosen, show_secrets);
        jsonl_put(out, JSONL_KEY("because"));
        put_text(out, d->because, show_secrets);
        jsonl_put(out, "}");
    }
    jsonl_put(out, "]");
}

void explain_add_lookups(struct str *out, const struct qv_lookup *all, size_t n)
{
    jsonl_put(out, "[");
    for (size_t i = 0; i < n; i++) {
        const struct qv_lookup *l = &all[i];
        next_of_array(out, i);
        jsonl_put(out, "{" JSONL_FIRST("name"));
        jsonl_string(out, l->name);
        jsonl_put(out, JSONL_KEY("type"));
        jsonl_string(out, l->type);
        jsonl_put(out, JSONL_KEY("by"));
        jsonl_string(out, l->by);
        jsonl_put(out, JSONL_KEY("start"));
        jsonl_time(out, l->start);
        jsonl_put(out, JSONL_KEY("end"));
        jsonl_time(out, l->end);
        jsonl_put(out, JSONL_KEY("result"));
        jsonl_string(out, l->result);
        jsonl_put(out, JSONL_KEY("why"));
        record_parts_string(out, l->why);
        jsonl_put(out, JSONL_KEY("records") "[");
        for (size_t k = 0; k < l->nrecords; k++) {
            next_of_array(out, k);
            jsonl_string(out, l->records[k]);
        }
        jsonl_put(out, "]}");
    }
    jsonl_put(out, "]");
}

static void put_known(struct str *out, enum qv_known known)
{
    switch (known) {
    case QV_UNKNOWN:
        jsonl_put(out, "null");
        return;
    case QV_NO:
    case QV_YES:
        jsonl_bool(out, known == QV_YES);
        return;
    }
}

static void put_count(struct str *out, int64_t n)
{
    if (n < 0)
        jsonl_put(out, "null");
    else
        jsonl_number(out, (uint64_t)n);
}

static void put_allowed(struct str *out, const struct qv_allowed *a)
{
    jsonl_put(out, "{" JSONL_FIRST("streams"));
    put_count(out, a->streams);
    jsonl_put(out, JSONL_KEY("datagrams"));
    put_known(out, a->datagrams);
    jsonl_put(out, JSONL_KEY("datagram_max"));
    put_count(out, a->datagram_max);
    jsonl_put(out, JSONL_KEY("path_mtu"));
    put_count(out, a->path_mtu);
    jsonl_put(out, JSONL_KEY("idle"));
    jsonl_seconds(out, a->idle);
    jsonl_put(out, JSONL_KEY("extended_connect"));
    put_known(out, a->connect);
    jsonl_put(out, JSONL_KEY("webtransport"));
    put_known(out, a->webtransport);
    jsonl_put(out, JSONL_KEY("early_data"));
    put_known(out, a->early_data);
    jsonl_put(out, JSONL_KEY("migration"));
    put_known(out, a->migration);
    jsonl_put(out, JSONL_KEY("settings") "{");
    for (size_t i = 0; i < a->nsettings; i++) {
        next_of_array(out, i);
        jsonl_string(out, a->settings[i].name);
        jsonl_put(out, ":");
        jsonl_number(out, a->settings[i].value);
    }
    jsonl_put(out, "}}");
}

void record_parts_explain(struct str *out, const struct writeout_facts *f)
{
    const struct qv_explain *e = f->result->explain;
    if (e == NULL) {
        jsonl_put(out, "null");
        return;
    }
    jsonl_put(out, "{" JSONL_FIRST("options"));
    jsonl_string(out, f->origin_options);
    jsonl_put(out, JSONL_KEY("decisions"));
    put_decisions(out, e, f->show_secrets);
    jsonl_put(out, JSONL_KEY("lookups"));
    explain_add_lookups(out, e->lookups, e->nlookups);
    jsonl_put(out, JSONL_KEY("attempts"));
    record_parts_add_attempts(out, e->attempts, e->nattempts);
    jsonl_put(out, JSONL_KEY("allowed"));
    put_allowed(out, &e->allowed);
    jsonl_put(out, JSONL_KEY("left_out"));
    jsonl_number(out, e->nleft_out);
    jsonl_put(out, "}");
}

void explain_json(struct str *out, const struct writeout_facts *f)
{
    const struct qv_result *r = f->result;
    jsonl_put(out, "{" JSONL_FIRST("v") "1" JSONL_KEY("url"));
    redact_quote_url(out, r->url, f->show_secrets);
    jsonl_put(out, JSONL_KEY("url_effective"));
    redact_quote_url(out, r->url_effective, f->show_secrets);
    jsonl_put(out, JSONL_KEY("method"));
    record_parts_string(out, r->method);
    jsonl_put(out, JSONL_KEY("http_version"));
    record_parts_string(out, r->http_version);
    jsonl_put(out, JSONL_KEY("response_code"));
    jsonl_number(out, (uint64_t)r->response_code);
    jsonl_put(out, JSONL_KEY("time_total"));
    jsonl_seconds(out, r->time_total);
    jsonl_put(out, JSONL_KEY("phases"));
    record_parts_phases(out, f);
    jsonl_put(out, JSONL_KEY("hops"));
    record_parts_hops(out, f);
    jsonl_put(out, JSONL_KEY("retries"));
    record_parts_tries(out, f);
    jsonl_put(out, JSONL_KEY("conn"));
    record_parts_conn(out, f);
    jsonl_put(out, JSONL_KEY("error"));
    record_parts_error(out, f);
    jsonl_put(out, JSONL_KEY("causes"));
    record_parts_causes(out, f);
    jsonl_put(out, JSONL_KEY("explain"));
    record_parts_explain(out, f);
    jsonl_put(out, "}");
}
