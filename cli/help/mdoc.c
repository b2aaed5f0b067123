#include "help/mdoc.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "args/option.h"
#include "core/base/xalloc.h"
#include "help/help_batch.h"
#include "help/help_channel.h"
#include "help/help_config.h"
#include "help/help_pages.h"
#include "help/help_probe.h"
#include "help/help_report.h"
#include "help/help_telemetry.h"
#include "help/help_tunnel.h"
#include "hints/hint.h"
#include "hints/hints.h"
#include "record/variables.h"

/* The day the pages last changed in substance; fixed, so that the same source
 * gives the same bytes. */
#define PAGE_DATE "November 21, 2026"

static void render_overview(const struct command *table, struct str *out);
static void render_fetch(const struct command *table, struct str *out);
static void render_batch(const struct command *table, struct str *out);
static void render_channel(const struct command *table, struct str *out);
static void render_ping(const struct command *table, struct str *out);
static void render_probe(const struct command *table, struct str *out);
static void render_report(const struct command *table, struct str *out);
static void render_serve(const struct command *table, struct str *out);
static void render_tunnel(const struct command *table, struct str *out);
static void render_cache(const struct command *table, struct str *out);
static void render_config(const struct command *table, struct str *out);
static void render_exit_codes(const struct command *table, struct str *out);
static void render_telemetry(const struct command *table, struct str *out);

/* In the order of a list of references: by section, then by name. */
static const struct page {
    const char *name;
    char section;
    void (*render)(const struct command *table,
                   struct str *out); /* NULL: written by hand */
} pages[] = {
    {"quiver", '1', render_overview},
    {"quiver-batch", '1', render_batch},
    {"quiver-cache", '1', render_cache},
    {"quiver-channel", '1', render_channel},
    {"quiver-fetch", '1', render_fetch},
    {"quiver-ping", '1', render_ping},
    {"quiver-probe", '1', render_probe},
    {"quiver-report", '1', render_report},
    {"quiver-serve", '1', render_serve},
    {"quiver-tunnel", '1', render_tunnel},
    {"quiver-batch", '5', NULL},
    {"quiver-config", '5', render_config},
    {"quiver-exit-codes", '7', render_exit_codes},
    {"quiver-telemetry", '7', render_telemetry},
};

enum {
    NPAGES = sizeof pages / sizeof pages[0]
};

/* roff has three traps: the backslash, a control character at the start of a
 * line, and the ASCII characters that it prints as typographic ones. */
static void add_escaped(struct str *out, const char *s)
{
    bool line_start = !out->len || out->base[out->len - 1] == '\n';
    for (; *s; s++) {
        if (line_start && (*s == '.' || *s == '\''))
            str_add_text(out, "\\&");
        line_start = *s == '\n';
        switch (*s) {
        case '\\':
            str_add_text(out, "\\e");
            break;
        case '\'':
            str_add_text(out, "\\(aq");
            break;
        case '-':
            str_add_text(out, "\\-");
            break;
        case '^':
            str_add_text(out, "\\(ha");
            break;
        case '~':
            str_add_text(out, "\\(ti");
            break;
        case '"':
            str_add_text(out, "\\(dq");
            break;
        default:
            str_add_char(out, *s);
        }
    }
}

/* Escaped, on lines that mandoc does not find too long. */
static void add_filled(struct str *out, const char *s)
{
    enum {
        WIDTH = 78
    };
    size_t line = out->len;
    assert(s);
    while (*s) {
        size_t word = strcspn(s, " ");
        struct str one = {0};
        char *copy = xalloc_copy(s, word);
        /* At a line's start, so that a leading dot is escaped if it comes
         * there. */
        add_escaped(&one, copy);
        if (out->len > line) {
            bool is_full = out->len - line + 1 + one.len > WIDTH;
            str_add_char(out, is_full ? '\n' : ' ');
            if (is_full)
                line = out->len;
        }
        if (one.base)
            str_add(out, span_of(one.base, one.len));
        str_fini(&one);
        free(copy);
        s += word;
        s += strspn(s, " ");
    }
    str_add_char(out, '\n');
}

/* One sentence a line, as mdoc wants; an empty line parts paragraphs. */
static void add_text(struct str *out, const char *s)
{
    struct str line = {0};
    for (; *s; s++) {
        bool is_paragraph = s[0] == '\n' && s[1] == '\n';
        bool is_sentence = line.len && strchr(".:;", line.base[line.len - 1]) &&
                           s[0] == ' ' && s[1] == ' ';
        if (!is_paragraph && !is_sentence) {
            str_add_char(&line, *s);
            continue;
        }
        add_filled(out, line.base);
        str_clear(&line);
        if (is_paragraph)
            str_add_text(out, ".Pp\n");
        s++;
    }
    add_filled(out, line.base);
    str_fini(&line);
}

static void add_head(struct str *out, const char *name, const char *section,
                     const char *brief)
{
    str_add_text(out, ".\\\" Made by `quiver help mdoc`; do not edit.\n"
                      ".Dd " PAGE_DATE "\n.Dt ");
    for (const char *c = name; *c; c++)
        str_add_char(out, (char)toupper((unsigned char)*c));
    str_printf(out, " %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n", section, name,
               brief);
}

static void add_literal(struct str *out, const char *prefix,
                        const char *command)
{
    str_add_text(out, ".Bd -literal -offset indent\n");
    str_add_text(out, prefix);
    add_escaped(out, command);
    str_add_text(out, "\n.Ed\n");
}

static void add_option(struct str *out, const struct option *o)
{
    str_add_text(out, ".It ");
    if (o->letter)
        str_printf(out, "Fl %c , ", o->letter);
    str_printf(out, "Fl -%s", o->name);
    if (o->argument) {
        size_t len = strlen(o->argument);
        str_printf(out, "%s Ar %.*s", o->may_lack_argument ? " Ns Oo = Ns" : "",
                   (int)(len - 2), o->argument + 1);
        if (o->may_lack_argument)
            str_add_text(out, " Oc");
    }
    str_add_char(out, '\n');
    add_text(out, o->text);
    str_printf(out, "Since %s.\n", o->since);
    add_literal(out, "quiver ", o->example);
}

static void add_category(struct str *out, const struct option **all, size_t n,
                         enum option_category c)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (all[i]->category != c)
            continue;
        if (!any)
            str_printf(out, ".Ss %s\n.Bl -tag -width Ds\n",
                       option_category_title(c));
        any = true;
        add_option(out, all[i]);
    }
    if (any)
        str_add_text(out, ".El\n");
}

static void add_options(struct str *out, const struct command *c)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    str_add_text(out, ".Sh OPTIONS\n"
                      "A flag\n.Fl -name\nis taken back by\n.Fl -no-name .\n");
    for (enum option_category category = 0; category < CATEGORY_COUNT;
         category++)
        add_category(out, all, n, category);
    free(all);
}

static void add_write_out(struct str *out)
{
    size_t n;
    struct variable_name *all = variables_names(&n);
    str_add_text(out, ".Sh WRITE-OUT VARIABLES\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < n; i++) {
        str_add_text(out, ".It ");
        add_escaped(out, all[i].name);
        str_add_char(out, '\n');
        add_text(out, all[i].brief);
    }
    free(all);
    str_add_text(out, ".El\n");
}

static void add_environment(struct str *out)
{
    str_add_text(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
    for (const struct help_variable *v = help_pages_environment; v->name; v++) {
        str_printf(out, ".It Ev %s\n", v->name);
        add_text(out, v->text);
    }
    str_add_text(out, ".El\n");
}

static void add_differences(struct str *out)
{
    str_add_text(out, ".Sh DIFFERENCES FROM CURL\n.Bl -enum\n");
    for (size_t i = 0; help_pages_differences[i]; i++) {
        str_add_text(out, ".It\n");
        add_text(out, help_pages_differences[i]);
    }
    str_add_text(out, ".El\n");
}

static void add_exit_status(struct str *out)
{
    str_add_text(out,
                 ".Sh EXIT STATUS\n0 when all went well, else the status of "
                 "the first transfer that failed; see\n"
                 ".Xr quiver-exit-codes 7 .\n");
}

static void add_usage(struct str *out, const struct command *c)
{
    str_printf(out, ".Sh SYNOPSIS\n.Nm quiver\n%s\n", c->name);
    add_escaped(out, c->synopsis);
    str_add_text(out, "\n.Sh DESCRIPTION\n");
    add_text(out, c->text);
}

static void render_overview(const struct command *table, struct str *out)
{
    add_head(out, "quiver", "1",
             "HTTP/1.1, HTTP/2 and HTTP/3 from the "
             "command line");
    str_add_text(out,
                 ".Sh SYNOPSIS\n.Nm\n.Op options\n.Ar URL ...\n.Nm\n"
                 ".Ar command\n.Op options\n.Op Ar argument ...\n"
                 ".Sh DESCRIPTION\n.Nm\n"
                 "transfers data from and to web servers.\n"
                 "Its options are those of\n.Xr curl 1\n"
                 "wherever that has them.\n"
                 "When the first argument that is not an option is none of\n"
                 "these commands, it is a URL:\n"
                 ".Bl -tag -width completion\n");
    for (const struct command *c = table; c->name; c++) {
        str_printf(out, ".It Cm %s\n", c->name);
        add_escaped(out, c->summary);
        str_add_text(out, "\n");
    }
    str_add_text(out,
                 ".El\n.Pp\nStandard output carries data only; messages and "
                 "progress go to standard error.\n");
    add_environment(out);
    add_exit_status(out);
    str_add_text(out, ".Sh EXAMPLES\n");
    add_literal(out, "", "quiver https://example.com/");
    add_literal(out, "", "quiver --http3 -v -o page.html https://example.com/");
    add_literal(out, "", "quiver -Z -O 'https://example.com/[1-9].jpg'");
    /* All pages but this one. */
    str_add_text(out, ".Sh SEE ALSO\n.Xr curl 1");
    for (int i = 1; i < NPAGES; i++)
        str_printf(out, " ,\n.Xr %s %c", pages[i].name, pages[i].section);
    str_add_char(out, '\n');
}

static void render_fetch(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "fetch");
    add_head(out, "quiver-fetch", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_write_out(out);
    add_environment(out);
    str_add_text(out, ".Sh FILES\nThe output file\n.Pa NAME\n"
                      "is\n.Pa .NAME.XXXXXX.part\n"
                      "in the same folder until it is complete.\n"
                      ".Pp\nThe configuration file is described in\n"
                      ".Xr quiver-config 5 .\n");
    add_exit_status(out);
    add_differences(out);
    str_add_text(out, ".Sh SEE ALSO\n.Xr curl 1 ,\n.Xr quiver 1 ,\n"
                      ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n");
}

static void add_parts(struct str *out, const struct help_config_part *p)
{
    for (; p->text || p->literal; p++) {
        if (p->title)
            str_printf(out, ".Sh %s\n", p->title);
        else
            str_add_text(out, ".Pp\n");
        if (p->text)
            add_text(out, p->text);
        if (p->literal)
            add_literal(out, "", p->literal);
    }
}

static void render_batch(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "batch");
    add_head(out, "quiver-batch", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_batch_about);
    add_environment(out);
    str_add_text(out, ".Sh FILES\nThe journal of\n.Fl o Ar FILE\nis\n"
                      ".Pa FILE.journal .\n");
    add_parts(out, help_batch_ends);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                      ".Xr quiver-report 1 ,\n.Xr quiver-batch 5 ,\n"
                      ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n");
}

static void render_channel(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "channel");
    add_head(out, "quiver-channel", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_channel_parts);
    add_environment(out);
    add_parts(out, help_channel_examples);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                      ".Xr quiver-serve 1 ,\n.Xr quiver-config 5 ,\n"
                      ".Xr quiver-exit-codes 7\n");
}

static void render_tunnel(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "tunnel");
    add_head(out, "quiver-tunnel", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_tunnel_parts);
    add_environment(out);
    add_parts(out, help_tunnel_examples);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-channel 1 ,\n"
                      ".Xr quiver-fetch 1 ,\n.Xr quiver-serve 1 ,\n"
                      ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n");
}

static void render_ping(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "ping");
    add_head(out, "quiver-ping", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_probe_ping_parts);
    add_environment(out);
    add_parts(out, help_probe_ping_examples);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-channel 1 ,\n"
                      ".Xr quiver-fetch 1 ,\n.Xr quiver-config 5 ,\n"
                      ".Xr quiver-exit-codes 7\n");
}

static void render_probe(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "probe");
    add_head(out, "quiver-probe", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_probe_parts);
    add_environment(out);
    add_parts(out, help_probe_examples);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                      ".Xr quiver-ping 1 ,\n.Xr quiver-config 5 ,\n"
                      ".Xr quiver-exit-codes 7\n");
}

static void render_report(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "report");
    add_head(out, "quiver-report", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    add_parts(out, help_report_parts);
    str_add_text(out, ".Sh EXIT STATUS\n.Bl -tag -width 110\n"
                      ".It 0\nevery line is a record, every entry has one\n"
                      ".It 110\nsome lines, entries or files are not as they "
                      "should be;\nthe reports are of the others\n"
                      ".It 2 , 23 , 26\nsee\n.Xr quiver-exit-codes 7\n.El\n");
    add_parts(out, help_report_examples);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-batch 1\n");
}

static void render_cache(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "cache");
    add_head(out, "quiver-cache", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    str_add_text(out, ".Sh EXIT STATUS\n.Bl -tag -width 116\n"
                      ".It 0\nthere is nothing wrong with the files, or there "
                      "are none\n"
                      ".It 116\na file cannot be read or written, or is "
                      "damaged\n"
                      ".It 2 , 23\nsee\n.Xr quiver-exit-codes 7\n.El\n"
                      ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-fetch 1\n");
}

static void render_serve(const struct command *table, struct str *out)
{
    const struct command *c = command_find(table, "serve");
    add_head(out, "quiver-serve", "1", c->summary);
    add_usage(out, c);
    add_options(out, c);
    str_add_text(out, ".Sh EXIT STATUS\n0 after a first\n.Dv SIGINT\nor\n"
                      ".Dv SIGTERM ;\na second one, or another signal, is what "
                      "it ends by; else see\n.Xr quiver-exit-codes 7 .\n"
                      ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-fetch 1\n");
}

static void add_hints(struct str *out)
{
    const struct hint *h;
    str_add_text(out, ".Sh HINTS\nOn a terminal, or with\n"
                      ".Fl -hints Cm always ,\n"
                      "a line that begins with hint: says what to try, if it "
                      "is one of these cases:\n.Bl -tag -width Ds\n");
    for (size_t i = 0; (h = hints_row(i)); i++) {
        str_add_text(out, ".It ");
        add_escaped(out, h->when);
        str_add_char(out, '\n');
        add_text(out, h->text);
    }
    str_add_text(out, ".El\n");
}

static void render_exit_codes(const struct command *table, struct str *out)
{
    (void)table;
    add_head(out, "quiver-exit-codes", "7", "what quiver's exit status means");
    str_add_text(out, ".Sh DESCRIPTION\nNumbers below 110 are those of\n"
                      ".Xr curl 1 .\n.Bl -tag -width 255\n");
    for (int i = 0; i <= HELP_PAGES_EXIT_MAX; i++) {
        const char *text = qv_exit_text(i);
        if (text) {
            str_printf(out, ".It %d\n", i);
            add_text(out, text);
        }
    }
    str_add_text(out, ".El\n");
    add_hints(out);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1\n");
}

static void render_config(const struct command *table, struct str *out)
{
    (void)table;
    add_head(out, "quiver-config", "5", "configuration file of quiver");
    add_parts(out, help_config_parts);
    str_add_text(out, ".Sh SEE ALSO\n.Xr curl 1 ,\n.Xr quiver 1 ,\n"
                      ".Xr quiver-batch 1 ,\n.Xr quiver-fetch 1\n");
}

static void render_telemetry(const struct command *table, struct str *out)
{
    (void)table;
    add_head(out, "quiver-telemetry", "7",
             "events, statistics and metrics of quiver");
    add_parts(out, help_telemetry_parts);
    str_add_text(out, ".Sh SEE ALSO\n.Xr quiver 1 ,\n.Xr quiver-batch 1 ,\n"
                      ".Xr quiver-fetch 1 ,\n.Xr quiver-serve 1\n");
}

bool mdoc_render(const struct command *table, const char *page, struct str *out)
{
    for (int i = 0; i < NPAGES; i++) {
        const struct page *p = &pages[i];
        size_t len = strlen(p->name);
        if (p->render && strncmp(page, p->name, len) == 0 && page[len] == '.' &&
            page[len + 1] == p->section && !page[len + 2]) {
            p->render(table, out);
            return true;
        }
    }
    return false;
}
