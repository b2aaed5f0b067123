#include "probe/probe_finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void probe_finding_init(struct probe_findings *f)
{
    static const struct probe_finding none = {
        .http_version = "",
        .ip = "",
        .from = "",
        .alternative = "",
        .tls_version = "",
        .tls_cipher = "",
        .tls_group = "",
        .alpn = "",
        .tls_verify = "",
        .quic_version = "",
        .early_data = "",
        .alt_svc = "",
        .hsts = "",
        .server = "",
        .certificate = "",
    };
    *f = (struct probe_findings){.url = "", .place = ""};
    arena_init(&f->arena);
    for (unsigned i = 0; i < PROBE_LOOK_COUNT; i++)
        f->looks[i] = none;
}

void probe_finding_fini(struct probe_findings *f)
{
    arena_fini(&f->arena);
}

static const char *keep(struct probe_findings *f, const char *text)
{
    return text && *text ? arena_string(&f->arena, text) : "";
}

void probe_finding_set_url(struct probe_findings *f, const char *url,
                           const char *proto)
{
    struct qv_url u;
    struct qv_error error;
    f->url = url;
    if (!qv_url_parse(&u, url, proto, &error))
        return;
    size_t cap = strlen(u.host) + sizeof "[]:65535";
    char *place = arena_alloc(&f->arena, cap);
    (void)snprintf(place, cap, strchr(u.host, ':') ? "[%s]:%u" : "%s:%u",
                   u.host, u.port);
    f->place = place;
    f->port = u.port;
    qv_url_free(&u);
}

/* Of several of a name, a list (RFC 9110 5.3). */
static const char *field_of(struct probe_findings *f, const struct qv_result *r,
                            const char *name)
{
    const char *found = "";
    for (size_t i = 0; i < r->nfields; i++) {
        if (strcasecmp(r->fields[i].name, name) != 0)
            continue;
        if (*found) {
            size_t cap = strlen(found) + strlen(r->fields[i].value) + 3;
            char *both = arena_alloc(&f->arena, cap);
            (void)snprintf(both, cap, "%s, %s", found, r->fields[i].value);
            found = both;
        } else {
            found = keep(f, r->fields[i].value);
        }
    }
    return found;
}

static void take_attempts(struct probe_findings *f, struct probe_finding *l,
                          const struct qv_result *r)
{
    struct qv_attempt *own =
        arena_zeroed(&f->arena, (r->nattempts + 1) * sizeof *own);
    for (size_t i = 0; i < r->nattempts; i++) {
        own[i] = r->attempts[i];
        own[i].proto = keep(f, own[i].proto);
        own[i].from = keep(f, own[i].from);
        own[i].addr = keep(f, own[i].addr);
        own[i].result = keep(f, own[i].result);
        own[i].why = keep(f, own[i].why);
        own[i].error = keep(f, own[i].error);
    }
    l->attempts = own;
    l->nattempts = r->nattempts;
}

static void take_lookups(struct probe_findings *f, struct probe_finding *l,
                         const struct qv_explain *e)
{
    struct qv_lookup *own =
        arena_zeroed(&f->arena, (e->nlookups + 1) * sizeof *own);
    for (size_t i = 0; i < e->nlookups; i++) {
        const struct qv_lookup *from = &e->lookups[i];
        const char **records =
            arena_zeroed(&f->arena, (from->nrecords + 1) * sizeof *records);
        own[i] = *from;
        own[i].name = keep(f, from->name);
        own[i].type = keep(f, from->type);
        own[i].by = keep(f, from->by);
        own[i].result = keep(f, from->result);
        own[i].why = keep(f, from->why);
        for (size_t k = 0; k < from->nrecords; k++)
            records[k] = keep(f, from->records[k]);
        own[i].records = records;
    }
    l->lookups = own;
    l->nlookups = e->nlookups;
}

static void take_allowed(struct probe_findings *f, struct probe_finding *l,
                         const struct qv_allowed *from)
{
    struct qv_setting *own =
        arena_zeroed(&f->arena, (from->nsettings + 1) * sizeof *own);
    l->has_allowed = true;
    l->allowed = *from;
    for (size_t i = 0; i < from->nsettings; i++) {
        own[i] = from->settings[i];
        own[i].name = keep(f, own[i].name);
    }
    l->allowed.settings = own;
}

static const char *text_of(struct probe_findings *f,
                           const struct qv_certificate *c)
{
    char *text = qv_certificate_text(c);
    const char *own = keep(f, text);
    free(text);
    return own;
}

/* The second request of a look has the connection of the first. */
static double connected_at(const struct qv_result *r,
                           const struct probe_finding *before)
{
    if (before->was_made && r->num_connects == 0)
        return before->time_connect;
    if (r->time_appconnect > 0)
        return r->time_appconnect;
    return r->time_connect;
}

static const char *from_of(struct probe_findings *f, const struct qv_result *r,
                           const struct probe_finding *before)
{
    for (size_t i = 0; i < r->nattempts; i++)
        if (strcmp(r->attempts[i].result, "won") == 0)
            return keep(f, r->attempts[i].from);
    return before->from;
}

void probe_finding_take(struct probe_findings *f, enum probe_look look,
                        const struct qv_result *r)
{
    struct probe_finding *l = &f->looks[look];
    double sent =
        r->time_posttransfer >= 0 ? r->time_posttransfer : r->time_pretransfer;
    *l = (struct probe_finding){
        .was_made = true,
        .error = r->error,
        .status = r->response_code,
        .http_version = keep(f, r->http_version),
        .ip = keep(f, r->remote_ip),
        .port = r->remote_port,
        .from = from_of(f, r, l),
        .alternative = keep(f, r->alternative),
        .time_connect = connected_at(r, l),
        .time_answer = r->time_starttransfer >= 0 && sent >= 0
                           ? r->time_starttransfer - sent
                           : -1,
        .tls_version = keep(f, r->tls_version),
        .tls_cipher = keep(f, r->tls_cipher),
        .tls_group = keep(f, r->tls_group),
        .alpn = keep(f, r->alpn),
        .tls_verify = keep(f, r->tls_verify),
        .quic_version = keep(f, r->quic_version),
        .is_resumed = r->tls_resumed,
        .early_data = keep(f, r->early_data),
        .alt_svc = field_of(f, r, "alt-svc"),
        .hsts = field_of(f, r, "strict-transport-security"),
        .server = field_of(f, r, "server"),
        .ncerts = r->ncerts,
        .certificate = r->certs && r->ncerts ? text_of(f, &r->certs[0]) : "",
    };
    take_attempts(f, l, r);
    if (r->explain == NULL)
        return;
    take_lookups(f, l, r->explain);
    take_allowed(f, l, &r->explain->allowed);
}

bool probe_finding_is_elsewhere(const struct probe_findings *f,
                                const struct probe_finding *l)
{
    if (*l->alternative)
        return strcasecmp(l->alternative, f->place) != 0;
    return strcmp(l->from, "https-rr") == 0 && l->port != f->port;
}

bool probe_finding_certificate(const struct probe_finding *l, const char *name,
                               char *to, size_t cap)
{
    size_t len = strlen(name);
    const char *line = l->certificate;
    while (line && *line) {
        if (strncmp(line, name, len) == 0) {
            const char *value = line + len;
            (void)snprintf(to, cap, "%.*s", (int)strcspn(value, "\n"), value);
            return true;
        }
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return false;
}
