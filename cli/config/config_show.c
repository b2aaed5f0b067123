#include "config/config_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "config/config_given.h"
#include "config/config_self.h"
#include "config/options_config.h"
#include "request/proxy_environment.h"

enum {
    PLACE_COLUMN = 40
};

struct show {
    const struct config_given *given;
    bool show_secrets;
    struct str *out;
};

/* ---- values ---- */

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
            config_given_hide(&value, o, argument);
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
        const char *held = rows[i].is_path ? s->given->op->how.engine.ca_path
                                           : s->given->op->how.engine.ca_file;
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
    const struct qv_options *o = &s->given->op->how.engine;
    struct qv_proxy_environment e;
    if (!proxy_environment_read(&e))
        return;
    if (!o->proxy && !o->preproxy)
        add_variable(s, "proxy",
                     proxy_environment_of(&e, s->given->url.scheme));
    if (!o->noproxy)
        add_variable(s, "noproxy", &e.none_for);
}

static bool is_given(const struct show *s, const struct option *o)
{
    const struct occurrence one = {.option = o};
    const struct occurrences *all = &s->given->all;
    for (size_t i = 0; i < all->len; i++) {
        if (all->at[i].option == o || occurrence_is_same(&all->at[i], &one))
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

static void add_head(struct show *s, const struct config *c)
{
    str_add_text(s->out, "# ");
    redact_add_url(s->out, s->given->url.text);
    if (s->given->section) {
        str_add_text(s->out, ": ");
        (void)config_describe(c, s->given->op, s->out);
        str_add_char(s->out, '\n');
    } else if (c->path) {
        str_printf(s->out, ": no section of %s\n", c->path);
    } else {
        str_add_text(s->out, ": no configuration file\n");
    }
}

bool config_show(struct config *c, const struct operation *base,
                 const char *url, bool show_secrets, struct str *out,
                 struct qv_error *error)
{
    struct config_given given;
    struct show s = {.given = &given, .show_secrets = show_secrets, .out = out};
    if (!config_given(&given, c, base, url, error))
        return false;
    add_head(&s, c);
    for (size_t i = 0; i < given.all.len; i++)
        add_given(&s, &given.all.at[i]);
    add_environment(&s);
    add_proxies(&s);
    add_defaults(&s);
    config_given_fini(&given);
    return true;
}
