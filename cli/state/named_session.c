/*
 * Not every field is kept: those about a body, a condition or a connection are of
 * one request (HTTPie leaves Content-* and If-* out for that reason), and Host is
 * what the origin is.
 *
 * A field or a credential that is given anew takes the place of what was known; a
 * field that is taken away ("Name:") is forgotten.
 */
#include "state/named_session.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "base/json.h"
#include "base/redact.h"
#include "core/base/header_line.h"
#include "core/base/xalloc.h"

struct origin {
    char *name; /* "https://host:8443" */
    struct strings headers;
    const char *user;
    const char *bearer;
    const char *auth; /* "digest", "any"; NULL: as it is without */
    bool is_changed;  /* in this run */
    const struct operation *taught_by; /* the last one; NULL: the file */
};

struct table {
    struct origin *at;
    size_t len;
    size_t cap;
    struct strings_owned owned;
};

struct named_session {
    char *path;
    struct table known;
    bool is_usable;
    bool is_changed;
};

/* ---- origins ---- */

static struct origin *find(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->len; i++)
        if (strcmp(t->at[i].name, name) == 0)
            return &t->at[i];
    return NULL;
}

static struct origin *touch(struct table *t, const char *name)
{
    struct origin *o = find(t, name);
    if (o)
        return o;
    t->at = xalloc_room(t->at, t->len, &t->cap, sizeof *t->at);
    o = &t->at[t->len++];
    *o = (struct origin){.name = xalloc_string(name)};
    return o;
}

static void fini(struct table *t)
{
    for (size_t i = 0; i < t->len; i++) {
        free(t->at[i].name);
        strings_fini(&t->at[i].headers);
    }
    free(t->at);
    strings_disown(&t->owned);
    *t = (struct table){.len = 0};
}

/* Of a URL; false: it is none. */
static bool name_of(struct str *name, const char *url, const char *scheme)
{
    struct qv_error error;
    struct qv_url u;
    if (!qv_url_parse(&u, url, scheme, &error))
        return false;
    bool is_usual = u.port == (strcmp(u.scheme, "https") == 0 ? 443U : 80U);
    str_printf(name, strchr(u.host, ':') ? "%s://[%s]" : "%s://%s", u.scheme,
               u.host);
    if (!is_usual)
        str_printf(name, ":%u", u.port);
    qv_url_free(&u);
    return true;
}

/* ---- its text ---- */

static const char *text_of(struct table *t, yyjson_val *v)
{
    return yyjson_is_str(v)
               ? strings_own(&t->owned, xalloc_string(yyjson_get_str(v)))
               : NULL;
}

static void read_origin(struct table *t, yyjson_val *name, yyjson_val *v)
{
    struct origin *o = touch(t, yyjson_get_str(name));
    yyjson_val *line;
    size_t i;
    size_t n;
    o->user = text_of(t, yyjson_obj_get(v, "user"));
    o->bearer = text_of(t, yyjson_obj_get(v, "bearer"));
    o->auth = text_of(t, yyjson_obj_get(v, "auth"));
    yyjson_arr_foreach(yyjson_obj_get(v, "headers"), i, n, line)
    {
        const char *text = text_of(t, line);
        struct header_line parts;
        if (text && header_line_split(text, &parts)) {
            strings_add(&o->headers, text);
            redact_add_field(text); /* whoever keeps it hides it */
        }
    }
}

/* NULL, or what is wrong with it. */
static const char *parse(struct table *t, const struct str *text)
{
    if (text->len == 0)
        return NULL;
    yyjson_doc *doc = yyjson_read(text->base, text->len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *origins = yyjson_obj_get(root, "origins");
    bool is_session = yyjson_get_uint(yyjson_obj_get(root, "session")) == 1 &&
                      yyjson_is_obj(origins);
    yyjson_val *name;
    yyjson_val *v;
    size_t i;
    size_t n;
    if (is_session)
        yyjson_obj_foreach(origins, i, n, name, v) read_origin(t, name, v);
    yyjson_doc_free(doc);
    return is_session ? NULL : "no file of a session";
}

static void write_origin(struct str *out, const struct origin *o)
{
    json_open(out, o->name, '{');
    json_open(out, "headers", '[');
    for (size_t i = 0; i < o->headers.len; i++)
        json_string(out, NULL, o->headers.at[i]);
    json_close(out, ']');
    if (o->user)
        json_string(out, "user", o->user);
    if (o->auth)
        json_string(out, "auth", o->auth);
    if (o->bearer)
        json_string(out, "bearer", o->bearer);
    json_close(out, '}');
}

static void write_all(struct str *out, const struct table *t)
{
    json_open(out, NULL, '{');
    json_number(out, "session", 1);
    json_open(out, "origins", '{');
    for (size_t i = 0; i < t->len; i++)
        write_origin(out, &t->at[i]);
    json_close(out, '}');
    json_close(out, '}');
    str_add_char(out, '\n');
}

/* ---- life ---- */

struct named_session *named_session_new(const char *path,
                                        const struct state_teller *t)
{
    struct named_session *s = XALLOC_NEW(struct named_session);
    struct str text;
    str_init(&text);
    s->path = xalloc_string(path);
    s->is_usable = state_text_read(&text, path, false, t);
    const char *why = s->is_usable ? parse(&s->known, &text) : NULL;
    if (why)
        state_text_put_aside(path, why, t);
    state_text_wipe(&text);
    return s;
}

void named_session_free(struct named_session *s)
{
    if (s == NULL)
        return;
    fini(&s->known);
    free(s->path);
    free(s);
}

/* ---- what a request is told ---- */

static bool says(const struct qv_request *r, struct span name)
{
    for (size_t i = 0; i < r->nheaders; i++)
        if (header_line_is_named(r->headers[i], name))
            return true;
    return false;
}

static bool has_login(const struct qv_request *r)
{
    return r->options->user || r->options->bearer ||
           says(r, SPAN_LIT("Authorization"));
}

static void add_login(struct qv_request *r, struct qv_options *to,
                      const struct origin *o)
{
    if (o->bearer == NULL && o->user == NULL)
        return;
    to->bearer = o->bearer;
    to->user = o->user;
    r->is_origin_user = true;
    if (o->bearer)
        to->auth |= QV_AUTH_BEARER;
    else if (o->auth && to->auth == 0)
        to->auth =
            strcmp(o->auth, "digest") == 0 ? QV_AUTH_DIGEST : QV_AUTH_ANY;
}

static void tell(struct qv_request *r, struct qv_options *options,
                 const struct origin *o, struct strings *lines)
{
    bool has_own_login = has_login(r);
    for (size_t i = 0; i < o->headers.len; i++) {
        const char *line = o->headers.at[i];
        bool is_login = header_line_is_named(line, SPAN_LIT("Authorization"));
        if (!says(r, header_line_name(line)) && !(is_login && has_own_login))
            strings_add(lines, line);
    }
    if (!has_own_login)
        add_login(r, options, o);
}

void named_session_apply(const struct named_session *s, struct qv_request *r,
                         struct qv_options *options,
                         const struct operation *effective,
                         struct strings *lines)
{
    const struct origin *o = NULL;
    struct str name;
    str_init(&name);
    if (name_of(&name, r->url, effective->proto_default))
        o = find(&s->known, str_text(&name));
    if (o)
        tell(r, options, o, lines);
    str_fini(&name);
}

/* ---- what is kept ---- */

static bool is_kept(struct span name)
{
    static const char *const prefixes[] = {"content-", "if-", "sec-websocket-",
                                           "proxy-"};
    static const char *const names[] = {
        "connection",        "cookie", "expect", "host",
        "keep-alive",        "range",  "te",     "trailer",
        "transfer-encoding", "upgrade"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (span_starts_nocase(name, span_str(prefixes[i])))
            return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_equal_nocase(name, span_str(names[i])))
            return false;
    return true;
}

static void drop_header(struct origin *o, struct span name)
{
    size_t to = 0;
    for (size_t i = 0; i < o->headers.len; i++)
        if (!header_line_is_named(o->headers.at[i], name))
            o->headers.at[to++] = o->headers.at[i];
    o->headers.len = to;
    if (o->headers.at)
        o->headers.at[to] = NULL;
}

static const char *keep(struct named_session *s, const char *text)
{
    return strings_own(&s->known.owned, xalloc_string(text));
}

static void learn_login(struct named_session *s, struct origin *o,
                        const char *user, const char *bearer)
{
    drop_header(o, SPAN_LIT("Authorization"));
    o->user = user ? keep(s, user) : NULL;
    o->bearer = bearer ? keep(s, bearer) : NULL;
    o->auth = NULL;
}

/* Those of a name that this command line has given already stay beside it. */
static void learn_header(struct named_session *s, struct origin *o,
                         const char *line, const struct occurrences *given,
                         size_t before)
{
    struct header_line parts;
    if (line[0] == '@' || !header_line_split(line, &parts) ||
        !is_kept(parts.name))
        return;
    bool is_second = false;
    for (size_t i = 0; i < before && !is_second; i++)
        is_second = given->at[i].place.layer >= OCCURRENCE_FILE &&
                    strcmp(given->at[i].option->name, "header") == 0 &&
                    given->at[i].argument &&
                    header_line_is_named(given->at[i].argument, parts.name);
    if (!is_second)
        drop_header(o, parts.name);
    if (span_equal_nocase(parts.name, SPAN_LIT("authorization")))
        o->user = o->bearer = o->auth = NULL;
    if (!parts.is_removal)
        strings_add(&o->headers, keep(s, line));
}

/* What a command line says of a kind that is kept: its place in the list of what
 * was given, from `at` on; the end: nothing more. */
static size_t next_kept(const struct occurrences *given, size_t at)
{
    for (; at < given->len; at++) {
        const struct occurrence *g = &given->at[at];
        const char *name = g->option->name;
        if (g->place.layer >= OCCURRENCE_FILE && g->argument &&
            (strcmp(name, "header") == 0 || strcmp(name, "user") == 0 ||
             strcmp(name, "oauth2-bearer") == 0))
            break;
    }
    return at;
}

static void learn_all(struct named_session *s, struct origin *o,
                      const struct operation *op)
{
    const struct occurrences *given = &op->given;
    for (size_t i = next_kept(given, 0); i < given->len;
         i = next_kept(given, i + 1)) {
        const char *name = given->at[i].option->name;
        const char *argument = given->at[i].argument;
        if (strcmp(name, "header") == 0)
            learn_header(s, o, argument, given, i);
        else if (strcmp(name, "user") == 0)
            learn_login(s, o, argument, NULL);
        else
            learn_login(s, o, NULL, argument);
    }
    if (o->user && (op->how.engine.auth & QV_AUTH_DIGEST))
        o->auth = op->how.engine.auth == QV_AUTH_DIGEST ? "digest" : "any";
}

/* Once for an operation and an origin: a batch comes by with each entry. */
void named_session_learn(struct named_session *s, const struct operation *op,
                         const char *url)
{
    struct str name;
    if (next_kept(&op->given, 0) == op->given.len)
        return;
    str_init(&name);
    if (name_of(&name, url, op->proto_default)) {
        struct origin *o = touch(&s->known, str_text(&name));
        if (o->taught_by != op) {
            learn_all(s, o, op);
            o->taught_by = op;
            o->is_changed = s->is_changed = true;
        }
    }
    str_fini(&name);
}

/* ---- writing ---- */

/* What others have written since, for origins that this run has said nothing
 * about. */
static void merge(const struct named_session *s, struct table *out)
{
    struct str text;
    str_init(&text);
    if (state_text_read_again(&text, s->path))
        (void)parse(out, &text);
    state_text_wipe(&text);
    for (size_t i = 0; i < s->known.len; i++) {
        const struct origin *from = &s->known.at[i];
        if (!from->is_changed)
            continue;
        struct origin *to = touch(out, from->name);
        to->headers.len = 0;
        for (size_t k = 0; k < from->headers.len; k++)
            strings_add(&to->headers, from->headers.at[k]);
        to->user = from->user;
        to->bearer = from->bearer;
        to->auth = from->auth;
    }
}

bool named_session_save(struct named_session *s, const struct state_teller *t)
{
    struct table all = {.len = 0};
    struct str text;
    if (!s->is_usable || !s->is_changed)
        return true;
    str_init(&text);
    int lock = state_text_lock(s->path);
    merge(s, &all);
    write_all(&text, &all);
    int error = state_text_replace(s->path, &text);
    state_text_unlock(lock);
    if (error)
        state_text_warn(t,
                        "%s is not written (%s): the session stays what it was",
                        s->path, strerror(error));
    fini(&all);
    state_text_wipe(&text);
    return error == 0;
}
