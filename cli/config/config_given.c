#include "config/config_given.h"

#include <string.h>

#include "base/redact.h"
#include "config/config_self.h"
#include "core/base/header_line.h"

/*
 * What was given is put into one list, layer by layer; of two that say the same
 * thing the later counts.  For header fields and credentials the rules are
 * finer (config_effective.c), so there the operation itself is asked.
 */

/* ---- what counts ---- */

static void gather(struct occurrences *all, const struct occurrences *list,
                   enum occurrence_layer layer)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i].place.layer == layer)
            occurrences_add(all, &list->at[i]);
    }
}

static bool is_replaced(const struct occurrences *all, size_t at)
{
    for (size_t i = at + 1; i < all->len; i++) {
        if (occurrence_is_same(&all->at[i], &all->at[at]))
            return true;
    }
    return false;
}

static bool has_header(const struct operation *op, const char *line)
{
    for (size_t i = 0; i < op->how.headers.len; i++) {
        if (op->how.headers.at[i] == line)
            return true;
    }
    return false;
}

static bool is_same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool counts(const struct operation *op, const struct occurrence *g)
{
    const struct option *o = g->option;
    if (o->kind == OPTION_NOTHING || o->where == WHERE_TYPED ||
        o->kind == OPTION_NEXT)
        return false;
    if (strcmp(o->name, "url") == 0 || strcmp(o->name, "config") == 0)
        return false;
    if (strcmp(o->name, "header") == 0)
        return has_header(op, g->argument);
    if (strcmp(o->name, "user") == 0)
        return is_same_text(g->argument, op->how.engine.user);
    if (strcmp(o->name, "oauth2-bearer") == 0)
        return is_same_text(g->argument, op->how.engine.bearer);
    return true;
}

/* Takes out what does not count; the order stays. */
static void sift(struct config_given *g)
{
    size_t to = 0;
    for (size_t i = 0; i < g->all.len; i++) {
        if (counts(g->op, &g->all.at[i]) && !is_replaced(&g->all, i))
            g->all.at[to++] = g->all.at[i];
    }
    g->all.len = to;
}

bool config_given(struct config_given *g, struct config *c,
                  const struct operation *base, const char *url,
                  struct qv_error *error)
{
    *g = (struct config_given){0};
    struct qv_url *u = &g->url;
    if (!qv_url_parse(u, url, base->proto_default, error))
        return false;
    c->is_used = true; /* also without a file: the layers are wanted */
    g->section = config_section_of(c, u->scheme, u->host, u->port);
    g->op = config_operation(c, base, u->scheme, u->host, u->port);
    gather(&g->all, &c->global, OCCURRENCE_GLOBAL);
    if (g->section)
        gather(&g->all, &g->section->given, OCCURRENCE_SECTION);
    for (enum occurrence_layer l = OCCURRENCE_FILE; l <= OCCURRENCE_LINE; l++) {
        gather(&g->all, &c->cmdline, l);
        gather(&g->all, &base->given, l);
    }
    sift(g);
    return true;
}

void config_given_fini(struct config_given *g)
{
    qv_url_free(&g->url);
    occurrences_fini(&g->all);
}

/* ---- values ---- */

/* "name:word" and "file:word": the first part is no secret. */
static void add_front(struct str *out, const char *value)
{
    size_t front = strcspn(value, ":");
    str_add(out, span_of(value, front));
    if (value[front])
        str_add_text(out, ":" REDACT_SHOWN_AS);
}

static bool is_pair(const struct option *o)
{
    static const char *const names[] = {"user", "cert", "proxy-user",
                                        "proxy-cert"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(o->name, names[i]) == 0)
            return true;
    return false;
}

/* A URL, also one of a proxy without its scheme; an '@' alone is a file. */
static bool may_have_login(const struct option *o, const char *value)
{
    static const char *const names[] = {
        "proxy",   "preproxy", "proxy1.0",       "socks4",
        "socks4a", "socks5",   "socks5-hostname"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(o->name, names[i]) == 0)
            return true;
    return strstr(value, "://") != NULL;
}

void config_given_hide(struct str *out, const struct option *o,
                       const char *value)
{
    struct span name = header_line_name(value);
    bool is_header =
        strcmp(o->name, "header") == 0 || strcmp(o->name, "proxy-header") == 0;
    if (is_header && redact_is_field(value, name.len)) {
        str_add(out, name);
        str_add_text(out, ": " REDACT_SHOWN_AS);
    } else if (is_pair(o)) {
        add_front(out, value);
    } else if (strcmp(o->name, "cookie") == 0) {
        str_add(out, span_of(value, strcspn(value, "=")));
        str_add_text(out, "=" REDACT_SHOWN_AS);
    } else if (o->secret) {
        str_add_text(out, REDACT_SHOWN_AS);
    } else if (is_header) {
        str_add_text(out, value);
    } else if (may_have_login(o, value)) {
        redact_add_url(out, value);
    } else {
        str_add_text(out, value);
    }
}
