/*
 * The files are read by the engine, as a run would read them: what is shown is what
 * counts, and a file is changed under the lock that runs take as well.
 */
#include "cache/cache_command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "base/json.h"
#include "base/strings.h"
#include "base/whole_file.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "help/answer.h"
#include "state/state.h"
#include "terminal/complain.h"
#include "terminal/escape.h"

static const struct kind {
    const char *name;
    enum qv_state_kind kind;
    bool is_in_folder; /* of --state */
} kinds[] = {
    {"altsvc", QV_STATE_ALT_SVC, true},   {"broken", QV_STATE_BROKEN, true},
    {"hsts", QV_STATE_HSTS, true},        {"tickets", QV_STATE_TICKETS, true},
    {"cookies", QV_STATE_COOKIES, false},
};

enum {
    NKINDS = sizeof kinds / sizeof kinds[0]
};

struct cache {
    struct cache_options options;
    struct strings operands;
    char *folder;
    /* ORIGIN: host NULL for any */
    char *host;
    unsigned port;
    struct qv_client *client; /* that has read the file at hand */
    const struct kind *kind;
    struct str out;
    size_t n;
    bool has_failed;
};

static bool on_operand(struct parser *p, const char *operand)
{
    struct cache *c = QV_OWNER(p->scope[SCOPE_CACHE], struct cache, options);
    strings_add(&c->operands, operand);
    return true;
}

static void on_warning(void *user, const char *text)
{
    struct cache *c = user;
    complain_notice("%s", text);
    c->has_failed = true;
}

/* ---- files ---- */

static struct qv_client *new_client(void)
{
    return qv_client_new(
        &(struct qv_client_options){.cookies = true, .hsts = true});
}

static bool has_file(const struct cache *c, const struct kind *k)
{
    return c->options.file || (k->is_in_folder && c->folder);
}

static void choose_file(const struct cache *c, const struct kind *k,
                        struct state_file *f)
{
    state_file_init(f, k->kind,
                    c->options.file ? xalloc_string(c->options.file)
                                    : state_path(c->folder, k->kind));
    f->is_named = c->options.file != NULL;
}

/* Reads the file of a kind, into a client of its own, and has `visit` look. */
static void look(struct cache *c, const struct kind *k,
                 void (*visit)(void *user, const struct qv_state_entry *e))
{
    const struct state_teller teller = {.warn = on_warning, .user = c};
    struct state_file f;
    choose_file(c, k, &f);
    c->kind = k;
    c->client = new_client();
    (void)state_file_look(&f, c->client, &teller);
    qv_state_each(c->client, k->kind, visit, c);
    qv_client_free(c->client);
    state_file_fini(&f);
}

/* ---- list ---- */

static void count(void *user, const struct qv_state_entry *e)
{
    struct cache *c = user;
    (void)e;
    c->n++;
}

static void list_one(struct cache *c, const struct kind *k)
{
    struct state_file f;
    choose_file(c, k, &f);
    c->n = 0;
    look(c, k, count);
    if (c->options.json) {
        json_open(&c->out, NULL, '{');
        json_string(&c->out, "kind", k->name);
        json_number(&c->out, "entries", c->n);
        json_string(&c->out, "file", f.path);
        json_close(&c->out, '}');
        str_add_char(&c->out, '\n');
    } else {
        str_printf(&c->out, "%-8s %6zu  %s\n", k->name, c->n, f.path);
    }
    state_file_fini(&f);
}

/* ---- show ---- */

/* As --cookie-jar's domains have it: a dot before what is below as well. */
static bool is_asked(const struct cache *c, const struct qv_state_entry *e)
{
    size_t len = c->host ? strlen(c->host) : 0;
    if (c->host == NULL)
        return true;
    if (e->host == NULL || (c->port > 0 && e->port > 0 && e->port != c->port))
        return false;
    const char *host = e->host + (e->host[0] == '.');
    size_t n = strlen(host);
    return strcmp(host, c->host) == 0 || (n > len && host[n - len - 1] == '.' &&
                                          strcmp(host + n - len, c->host) == 0);
}

static void add_date(struct str *out, int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm tm;
    char text[32];
    if (seconds == 0)
        str_add_text(out, "session");
    else if (seconds > INT32_MAX * INT64_C(64) || !gmtime_r(&at, &tm))
        str_add_text(out, "for ever");
    else if (strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        str_add_text(out, text);
}

static const char *secret(const struct cache *c, const struct qv_state_entry *e)
{
    return e->secret == NULL || c->options.show_secrets ? e->secret
                                                        : "<redacted>";
}

static void show_json(struct cache *c, const struct qv_state_entry *e)
{
    json_open(&c->out, NULL, '{');
    json_string(&c->out, "kind", c->kind->name);
    json_string(&c->out, "host", e->host);
    json_number(&c->out, "port", e->port);
    json_string(&c->out, "text", e->text);
    if (e->secret)
        json_string(&c->out, "value", secret(c, e));
    if (e->expires)
        json_number(&c->out, "expires", (uint64_t)e->expires);
    else
        json_null(&c->out, "expires");
    json_close(&c->out, '}');
    str_add_char(&c->out, '\n');
}

static void show_entry(void *user, const struct qv_state_entry *e)
{
    struct cache *c = user;
    if (!is_asked(c, e))
        return;
    if (c->options.json) {
        show_json(c, e);
        return;
    }
    str_printf(&c->out, "%s", e->host ? e->host : "-");
    if (e->port)
        str_printf(&c->out, ":%u", e->port);
    str_printf(&c->out, "  %s", e->text);
    if (e->secret)
        str_printf(&c->out, ": %s", secret(c, e));
    str_add_text(&c->out, "  ");
    add_date(&c->out, e->expires);
    str_add_char(&c->out, '\n');
}

static void show_one(struct cache *c, const struct kind *k)
{
    look(c, k, show_entry);
}

/* ---- clear ---- */

static void forget(void *user, struct qv_client *client)
{
    struct cache *c = user;
    c->n = qv_state_forget(client, c->kind->kind, c->host, c->port);
}

static void clear_one(struct cache *c, const struct kind *k)
{
    const struct state_teller teller = {.warn = on_warning, .user = c};
    struct state_file f;
    choose_file(c, k, &f);
    c->kind = k;
    c->client = new_client();
    c->n = 0;
    if (state_file_edit(&f, c->client, &teller, forget, c))
        str_printf(&c->out, "%-8s %6zu  %s\n", k->name, c->n, f.path);
    qv_client_free(c->client);
    state_file_fini(&f);
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    void (*run)(struct cache *c, const struct kind *k);
} verbs[] = {
    {"list", list_one},
    {"show", show_one},
    {"clear", clear_one},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < NKINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* "example.com", or a URL. */
static bool read_origin(struct cache *c, struct parser *p, const char *text)
{
    struct qv_error error;
    struct qv_url url;
    const char *scheme = strstr(text, "://");
    const char *host = scheme ? scheme + 3 : text;
    const char *bracket = strrchr(host, ']');
    if (!qv_url_parse(&url, text, "https", &error))
        return parser_fail(p, "cache: %s: %s", text, error.text);
    c->host = xalloc_string(url.host);
    if (scheme || strchr(bracket ? bracket : host, ':'))
        c->port = url.port;
    qv_url_free(&url);
    return true;
}

/* What is asked for: false with p->error. */
static bool read_words(struct cache *c, struct parser *p,
                       const struct verb **verb, const struct kind **kind)
{
    const struct strings *w = &c->operands;
    *verb = w->len > 0 ? find_verb(w->at[0]) : NULL;
    *kind = w->len > 1 ? find_kind(w->at[1]) : NULL;
    if (*verb == NULL)
        return parser_fail(p, "cache needs 'list', 'show' or 'clear'");
    if (w->len > 3)
        return parser_fail(p, "cache takes a kind and an origin");
    if (w->len > 1 && strcmp(w->at[1], "dns") == 0)
        return parser_fail(p, "cache: what name servers have answered is not "
                              "kept from run to run");
    if (w->len > 1 && *kind == NULL)
        return parser_fail(p,
                           "cache: '%.40s' is none of altsvc, broken, cookies, "
                           "hsts and tickets",
                           w->at[1]);
    if (c->options.file && *kind == NULL)
        return parser_fail(p, "--file needs the kind of what it holds");
    if (*kind && !has_file(c, *kind))
        return parser_fail(p,
                           "cache: %s are in files of their own, and --file "
                           "names one",
                           (*kind)->name);
    if (w->len == 3 && (*kind)->kind == QV_STATE_TICKETS)
        return parser_fail(p, "cache: tickets do not say whose they are");
    return w->len < 3 || read_origin(c, p, w->at[2]);
}

static int run(struct cache *c, struct parser *p)
{
    const struct verb *verb = NULL;
    const struct kind *kind = NULL;
    if (!read_words(c, p, &verb, &kind) || verb == NULL)
        return parser_complain(p);
    for (size_t i = 0; i < NKINDS; i++)
        if (kind == NULL ? has_file(c, &kinds[i]) : kind == &kinds[i])
            verb->run(c, &kinds[i]);
    struct str shown = {0};
    escape_for_fd(&shown, STDOUT_FILENO, &c->out); /* servers chose them */
    bool ok = whole_file_write(&shown, STDOUT_FILENO);
    str_fini(&shown);
    if (!ok)
        return QV_EXIT_WRITE;
    return c->has_failed ? QV_EXIT_JOURNAL : QV_EXIT_OK;
}

int cache_command_run(const struct command_line *line)
{
    struct cache c = {.n = 0};
    struct strings_owned owned = {0};
    struct parser p = {.line = line,
                       .groups = line->command->groups,
                       .scope = {[SCOPE_CACHE] = &c.options},
                       .owned = &owned,
                       .on_operand = on_operand};
    int status;
    if (answer_read(&p, &status)) {
        struct state_options where = {.dir = c.options.dir};
        c.folder = state_folder(&where);
        status = run(&c, &p);
    }
    free(c.folder);
    free(c.host);
    strings_fini(&c.operands);
    str_fini(&c.out);
    strings_disown(&owned);
    return status;
}
