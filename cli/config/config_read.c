#include "config/config_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args/curlrc.h"
#include "args/parser.h"
#include "base/redact.h"
#include "base/whole_file.h"
#include "config/config_self.h"
#include "core/base/xalloc.h"
#include "request/options.h"

/*
 * Each line is tried twice.  First alone, on an operation that has nothing
 * else: what the engine would refuse of it then is wrong in that line and is
 * told at once.  Then together with what this part of the file has said before,
 * a section starting from the global part: what is refused only now is a
 * contradiction, and may still be resolved by a later line (a key stands before
 * its certificate).  If it is not, the line that began it is to blame.
 *
 * All this happens to scratch operations.  What is kept is the list of what was
 * given.
 */

struct reader {
    struct config *config;
    struct cmdline *cmdline; /* scratch */
    struct operation *alone;
    struct operation *together;
    struct occurrences *list;       /* of the part that is read */
    const char *scheme;             /* of the section; NULL: any */
    struct config_section lost;     /* stands for one with a bad name */
    struct occurrence_place blamed; /* file NULL: no contradiction */
    char blame[256];
    struct parser parser;
};

/* ---- where it is ---- */

static const char *join(struct config *c, const char *folder, const char *rest)
{
    struct str t = {0};
    str_printf(&t, "%s/%s", folder, rest);
    return strings_own(&c->owned, str_take(&t));
}

const char *config_read_path(struct config *c)
{
    const char *path = getenv("QUIVER_CONFIG");
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (path)
        return *path ? path : NULL;
    /* A relative one is not valid (XDG Base Directory Specification). */
    if (folder && *folder == '/')
        return join(c, folder, "quiver/config");
    return home && *home ? join(c, home, ".config/quiver/config") : NULL;
}

/* ---- parts of the file ---- */

static void mistake(struct reader *r, const char *text)
{
    config_mistake(r->config, &r->parser.place, text);
}

static void end_part(struct reader *r)
{
    if (r->blamed.file)
        config_mistake(r->config, &r->blamed, r->blame);
    r->blamed.file = NULL;
}

/* Gives again what was given from `from` on. */
static void give(struct reader *r, struct operation *to,
                 const struct occurrences *list, size_t from)
{
    cmdline_aim(&r->parser, to);
    for (size_t i = from; i < list->len; i++) {
        if (list->at[i].option->scope == SCOPE_REQUEST)
            (void)parser_again(&r->parser, &list->at[i]);
    }
}

static void clear(struct operation *op)
{
    request_options_fini(&op->how);
    request_options_init(&op->how);
}

/* NULL: the global part. */
static void begin_part(struct reader *r, struct config_section *section)
{
    struct occurrences *global = &r->config->global;
    end_part(r);
    clear(r->together);
    r->list = section ? &section->given : global;
    r->scheme = section ? section->origin.scheme : NULL;
    r->parser.place.layer = section ? OCCURRENCE_SECTION : OCCURRENCE_GLOBAL;
    for (enum option_scope s = 0; s < SCOPE_COUNT; s++)
        r->parser.given[s] = section ? NULL : global;
    r->parser.given[SCOPE_OPERATION] = r->list;
    r->parser.given[SCOPE_REQUEST] = r->list;
    if (section)
        give(r, r->together, global, 0);
}

static const struct config_section *find_same(const struct config *c,
                                              const struct config_origin *o)
{
    for (size_t i = 0; i < c->nsections; i++) {
        if (config_origin_is_same(&c->sections[i].origin, o))
            return &c->sections[i];
    }
    return NULL;
}

static struct config_section *add_section(struct config *c,
                                          const struct config_section *s)
{
    c->sections = xalloc_room(c->sections, c->nsections, &c->sections_cap,
                              sizeof *c->sections);
    c->sections[c->nsections] = *s;
    return &c->sections[c->nsections++];
}

/* The text between the brackets; NULL when the line is no whole section. */
static char *section_name(char *line)
{
    line[strcspn(line, "#")] = '\0';
    char *end = line + strlen(line);
    while (end > line && strchr(" \t\r", end[-1]))
        end--;
    if (end == line || end[-1] != ']')
        return NULL;
    end[-1] = '\0';
    return line + 1;
}

/* It may have a secret in it, in the wrong place. */
static void add_section_name(struct str *to, const char *name)
{
    struct str shown = {0};
    redact_add_url(&shown, name);
    str_printf(to, "[%.80s]", str_text(&shown));
    str_fini(&shown);
}

static struct config_section *read_section(struct reader *r, char *line)
{
    struct config_section s = {.place = r->parser.place};
    const struct config_section *same;
    struct str text = {0};
    const char *why;
    s.name = section_name(line);
    if (!s.name) {
        mistake(r, "a section ends with ']'");
        return &r->lost;
    }
    if (!config_origin_parse(&s.origin, s.name, &why)) {
        add_section_name(&text, s.name);
        str_printf(&text, ": %s", why);
    } else if ((same = find_same(r->config, &s.origin))) {
        add_section_name(&text, s.name);
        str_printf(&text, " is in line %u already", same->place.line);
    } else {
        return add_section(r->config, &s);
    }
    mistake(r, text.base);
    str_fini(&text);
    config_origin_fini(&s.origin);
    return &r->lost;
}

/* ---- options ---- */

static bool makes_requests(const struct command *c)
{
    for (size_t i = 0; c->groups[i]; i++) {
        if (c->groups[i] == &options_network)
            return true;
    }
    return false;
}

/* An option of another command: there its value will be looked at. */
static bool record_elsewhere(struct reader *r, const struct curlrc_line *l)
{
    struct occurrence g = {.argument = l->argument, .place = r->parser.place};
    const char *name = l->option + strspn(l->option, "-");
    size_t len = strlen(name);
    if (r->list != &r->config->global ||
        option_find(r->parser.groups, name, len))
        return false;
    for (const struct command *c = r->config->commands; c->name; c++) {
        g.option = makes_requests(c) ? option_find(c->groups, name, len) : NULL;
        if (g.option && g.option->where < WHERE_NO_CONFIG &&
            (!l->argument == !g.option->argument ||
             g.option->may_lack_argument)) {
            occurrences_add(r->list, &g);
            return true;
        }
    }
    return false;
}

static bool engine_takes(struct reader *r, struct request_options *o,
                         const char *cert, struct qv_error *error)
{
    struct qv_request ask = {
        .headers = o->headers.at,
        .nheaders = o->headers.len,
        .user_agent = o->user_agent,
        .referer = o->referer,
    };
    request_options_finish(o, &r->config->owned);
    struct qv_options options = o->engine;
    if (!options.cert_file)
        options.cert_file = cert;
    if (!options.proxy_cert_file)
        options.proxy_cert_file = cert;
    ask.options = &options;
    return qv_request_check(&ask, error);
}

/* Is the line wrong, whatever else the file says?  A key alone is not: its
 * certificate may come in another line. */
static bool is_wrong_alone(struct reader *r)
{
    enum qv_http http = r->alone->how.engine.http;
    bool has_http3 = http == QV_HTTP_3 || http == QV_HTTP_3_ONLY;
    struct qv_error error;
    if (r->scheme && strcmp(r->scheme, "http") == 0 && has_http3) {
        mistake(r, "http:// cannot speak HTTP/3");
        return true;
    }
    if (!engine_takes(r, &r->alone->how, "", &error)) {
        mistake(r, error.text);
        return true;
    }
    return false;
}

/* Names of ciphers are good or bad alone, and take time to look up. */
static void check_together(struct reader *r)
{
    struct qv_options *o = &r->together->how.engine;
    struct qv_error error;
    o->ciphers = o->tls13_ciphers = o->groups = NULL;
    if (engine_takes(r, &r->together->how, NULL, &error)) {
        r->blamed.file = NULL;
    } else if (!r->blamed.file) {
        r->blamed = r->parser.place;
        (void)snprintf(r->blame, sizeof r->blame, "%s", error.text);
    }
}

static void read_option(struct reader *r, char *line)
{
    size_t before = r->list->len;
    struct curlrc_line l;
    curlrc_line(&l, line);
    if (!l.option)
        return;
    if (l.flaw) {
        mistake(r, l.flaw);
        return;
    }
    if (record_elsewhere(r, &l))
        return;
    clear(r->alone);
    cmdline_aim(&r->parser, r->alone);
    if (!parser_line(&r->parser, l.option, l.argument)) {
        mistake(r, r->parser.error);
        r->list->len = before;
    } else if (is_wrong_alone(r)) {
        r->list->len = before;
    } else {
        give(r, r->together, r->list, before);
        check_together(r);
    }
}

static void read_line(struct reader *r, char *line)
{
    char *start = line + strspn(line, " \t");
    if (*start == '[')
        begin_part(r, read_section(r, start));
    else
        read_option(r, line);
}

/* ---- the whole ---- */

static int by_specificity(const void *a, const void *b)
{
    const struct config_section *x = a;
    const struct config_section *y = b;
    return config_origin_compare(&x->origin, &y->origin);
}

static void read_text(struct reader *r, char *text)
{
    struct curlrc_reader lines = {.at = text};
    struct config *c = r->config;
    char *line;
    begin_part(r, NULL);
    while ((line = curlrc_next(&lines))) {
        r->parser.place.line = lines.line;
        read_line(r, line);
    }
    end_part(r);
    if (c->nsections)
        qsort(c->sections, c->nsections, sizeof *c->sections, by_specificity);
}

static void read_whole(struct config *c, const char *path, char *text)
{
    struct cmdline *s = cmdline_new();
    struct reader r = {
        .config = c,
        .cmdline = s,
        .alone = s->first,
        .together = cmdline_next(s),
        .parser = {.groups = c->commands->groups,
                   .scope = {[SCOPE_SESSION] = s},
                   .owned = &c->owned,
                   .place = {.file = path}},
    };
    read_text(&r, text);
    occurrences_fini(&r.lost.given);
    cmdline_free(s);
}

/* A file that nobody named is not there when it cannot be reached: in the home
 * of somebody else (sudo -u, a container with a user number of its own), under
 * a name that is too long, on a server that has gone. */
static bool is_out_of_reach(int error)
{
    static const int errors[] = {ENOENT,       ENOTDIR, EACCES,
                                 EPERM,        ELOOP,   ENAMETOOLONG,
                                 EHOSTUNREACH, ESTALE,  ENOTCONN};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (errors[i] == error)
            return true;
    }
    return false;
}

void config_read(struct config *c, const char *path, bool must_exist)
{
    struct str text = {0};
    if (!whole_file_read_edited(&text, path)) {
        if (must_exist || !is_out_of_reach(errno))
            config_unreadable(c, path, errno);
        else
            c->out_of_reach = errno;
        str_fini(&text);
        return;
    }
    c->is_used = true;
    c->path = path;
    read_whole(c, path, config_text(c, path, &text));
}
