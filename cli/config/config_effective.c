#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "args/parser.h"
#include "config/config_self.h"
#include "core/base/header_line.h"
#include "core/base/xalloc.h"

/*
 * The options of a request, made for one section: what was given is given
 * again, layer by layer, to empty ones.
 *
 * Header fields add up over the layers.  Two things would be wrong in a request
 * if they did: a field that a request has only once, and credentials in two
 * forms.  Of those the nearest layer's count, so that -H, -u and
 * --oauth2-bearer on the command line work whatever a file says.  "Name:"
 * likewise takes away what further layers say of the field.
 *
 * What comes from a section is told apart, because it is meant for its origin
 * alone: its fields go to the front, and flags say so of the rest.
 */

struct tagged {
    const char *line;
    enum occurrence_layer layer;
};

struct builder {
    struct request_options *made;
    struct tagged *headers;
    size_t n;
    size_t cap;
    struct parser parser;
};

/* ---- header fields ---- */

/* Nothing behind the colon. */
static bool is_removal(const char *text)
{
    struct header_line line;
    return header_line_split(text, &line) && line.is_removal;
}

static bool is_single(const char *line)
{
    /* Of the fields of requests in RFC 9110, those that are no lists. */
    static const char *const names[] = {
        "Authorization",  "Proxy-Authorization",
        "Content-Length", "Content-Type",
        "Cookie",         "From",
        "Host",           "If-Modified-Since",
        "If-Range",       "Max-Forwards",
        "Range",          "Referer",
        "User-Agent",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (header_line_is_named(line, span_str(names[i])))
            return true;
    }
    return false;
}

static void drop_headers(struct builder *b, size_t n, struct span name)
{
    size_t to = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (i >= n || !header_line_is_named(b->headers[i].line, name))
            b->headers[to++] = b->headers[i];
    }
    b->n = to;
}

/* Takes over the fields that a layer has given. */
static void take_headers(struct builder *b, enum occurrence_layer layer)
{
    struct strings *given = &b->made->headers;
    for (size_t i = 0; i < given->len; i++) {
        const char *line = given->at[i];
        if (is_single(line) || is_removal(line)) {
            size_t before = 0;
            while (before < b->n && b->headers[before].layer != layer)
                before++;
            drop_headers(b, before, header_line_name(line));
        }
        b->headers = xalloc_room(b->headers, b->n, &b->cap, sizeof *b->headers);
        b->headers[b->n++] = (struct tagged){line, layer};
    }
    given->len = 0;
}

static void put_headers(struct builder *b, bool of_section)
{
    for (size_t i = 0; i < b->n; i++) {
        if ((b->headers[i].layer == OCCURRENCE_SECTION) == of_section)
            strings_add(&b->made->headers, b->headers[i].line);
    }
}

/* ---- layers ---- */

/* What a layer may have changed. */
struct before {
    const char *user;
    const char *bearer;
    size_t cookies;
    const char *proxy;
};

/* For -v and records; NULL: the command line. */
static const char *proxy_why(enum occurrence_layer layer)
{
    switch (layer) {
    case OCCURRENCE_GLOBAL:
        return "the configuration";
    case OCCURRENCE_SECTION:
        return "a section of the configuration";
    case OCCURRENCE_FILE:
    case OCCURRENCE_LINE:
        break;
    }
    return NULL;
}

static void settle_credentials(struct builder *b, enum occurrence_layer layer,
                               const struct before *before)
{
    struct request_options *o = b->made;
    bool has_user = o->engine.user != before->user;
    bool has_bearer = o->engine.bearer != before->bearer;
    if (o->engine.proxy != before->proxy)
        o->engine.proxy_why = proxy_why(layer);
    if (has_user || has_bearer)
        drop_headers(b, b->n, SPAN_LIT("Authorization"));
    if (has_user && !has_bearer) {
        o->engine.bearer = NULL;
        o->engine.auth &= ~(unsigned)QV_AUTH_BEARER;
    }
    if (has_bearer && !has_user)
        o->engine.user = NULL;
    if (has_user || has_bearer)
        o->is_origin_user = layer == OCCURRENCE_SECTION;
    if (o->cookies.len != before->cookies && layer == OCCURRENCE_SECTION)
        o->are_origin_cookies = true;
}

static void add_layer(struct builder *b, const struct occurrences *list,
                      enum occurrence_layer layer)
{
    struct before before = {
        .user = b->made->engine.user,
        .bearer = b->made->engine.bearer,
        .cookies = b->made->cookies.len,
        .proxy = b->made->engine.proxy,
    };
    for (size_t i = 0; i < list->len; i++) {
        const struct occurrence *g = &list->at[i];
        if (g->place.layer == layer && g->option->scope == SCOPE_REQUEST)
            (void)parser_again(&b->parser, g);
    }
    settle_credentials(b, layer, &before);
    take_headers(b, layer);
}

static void build(struct config *c, struct config_effective *e,
                  const struct operation *base)
{
    static const struct occurrences none;
    struct request_options *made = &e->op.how;
    struct builder b = {
        .made = made,
        .parser = {.scope = {[SCOPE_REQUEST] = made}, .owned = &c->owned},
    };
    e->op = *base; /* but for how requests are made */
    e->op.base = base;
    request_options_init(made);
    add_layer(&b, &c->global, OCCURRENCE_GLOBAL);
    add_layer(&b, e->section ? &e->section->given : &none, OCCURRENCE_SECTION);
    add_layer(&b, &base->given, OCCURRENCE_FILE);
    add_layer(&b, &base->given, OCCURRENCE_LINE);
    put_headers(&b, true);
    made->norigin_headers = made->headers.len;
    put_headers(&b, false);
    free(b.headers);
    request_options_finish(made, &c->owned);
}

/* ---- origins ---- */

/*
 * One look at each section, when the origin is another one than last time
 * (c->last).  Somebody has written the sections by hand: a hundred are many, and
 * cost a microsecond, since nearly all of them differ in the length of the host.
 * An index by host would have to be asked once for each label and port.
 */
static const struct config_section *find_section(const struct config *c,
                                                 const char *scheme,
                                                 const char *host,
                                                 unsigned port)
{
    for (size_t i = 0; i < c->nsections; i++) {
        if (config_origin_matches(&c->sections[i].origin, scheme, host, port))
            return &c->sections[i];
    }
    return NULL;
}

const struct config_section *config_section_of(struct config *c,
                                               const char *scheme,
                                               const char *host, unsigned port)
{
    if (c->last.port == port && strcmp(c->last.host, host) == 0 &&
        strcmp(c->last.scheme, scheme) == 0)
        return c->last.section;
    c->last.section = find_section(c, scheme, host, port);
    c->last.port = 0;
    if (strlen(host) < sizeof c->last.host &&
        strlen(scheme) < sizeof c->last.scheme) {
        c->last.port = port;
        memcpy(c->last.host, host, strlen(host) + 1);
        memcpy(c->last.scheme, scheme, strlen(scheme) + 1);
    }
    return c->last.section;
}

static struct config_made *made_from(struct config *c,
                                     const struct operation *base)
{
    struct config_made *m = map_find(&c->made, MAP_POINTER(base));
    if (m == NULL) {
        size_t len = c->nsections + 1;
        m = xalloc_zeroed(1,
                          sizeof *m + len * sizeof(struct config_effective *));
        m->base = base;
        m->len = len;
        (void)map_put(&c->made, MAP_POINTER(m->base), m);
    }
    return m;
}

static const struct operation *get(struct config *c, const struct operation *op,
                                   const struct config_section *section)
{
    const struct operation *base = op->base ? op->base : op;
    struct config_made *m = made_from(c, base);
    size_t at = section ? (size_t)(section - c->sections) + 1 : 0;
    if (m->at[at] == NULL) {
        m->at[at] = xalloc_zeroed(1, sizeof(struct config_effective));
        m->at[at]->section = section;
        build(c, m->at[at], base);
    }
    return &m->at[at]->op;
}

void config_made_free(struct config_made *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->len; i++) {
        if (m->at[i])
            request_options_fini(&m->at[i]->op.how);
        free(m->at[i]);
    }
    free(m);
}

void config_forget(struct config *c, const struct operation *base)
{
    if (c)
        config_made_free(map_remove(&c->made, MAP_POINTER(base)));
}

const struct operation *config_operation(struct config *c,
                                         const struct operation *base,
                                         const char *scheme, const char *host,
                                         unsigned port)
{
    if (!c || !c->is_used)
        return base;
    return get(c, base, config_section_of(c, scheme, host, port));
}

const struct operation *
config_for_url(struct config *c, const struct operation *base, const char *url)
{
    struct qv_url u;
    struct qv_error error;
    if (!c || !c->is_used)
        return base;
    if (!c->nsections || !qv_url_parse(&u, url, base->proto_default, &error))
        return get(c, base, NULL);
    const struct operation *op =
        config_operation(c, base, u.scheme, u.host, u.port);
    qv_url_free(&u);
    return op;
}

bool config_describe(const struct config *c, const struct operation *op,
                     struct str *out)
{
    if (!c->is_used || !op->base)
        return false;
    const struct config_section *s =
        QV_OWNER(op, const struct config_effective, op)->section;
    if (!s)
        return false;
    str_printf(out, "[%s] of %s:%u", s->name, s->place.file, s->place.line);
    return true;
}
