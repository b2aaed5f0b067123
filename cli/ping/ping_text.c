#include "ping/ping_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/jsonl.h"
#include "base/quic_version.h"
#include "terminal/escape.h"

#define S  1e9
#define MS 1e6

static const char *const verdicts[] = {
    [PING_VERDICT_QUIC] = "quic",
    [PING_VERDICT_QUIC_SILENT] = "quic",
    [PING_VERDICT_NO_QUIC] = "no-quic",
    [PING_VERDICT_UDP_BLOCKED] = "udp-blocked",
    [PING_VERDICT_UNREACHABLE] = "unreachable",
};

/* ---- parts ---- */

/* Those that are spoken, each in quotes. */
static void add_versions(struct str *out, const uint32_t *versions, size_t n,
                         const char *quote, const char *comma)
{
    const char *before = "";
    for (size_t i = 0; i < n; i++) {
        struct str name = {0};
        if (quic_version_add(&name, versions[i])) {
            str_printf(out, "%s%s%s%s", before, quote, str_text(&name), quote);
            before = comma;
        }
        str_fini(&name);
    }
}

static void json_versions(struct str *out, const uint32_t *versions, size_t n)
{
    jsonl_put(out, JSONL_KEY("versions") "[");
    add_versions(out, versions, n, "\"", ",");
    jsonl_put(out, "]");
}

static void json_kind(struct str *out, const char *kind)
{
    jsonl_put(out, "{" JSONL_FIRST("kind"));
    jsonl_string(out, kind);
}

static void json_end(struct str *out)
{
    jsonl_put(out, "}\n");
}

static void add_ms(struct str *out, double ns)
{
    str_printf(out, "%.3f", ns / MS);
}

/* ---- lines ---- */

static void json_open(struct str *out, const struct asker_opened *o)
{
    json_kind(out, "open");
    jsonl_put(out, JSONL_KEY("by"));
    jsonl_string(out, o->name);
    jsonl_put(out, JSONL_KEY("http"));
    jsonl_string(out, *o->http ? o->http : NULL);
    jsonl_put(out, JSONL_KEY("ip"));
    jsonl_string(out, o->ip);
    jsonl_put(out, JSONL_KEY("port"));
    jsonl_number(out, o->port);
    jsonl_put(out, JSONL_KEY("time_connect"));
    jsonl_seconds(out, o->time_connect ? (double)o->time_connect / S : -1);
    json_end(out);
}

void ping_text_open(struct ping_text *t, struct str *out,
                    const struct asker_opened *o)
{
    bool is_ipv6 = strchr(o->ip, ':') != NULL;
    (void)snprintf(t->from, sizeof t->from, "%s%s%s:%u", is_ipv6 ? "[" : "",
                   o->ip, is_ipv6 ? "]" : "", o->port);
    if (t->is_json) {
        json_open(out, o);
        return;
    }
    str_add_text(out, "PING ");
    escape_line(out, t->target);
    str_printf(out, " (%s): %s", t->from, o->by);
    if (o->time_connect) {
        str_add_text(out, ", connected in ");
        add_ms(out, (double)o->time_connect);
        str_add_text(out, " ms");
    }
    str_add_char(out, '\n');
}

static void json_answer(struct str *out, const struct asker_answer *a,
                        bool is_late)
{
    json_kind(out, is_late ? "late" : "answer");
    jsonl_put(out, JSONL_KEY("seq"));
    jsonl_number(out, a->seq);
    jsonl_put(out, JSONL_KEY("time"));
    jsonl_seconds(out, a->is_shared ? -1 : (double)a->rtt / S);
    jsonl_put(out, JSONL_KEY("held"));
    jsonl_seconds(out, (double)a->held / S);
    jsonl_put(out, JSONL_KEY("status"));
    if (a->status)
        jsonl_number(out, (uint64_t)a->status);
    else
        jsonl_put(out, "null");
    if (a->nversions)
        json_versions(out, a->versions, a->nversions);
    json_end(out);
}

void ping_text_answer(const struct ping_text *t, struct str *out,
                      const struct asker_answer *a, bool is_late)
{
    if (t->is_json) {
        json_answer(out, a, is_late);
        return;
    }
    str_printf(out, "answer from %s: seq=%" PRIu64, t->from, a->seq);
    if (a->is_shared) {
        str_add_text(out, " (together with a later one)");
    } else {
        str_add_text(out, " time=");
        add_ms(out, (double)a->rtt);
        str_add_text(out, " ms");
    }
    if (a->status)
        str_printf(out, " status=%d", a->status);
    if (a->nversions) {
        str_add_text(out, " versions: ");
        add_versions(out, a->versions, a->nversions, "", ", ");
    }
    str_add_text(out, is_late ? " (late)\n" : "\n");
}

void ping_text_loss(const struct ping_text *t, struct str *out, uint64_t seq,
                    const char *why)
{
    if (!t->is_json) {
        str_printf(out, "no answer: seq=%" PRIu64 ": ", seq);
        escape_line(out, why);
        str_add_char(out, '\n');
        return;
    }
    json_kind(out, "loss");
    jsonl_put(out, JSONL_KEY("seq"));
    jsonl_number(out, seq);
    jsonl_put(out, JSONL_KEY("why"));
    jsonl_string(out, why);
    json_end(out);
}

void ping_text_down(const struct ping_text *t, struct str *out,
                    const struct qv_error *error)
{
    if (!t->is_json)
        return; /* standard error has it */
    json_kind(out, "down");
    jsonl_put(out, JSONL_KEY("code"));
    jsonl_number(out, (uint64_t)error->status);
    jsonl_put(out, JSONL_KEY("why"));
    jsonl_string(out, error->text);
    json_end(out);
}

/* ---- the end ---- */

static void json_time(struct str *out, const struct ping_stats *s, double ns)
{
    jsonl_seconds(out, s->timed ? ns / S : -1);
}

static void json_summary(struct str *out, const struct ping_text_summary *m)
{
    const struct ping_stats *s = m->stats;
    json_kind(out, "summary");
    jsonl_put(out, JSONL_KEY("sent"));
    jsonl_number(out, s->sent);
    jsonl_put(out, JSONL_KEY("answered"));
    jsonl_number(out, s->answered);
    jsonl_put(out, JSONL_KEY("lost"));
    jsonl_number(out, s->lost);
    jsonl_put(out, JSONL_KEY("late"));
    jsonl_number(out, s->late);
    jsonl_put(out, JSONL_KEY("loss"));
    str_printf(out, "%.6f", ping_stats_loss(s) / 100);
    jsonl_put(out, JSONL_KEY("time"));
    jsonl_seconds(out, m->seconds);
    jsonl_put(out, JSONL_KEY("min"));
    json_time(out, s, (double)s->min);
    jsonl_put(out, JSONL_KEY("avg"));
    json_time(out, s, ping_stats_mean(s));
    jsonl_put(out, JSONL_KEY("max"));
    json_time(out, s, (double)s->max);
    jsonl_put(out, JSONL_KEY("stddev"));
    json_time(out, s, ping_stats_deviation(s));
    jsonl_put(out, JSONL_KEY("jitter"));
    json_time(out, s, ping_stats_jitter(s));
    if (m->verdict != PING_VERDICT_NONE) {
        jsonl_put(out, JSONL_KEY("verdict"));
        jsonl_string(out, verdicts[m->verdict]);
        jsonl_put(out, JSONL_KEY("because"));
        jsonl_string(out, m->because);
        json_versions(out, m->versions, m->nversions);
    }
    json_end(out);
}

static void add_verdict(struct str *out, const struct ping_text_summary *m)
{
    switch (m->verdict) {
    case PING_VERDICT_NONE:
        return;
    case PING_VERDICT_QUIC:
        str_add_text(out, "QUIC is spoken here: ");
        add_versions(out, m->versions, m->nversions, "", ", ");
        str_add_char(out, '\n');
        return;
    case PING_VERDICT_QUIC_SILENT:
        str_add_text(out, "QUIC is spoken here, ");
        break;
    case PING_VERDICT_NO_QUIC:
        str_add_text(out, "no QUIC here: ");
        break;
    case PING_VERDICT_UDP_BLOCKED:
        str_add_text(out, "UDP is blocked, or dropped by the server: ");
        break;
    case PING_VERDICT_UNREACHABLE:
        str_add_text(out, "the server is not reached at all: ");
        break;
    }
    escape_line(out, m->because);
    str_add_char(out, '\n');
}

void ping_text_summary(const struct ping_text *t, struct str *out,
                       const struct ping_text_summary *m)
{
    const struct ping_stats *s = m->stats;
    if (t->is_json) {
        json_summary(out, m);
        return;
    }
    str_add_text(out, "\n--- ");
    escape_line(out, t->target);
    str_printf(out, " ---\n%" PRIu64 " sent, %" PRIu64 " answered, %.4g%% lost",
               s->sent, s->answered, ping_stats_loss(s));
    if (s->late)
        str_printf(out, ", %" PRIu64 " late", s->late);
    str_printf(out, ", in %.1f s\n", m->seconds);
    if (s->timed)
        str_printf(out,
                   "rtt min/avg/max/stddev = %.3f/%.3f/%.3f/%.3f ms, jitter "
                   "%.3f ms\n",
                   (double)s->min / MS, ping_stats_mean(s) / MS,
                   (double)s->max / MS, ping_stats_deviation(s) / MS,
                   ping_stats_jitter(s) / MS);
    add_verdict(out, m);
}
