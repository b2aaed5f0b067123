#include "help/mdoc.h"

#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "args/option.h"
#include "help/help_batch.h"
#include "help/help_channel.h"
#include "help/help_config.h"
#include "help/help_pages.h"
#include "help/help_probe.h"
#include "help/help_report.h"
#include "help/help_telemetry.h"
#include "help/help_tunnel.h"
#include "help/mdoc_write.h"
#include "hints/hint.h"
#include "hints/hints.h"
#include "record/variables.h"

struct page;

static void render_command(const struct page *p, const struct command *table,
                           struct str *out);
static void render_overview(const struct page *p, const struct command *table,
                            struct str *out);
static void render_fetch(const struct page *p, const struct command *table,
                         struct str *out);
static void render_parts(const struct page *p, const struct command *table,
                         struct str *out);
static void render_exit_codes(const struct page *p, const struct command *table,
                              struct str *out);

/* What a page has, in this order, between its options and its references. */
static const struct page {
    const char *name; /* "quiver-NAME" is that of the command NAME */
    char section;
    /* NULL: written by hand */
    void (*render)(const struct page *p, const struct command *table,
                   struct str *out);
    const char *brief; /* of what is no command */
    const struct help_config_part *parts;
    bool has_environment;
    const char *more; /* in mdoc */
    const struct help_config_part *ends;
    const char *see_also; /* in mdoc */
} pages[] = {
    /* In the order of a list of references: by section, then by name. */
    {.name = "quiver",
     .section = '1',
     .render = render_overview,
     .brief = "HTTP/1.1, HTTP/2 and HTTP/3 from the command line"},
    {.name = "quiver-batch",
     .section = '1',
     .render = render_command,
     .parts = help_batch_about,
     .has_environment = true,
     .more = ".Sh FILES\nThe journal of\n.Fl o Ar FILE\nis\n"
             ".Pa FILE.journal .\n",
     .ends = help_batch_ends,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                 ".Xr quiver-report 1 ,\n.Xr quiver-batch 5 ,\n"
                 ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n"},
    {.name = "quiver-cache",
     .section = '1',
     .render = render_command,
     .more = ".Sh EXIT STATUS\n.Bl -tag -width 116\n"
             ".It 0\nthere is nothing wrong with the files, or there "
             "are none\n"
             ".It 116\na file cannot be read or written, or is damaged\n"
             ".It 2 , 23\nsee\n.Xr quiver-exit-codes 7\n.El\n",
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-fetch 1\n"},
    {.name = "quiver-channel",
     .section = '1',
     .render = render_command,
     .parts = help_channel_parts,
     .has_environment = true,
     .ends = help_channel_examples,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                 ".Xr quiver-serve 1 ,\n.Xr quiver-config 5 ,\n"
                 ".Xr quiver-exit-codes 7\n"},
    {.name = "quiver-fetch",
     .section = '1',
     .render = render_fetch,
     .see_also = ".Xr curl 1 ,\n.Xr quiver 1 ,\n"
                 ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n"},
    {.name = "quiver-ping",
     .section = '1',
     .render = render_command,
     .parts = help_probe_ping_parts,
     .has_environment = true,
     .ends = help_probe_ping_examples,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-channel 1 ,\n"
                 ".Xr quiver-fetch 1 ,\n.Xr quiver-config 5 ,\n"
                 ".Xr quiver-exit-codes 7\n"},
    {.name = "quiver-probe",
     .section = '1',
     .render = render_command,
     .parts = help_probe_parts,
     .has_environment = true,
     .ends = help_probe_examples,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-fetch 1 ,\n"
                 ".Xr quiver-ping 1 ,\n.Xr quiver-config 5 ,\n"
                 ".Xr quiver-exit-codes 7\n"},
    {.name = "quiver-report",
     .section = '1',
     .render = render_command,
     .parts = help_report_parts,
     .more = ".Sh EXIT STATUS\n.Bl -tag -width 110\n"
             ".It 0\nevery line is a record, every entry has one\n"
             ".It 110\nsome lines, entries or files are not as they "
             "should be;\nthe reports are of the others\n"
             ".It 2 , 23 , 26\nsee\n.Xr quiver-exit-codes 7\n.El\n",
     .ends = help_report_examples,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-batch 1\n"},
    {.name = "quiver-serve",
     .section = '1',
     .render = render_command,
     .more = ".Sh EXIT STATUS\n0 after a first\n.Dv SIGINT\nor\n"
             ".Dv SIGTERM ;\na second one, or another signal, is what "
             "it ends by; else see\n.Xr quiver-exit-codes 7 .\n",
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-fetch 1\n"},
    {.name = "quiver-tunnel",
     .section = '1',
     .render = render_command,
     .parts = help_tunnel_parts,
     .has_environment = true,
     .ends = help_tunnel_examples,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-channel 1 ,\n"
                 ".Xr quiver-fetch 1 ,\n.Xr quiver-serve 1 ,\n"
                 ".Xr quiver-config 5 ,\n.Xr quiver-exit-codes 7\n"},
    {.name = "quiver-batch", .section = '5'},
    {.name = "quiver-config",
     .section = '5',
     .render = render_parts,
     .brief = "configuration file of quiver",
     .parts = help_config_parts,
     .see_also = ".Xr curl 1 ,\n.Xr quiver 1 ,\n"
                 ".Xr quiver-batch 1 ,\n.Xr quiver-fetch 1\n"},
    {.name = "quiver-exit-codes",
     .section = '7',
     .render = render_exit_codes,
     .brief = "what quiver's exit status means",
     .see_also = ".Xr quiver 1\n"},
    {.name = "quiver-telemetry",
     .section = '7',
     .render = render_parts,
     .brief = "events, statistics and metrics of quiver",
     .parts = help_telemetry_parts,
     .see_also = ".Xr quiver 1 ,\n.Xr quiver-batch 1 ,\n"
                 ".Xr quiver-fetch 1 ,\n.Xr quiver-serve 1\n"},
};

enum {
    NPAGES = sizeof pages / sizeof pages[0]
};

/* ---- sections ---- */

static void add_head(struct str *out, const struct page *p, const char *brief)
{
    const char section[] = {p->section, '\0'};
    mdoc_write_head(out, p->name, section, brief);
}

static void add_see_also(struct str *out, const struct page *p)
{
    str_add_text(out, ".Sh SEE ALSO\n");
    str_add_text(out, p->see_also);
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
    mdoc_write_text(out, o->text);
    str_printf(out, "Since %s.\n", o->since);
    mdoc_write_literal(out, "quiver ", o->example);
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
        mdoc_write_escaped(out, all[i].name);
        str_add_char(out, '\n');
        mdoc_write_text(out, all[i].brief);
    }
    free(all);
    str_add_text(out, ".El\n");
}

static void add_environment(struct str *out)
{
    str_add_text(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n");
    for (const struct help_variable *v = help_pages_environment; v->name; v++) {
        str_printf(out, ".It Ev %s\n", v->name);
        mdoc_write_text(out, v->text);
    }
    str_add_text(out, ".El\n");
}

static void add_differences(struct str *out)
{
    str_add_text(out, ".Sh DIFFERENCES FROM CURL\n.Bl -enum\n");
    for (size_t i = 0; help_pages_differences[i]; i++) {
        str_add_text(out, ".It\n");
        mdoc_write_text(out, help_pages_differences[i]);
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
    mdoc_write_escaped(out, c->synopsis);
    str_add_text(out, "\n.Sh DESCRIPTION\n");
    mdoc_write_text(out, c->text);
}

/* ---- pages ---- */

static void render_overview(const struct page *p, const struct command *table,
                            struct str *out)
{
    add_head(out, p, p->brief);
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
        mdoc_write_escaped(out, c->summary);
        str_add_text(out, "\n");
    }
    str_add_text(out,
                 ".El\n.Pp\nStandard output carries data only; messages and "
                 "progress go to standard error.\n");
    add_environment(out);
    add_exit_status(out);
    str_add_text(out, ".Sh EXAMPLES\n");
    mdoc_write_literal(out, "", "quiver https://example.com/");
    mdoc_write_literal(out, "",
                       "quiver --http3 -v -o page.html https://example.com/");
    mdoc_write_literal(out, "", "quiver -Z -O 'https://example.com/[1-9].jpg'");
    /* All pages but this one. */
    str_add_text(out, ".Sh SEE ALSO\n.Xr curl 1");
    for (int i = 1; i < NPAGES; i++)
        str_printf(out, " ,\n.Xr %s %c", pages[i].name, pages[i].section);
    str_add_char(out, '\n');
}

/* That of "quiver-NAME". */
static const struct command *command_of(const struct page *p,
                                        const struct command *table)
{
    return command_find(table, p->name + strlen("quiver-"));
}

static void add_command(const struct page *p, const struct command *c,
                        struct str *out)
{
    add_head(out, p, c->summary);
    add_usage(out, c);
    add_options(out, c);
}

static void render_command(const struct page *p, const struct command *table,
                           struct str *out)
{
    add_command(p, command_of(p, table), out);
    if (p->parts)
        mdoc_write_parts(out, p->parts);
    if (p->has_environment)
        add_environment(out);
    if (p->more)
        str_add_text(out, p->more);
    if (p->ends)
        mdoc_write_parts(out, p->ends);
    add_see_also(out, p);
}

static void render_parts(const struct page *p, const struct command *table,
                         struct str *out)
{
    (void)table;
    add_head(out, p, p->brief);
    mdoc_write_parts(out, p->parts);
    add_see_also(out, p);
}

static void render_fetch(const struct page *p, const struct command *table,
                         struct str *out)
{
    add_command(p, command_of(p, table), out);
    add_write_out(out);
    add_environment(out);
    str_add_text(out, ".Sh FILES\nThe output file\n.Pa NAME\n"
                      "is\n.Pa .NAME.XXXXXX.part\n"
                      "in the same folder until it is complete.\n"
                      ".Pp\nThe configuration file is described in\n"
                      ".Xr quiver-config 5 .\n");
    add_exit_status(out);
    add_differences(out);
    add_see_also(out, p);
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
        mdoc_write_escaped(out, h->when);
        str_add_char(out, '\n');
        mdoc_write_text(out, h->text);
    }
    str_add_text(out, ".El\n");
}

static void render_exit_codes(const struct page *p, const struct command *table,
                              struct str *out)
{
    (void)table;
    add_head(out, p, p->brief);
    str_add_text(out, ".Sh DESCRIPTION\nNumbers below 110 are those of\n"
                      ".Xr curl 1 .\n.Bl -tag -width 255\n");
    for (int i = 0; i <= HELP_PAGES_EXIT_MAX; i++) {
        const char *text = qv_exit_text(i);
        if (text) {
            str_printf(out, ".It %d\n", i);
            mdoc_write_text(out, text);
        }
    }
    str_add_text(out, ".El\n");
    add_hints(out);
    add_see_also(out, p);
}

bool mdoc_render(const struct command *table, const char *page, struct str *out)
{
    for (int i = 0; i < NPAGES; i++) {
        const struct page *p = &pages[i];
        size_t len = strlen(p->name);
        if (p->render && strncmp(page, p->name, len) == 0 && page[len] == '.' &&
            page[len + 1] == p->section && !page[len + 2]) {
            p->render(p, table, out);
            return true;
        }
    }
    return false;
}
