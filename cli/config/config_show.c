#include "config/config_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "config/config_self.h"
#include "config/options_config.h"
#include "core/base/header_line.h"
#include "request/proxy_environment.h"

/*
 * What was given is put into one list, layer by layer; of two that say the same
 * thing the later counts.  For header fields and credentials the rules are
 * finer (config_effective.c), so there the operation itself is asked.
 */

enum {
    PLACE_COLUMN = 40
};

struct show {
    const struct operation *op; /* what holds */
    const char *scheme;         /* of the URL */
    struct occurrences all;
    bool show_secrets;
    struct str *out;
};

/* ---- what counts ---- */

static void gather(struct show *s, const struct occurrences *list,
                   enum occurrence_layer layer)
{
    for (size_t i = 0; i < list->len; i++) {
        if (list->at[i].place.layer == layer)
            occurrences_add(&s->all, &list->at[i]);
    }
}

static bool is_replaced(const struct show *s, size_t at)
{
    for (size_t i = at + 1; i < s->all.len; i++) {
        if (occurrence_is_same(&s->all.at[i], &s->all.at[at]))
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

static bool counts(const struct show *s, const struct occurrence *g)
{
    const struct option *o = g->option;
    if (o->kind == OPTION_NOTHING || o->where == WHERE_TYPED ||
        o->kind == OPTION_NEXT)
        return false;
    if (strcmp(o->name, "url") == 0 || strcmp(o->name, "config") == 0)
        return false;
    if (strcmp(o->name, "header") == 0)
        return has_header(s->op, g->argument);
    if (strcmp(o->name, "user") == 0)
        return is_same_text(g->argument, s->op->how.engine.user);
    if (strcmp(o->name, "oauth2-bearer") == 0)
        return is_same_text(g->argument, s->op->how.engine.bearer);
    return true;
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

static void add_hidden(struct str *out, const struct option *o,
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
    } else {
        redact_add_url(out, value);
    }
}

static bool is_plain(const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./,@%+~";
    return *value && !value[strspn(value, plain)];
}

static void add_quoted(struct str *out, const char *value)
{
    if (is_plain(value)) {
        str_add_text(out, value);
        return;
    }
    str_add_char(out, '"');
    for (; *value; value++) {
        const char *special = strchr("\\\"\t\n\r\v", *value);
        if (special) {
            str_add_char(out, '\\');
            str_add_char(out, "\\\"tnrv"[special - "\\\"\t\n\r\v"]);
        } else {
            str_add_char(out, *value);
        }
    }
    str_add_char(out, '"');
}

/* ---- lines ---- */

static void add_line(struct str *out, const struct str *line, const char *place)
{
    str_add(out, span_of(line->base, line->len));
    str_add_spaces(out,
                   line->len < PLACE_COLUMN ? PLACE_COLUMN - line->len : 1);
    str_printf(out, " # %s\n", place);
}

static void add_setting(struct show *s, const struct option *o,
                        const char *argument, bool is_negated,
                        const char *place)
{
    struct str line = {0};
    struct str value = {0};
    str_printf(&line, "%s%s", is_negated ? "no-" : "", o->name);
    if (argument) {
        if (s->show_secrets)
            str_add_text(&value, argument);
        else
            add_hidden(&value, o, argument);
        str_add_text(&line, " = ");
        add_quoted(&line, value.base ? value.base : "");
    }
    add_line(s->out, &line, place);
    str_fini(&line);
    str_fini(&value);
}

static void add_given(struct show *s, const struct occurrence *g)
{
    struct str place = {0};
    if (g->place.file)
        str_printf(&place, "%s:%u", g->place.file, g->place.line);
    else
        str_add_text(&place, "command line");
    add_setting(s, g->option, g->argument, g->is_negated, place.base);
    str_fini(&place);
}

/* What the environment says of trust, when no option does. */
static void add_environment(struct show *s)
{
    static const struct {
        const char *variable;
        const char *option;
        bool is_path;
    } rows[] = {
        {"CURL_CA_BUNDLE", "cacert", false},
        {"SSL_CERT_FILE", "cacert", false},
        {"SSL_CERT_DIR", "capath", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *held = rows[i].is_path ? s->op->how.engine.ca_path
                                           : s->op->how.engine.ca_file;
        const struct option *o =
            option_find(options_fetch, rows[i].option, strlen(rows[i].option));
        if (held && held == getenv(rows[i].variable))
            add_setting(s, o, held, false, rows[i].variable);
    }
}

static void add_variable(struct show *s, const char *option,
                         const struct qv_variable *v)
{
    if (v->value)
        add_setting(s, option_find(options_fetch, option, strlen(option)),
                    v->value, false, v->name);
}

/* The same of proxies. */
static void add_proxies(struct show *s)
{
    const struct qv_options *o = &s->op->how.engine;
    struct qv_proxy_environment e;
    if (!proxy_environment_read(&e))
        return;
    if (!o->proxy && !o->preproxy)
        add_variable(s, "proxy", proxy_environment_of(&e, s->scheme));
    if (!o->noproxy)
        add_variable(s, "noproxy", &e.none_for);
}

static bool is_given(const struct show *s, const struct option *o)
{
    const struct occurrence one = {.option = o};
    for (size_t i = 0; i < s->all.len; i++) {
        if (s->all.at[i].option == o || occurrence_is_same(&s->all.at[i], &one))
            return true;
    }
    return false;
}

/* Some are words for people: a comment. */
static void add_usual(struct show *s, const struct option *o)
{
    struct str line = {0};
    if (!strchr(o->usual, ' ')) {
        add_setting(s, o, o->argument ? o->usual : NULL, false, "default");
        return;
    }
    str_printf(&line, "# %s = %s", o->name, o->usual);
    add_line(s->out, &line, "default");
    str_fini(&line);
}

static void add_defaults(struct show *s)
{
    size_t n;
    const struct option **all = option_sorted(options_fetch, &n);
    for (size_t i = 0; i < n; i++) {
        if (all[i]->usual && !is_given(s, all[i]))
            add_usual(s, all[i]);
    }
    free(all);
}

static void add_head(struct show *s, const struct config *c,
                     const struct qv_url *u,
                     const struct config_section *section)
{
    str_add_text(s->out, "# ");
    redact_add_url(s->out, u->text);
    if (section) {
        str_add_text(s->out, ": ");
        (void)config_describe(c, s->op, s->out);
        str_add_char(s->out, '\n');
    } else if (c->path) {
        str_printf(s->out, ": no section of %s\n", c->path);
    } else {
        str_add_text(s->out, ": no configuration file\n");
    }
}

static void add_all(struct show *s)
{
    for (size_t i = 0; i < s->all.len; i++) {
        if (counts(s, &s->all.at[i]) && !is_replaced(s, i))
            add_given(s, &s->all.at[i]);
    }
    add_environment(s);
    add_proxies(s);
    add_defaults(s);
}

bool config_show(struct config *c, const struct operation *base,
                 const char *url, bool show_secrets, struct str *out,
                 struct qv_error *error)
{
    struct show s = {.show_secrets = show_secrets, .out = out};
    struct qv_url u;
    if (!qv_url_parse(&u, url, base->proto_default, error))
        return false;
    s.scheme = u.scheme;
    c->is_used = true; /* also without a file: the layers are wanted */
    const struct config_section *section =
        config_section_of(c, u.scheme, u.host, u.port);
    s.op = config_operation(c, base, u.scheme, u.host, u.port);
    gather(&s, &c->global, OCCURRENCE_GLOBAL);
    if (section)
        gather(&s, &section->given, OCCURRENCE_SECTION);
    for (enum occurrence_layer l = OCCURRENCE_FILE; l <= OCCURRENCE_LINE; l++) {
        gather(&s, &c->cmdline, l);
        gather(&s, &base->given, l);
    }
    add_head(&s, c, &u, section);
    add_all(&s);
    qv_url_free(&u);
    occurrences_fini(&s.all);
    return true;
}
