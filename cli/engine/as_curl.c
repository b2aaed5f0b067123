#include "engine/as_curl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/redact.h"
#include "base/whole_file.h"
#include "config/config_given.h"
#include "core/quiver.h"
#include "request/cmdline.h"
#include "request/glob.h"
#include "terminal/complain.h"

/*
 * It is made from the options as they were given rather than from what they
 * came to: so it is what a person would have typed, and a file of -d stays a
 * file.  What a target has of its own (its place, its upload) comes from the
 * target, since it is found by counting.
 */

/* curl has no option of this name, or another meaning for it. */
static const char *const ours[] = {
    "as-curl",
    "binary",
    "checkout-timeout",
    "checksum",
    "color",
    "dry-run",
    "expect",
    "explain",
    "http-max",
    "http-min",
    "items",
    "jobs",
    "jobs-host",
    "key-log",
    "metrics",
    "no-https-rr",
    "no-state",
    "origin-rate",
    "parallel-output",
    "pool-idle",
    "pool-max-age",
    "pool-max-requests",
    "pool-size",
    "pretty",
    "print",
    "priority",
    "progress",
    "qlog-dir",
    "record-request",
    "waterfall",
    "hints",
    "rpk",
    "session",
    "session-read-only",
    "show-secrets",
    "sse",
    "sse-count",
    "no-sse-reconnect",
    "state",
    "stats",
    "stats-out",
    "streams-max",
    "trace-events",
    "trailer",
    "no-quic-grease",
    "quic-migration",
    /* records */
    "json-out",
    "body",
    "body-max",
};

/* What a target says instead. */
static const char *const of_targets[] = {
    "url",      "output",      "remote-name", "remote-name-all",
    "out-null", "upload-file",
};

static bool is_in(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

bool as_curl_is_ours(const char *option)
{
    static const char *const families[] = {"quic-", "no-quic-", "h2-", "h3-"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strncmp(option, families[i], strlen(families[i])) == 0)
            return true;
    }
    return is_in(ours, sizeof ours / sizeof ours[0], option);
}

/* ---- words ---- */

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

static void quote_controls(struct str *out, const char *word)
{
    str_add_text(out, "$'");
    for (; *word; word++) {
        if (*word == '\n')
            str_add_text(out, "\\n");
        else if (is_control(*word))
            str_printf(out, "\\%03o", (unsigned char)*word);
        else if (*word == '\\' || *word == '\'')
            str_printf(out, "\\%c", *word);
        else
            str_add_char(out, *word);
    }
    str_add_char(out, '\'');
}

void as_curl_quote(struct str *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./,@%+:=";
    size_t len = strspn(word, plain);
    if (*word && !word[len]) {
        str_add_text(out, word);
        return;
    }
    for (const char *c = word + len; *c; c++) {
        if (is_control(*c)) {
            quote_controls(out, word);
            return;
        }
    }
    str_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            str_add_text(out, "'\\''");
        else
            str_add_char(out, *word);
    }
    str_add_char(out, '\'');
}

void as_curl_word(struct str *out, const char *word)
{
    str_add_char(out, ' ');
    as_curl_quote(out, word);
}

void as_curl_pair(struct str *out, const char *option, const char *argument)
{
    as_curl_word(out, option);
    as_curl_word(out, argument);
}

struct line {
    const struct cmdline *cmdline;
    struct str *out;
};

/* ---- options ---- */

static void add_argument(struct line *l, const struct occurrence *g)
{
    struct str value = {0};
    if (l->cmdline->show_secrets)
        str_add_text(&value, g->argument);
    else
        config_given_hide(&value, g->option, g->argument);
    as_curl_word(l->out, str_text(&value));
    str_fini(&value);
}

static void add_given(struct line *l, const struct occurrence *g)
{
    const char *name = g->option->name;
    bool is_no = strncmp(name, "no-", 3) == 0;
    struct str field = {0};
    if (strcmp(name, "priority") == 0) {
        str_add_text(l->out, " --header ");
        str_printf(&field, "Priority: %s", g->argument);
        as_curl_quote(l->out, str_text(&field));
        str_fini(&field);
        return;
    }
    if (strcmp(name, "jobs") == 0)
        name = "parallel-max";
    else if (as_curl_is_ours(name) ||
             is_in(of_targets, sizeof of_targets / sizeof of_targets[0], name))
        return;
    if (!g->is_negated)
        str_printf(l->out, " --%s", name);
    else
        str_printf(l->out, " --%s%s", is_no ? "" : "no-",
                   is_no ? name + 3 : name);
    if (g->argument)
        add_argument(l, g);
}

static bool has_option(const struct config_given *given, const char *name)
{
    for (size_t i = 0; i < given->all.len; i++) {
        if (strcmp(given->all.at[i].option->name, name) == 0)
            return true;
    }
    return false;
}

/* That of "quiver METHOD URL" stands in no option. */
static void add_method(struct line *l, const struct operation *op,
                       const struct config_given *given)
{
    if (op->method && !has_option(given, "request"))
        as_curl_pair(l->out, "--request", op->method);
    if (op->head && !has_option(given, "head"))
        as_curl_word(l->out, "--head");
}

static void add_target(struct line *l, const struct target *t)
{
    switch (t->place) {
    case PLACE_STDOUT:
        break;
    case PLACE_FILE:
        as_curl_pair(l->out, "--output", t->output);
        break;
    case PLACE_REMOTE:
        as_curl_word(l->out, "--remote-name");
        break;
    case PLACE_NULL:
        as_curl_word(l->out, "--out-null");
        break;
    }
    if (t->upload)
        as_curl_pair(l->out, "--upload-file", t->upload);
}

/* Its scheme is written out: curl would take another one. */
static void add_url(struct line *l, const struct target *t,
                    const struct config_given *given)
{
    struct str url = {0};
    if (!strstr(t->url, "://"))
        str_printf(&url, "%s://", given->url.scheme);
    if (l->cmdline->show_secrets)
        str_add_text(&url, t->url);
    else
        redact_add_url(&url, t->url);
    if (t->url[0] == '-')
        as_curl_word(l->out, "--url");
    as_curl_word(l->out, str_text(&url));
    str_fini(&url);
}

/* ---- the whole ---- */

/* What its globs come to first, for its origin; NULL with *error. */
static char *first_url(const struct operation *op, const struct target *t,
                       struct qv_error *error)
{
    struct glob_error why;
    struct glob *glob =
        glob_new(t->url, "URL", op->globoff || t->is_plain, &why);
    if (!glob) {
        *error = (struct qv_error){.status = QV_EXIT_URL};
        complain_error(QV_EXIT_URL, NULL, why.text);
        return NULL;
    }
    char *url = glob_url(glob, 0);
    glob_free(glob);
    return url;
}

void as_curl_options(struct str *out, const struct cmdline *s,
                     const struct config_given *given,
                     bool (*is_left_out)(const struct option *option))
{
    struct line l = {.cmdline = s, .out = out};
    for (size_t i = 0; i < given->all.len; i++)
        if (!is_left_out(given->all.at[i].option))
            add_given(&l, &given->all.at[i]);
}

static int add_line(struct line *l, struct config *config,
                    const struct operation *op, const struct target *t)
{
    struct qv_error error = {0};
    struct config_given given;
    char *url = first_url(op, t, &error);
    if (!url)
        return error.status;
    bool ok = config_given(&given, config, op, url, &error);
    free(url);
    if (!ok) {
        complain_error(error.status, NULL, error.text);
        return error.status;
    }
    str_add_text(l->out, "curl");
    add_method(l, op, &given);
    for (size_t i = 0; i < given.all.len; i++)
        add_given(l, &given.all.at[i]);
    if (t->is_plain && !op->globoff)
        as_curl_word(l->out, "--globoff");
    add_target(l, t);
    add_url(l, t, &given);
    str_add_char(l->out, '\n');
    config_given_fini(&given);
    return QV_EXIT_OK;
}

int as_curl_print(const struct cmdline *s, struct config *config)
{
    struct str out = {0};
    struct line line = {.cmdline = s, .out = &out};
    int status = QV_EXIT_OK;
    for (const struct operation *op = s->first; op; op = op->next) {
        for (size_t i = 0; i < op->ntargets; i++) {
            const struct target *t = &op->targets[i];
            int failed = t->has_url ? add_line(&line, config, op, t) : 0;
            status = status ? status : failed;
        }
    }
    bool ok = whole_file_write(&out, STDOUT_FILENO);
    str_fini(&out);
    return status ? status : ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
