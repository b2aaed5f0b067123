#include "config_command.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "base/whole_file.h"
#include "config/config_read.h"
#include "config/config_self.h"
#include "config/config_show.h"
#include "help/answer.h"
#include "help/help.h"
#include "help/version.h"
#include "request/cmdline_finish.h"
#include "terminal/complain.h"

struct asked {
    struct command_line line;
    struct parser parser;
    struct cmdline *cmdline;
    struct config *config;
    const char *operand; /* the file, or the URL */
    unsigned noperands;
};

/* ---- what both have in common ---- */

static bool on_operand(struct parser *p, const char *operand)
{
    struct asked *a = QV_OWNER(p, struct asked, parser);
    a->operand = operand;
    a->noperands++;
    return true;
}

static int print(struct str *out)
{
    bool ok = whole_file_write(out, STDOUT_FILENO);
    str_fini(out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

/* ---- check ---- */

static int report_good(const struct config *c, const char *path)
{
    struct str out = {0};
    if (!path)
        str_add_text(&out, "no configuration file is read\n");
    else if (!c->is_used && c->out_of_reach == ENOENT)
        str_printf(&out, "%s: ok, there is no such file\n", path);
    else if (!c->is_used)
        str_printf(&out, "%s: ok, it cannot be reached: %s\n", path,
                   strerror(c->out_of_reach));
    else
        str_printf(&out, "%s: ok, %zu section%s\n", path, c->nsections,
                   c->nsections == 1 ? "" : "s");
    return print(&out);
}

static int check(struct asked *a)
{
    struct config *c = a->config;
    int status;
    for (enum option_scope s = 0; s < SCOPE_COUNT; s++)
        a->parser.given[s] = &c->cmdline;
    if (!parser_run(&a->parser, a->line.argc, a->line.argv))
        return parser_complain(&a->parser);
    if (answer(&a->parser, &a->line, &status))
        return status;
    if (a->noperands > 1 || c->cmdline.len)
        return complain_usage("config check takes one file and no options");
    const char *path = a->operand ? a->operand : config_read_path(c);
    if (path)
        config_read(c, path, a->operand != NULL);
    status = config_report(c, false);
    return status ? status : report_good(c, path);
}

/* ---- show ---- */

static int show(struct asked *a)
{
    struct cmdline *s = a->cmdline;
    struct parser *p = &a->parser;
    struct qv_error error;
    struct str out = {0};
    int status;
    config_start(a->config, p, a->line.argc, a->line.argv);
    bool ok = parser_run(p, a->line.argc, a->line.argv);
    if (answer(p, &a->line, &status))
        return status;
    status = config_report(a->config, s->silent);
    if (ok && status)
        return status;
    s->is_batch = true; /* the URL is not an operation's */
    if (!ok || !cmdline_finish(s, p))
        return parser_complain(p);
    if (a->noperands != 1)
        return complain_usage("config show takes one URL");
    if (config_show(a->config, s->first, a->operand, s->show_secrets, &out,
                    &error))
        return print(&out);
    complain_error(error.status, NULL, error.text);
    return error.status;
}

/* ---- the command ---- */

static int run(struct asked *a)
{
    char **argv = a->line.argv;
    int at = parser_first_operand(a->parser.groups, a->line.argc, argv);
    const char *what = at ? argv[at] : "";
    int status;
    if (!at && parser_run(&a->parser, a->line.argc, a->line.argv) &&
        answer(&a->parser, &a->line, &status))
        return status;
    if (strcmp(what, "check") != 0 && strcmp(what, "show") != 0)
        return complain_usage("config needs 'check' or 'show'");
    memmove(argv + at, argv + at + 1,
            (size_t)(a->line.argc - at) * sizeof *argv);
    a->line.argc--;
    return what[0] == 'c' ? check(a) : show(a);
}

int config_command_run(const struct command_line *line)
{
    struct cmdline *s = cmdline_new();
    struct asked a = {
        .line = *line,
        .cmdline = s,
        .config = config_new(line->table),
        .parser = {.line = line,
                   .groups = line->command->groups,
                   .scope = {[SCOPE_SESSION] = s,
                             [SCOPE_OPERATION] = s->first,
                             [SCOPE_REQUEST] = &s->first->how},
                   .owned = &s->owned,
                   .on_operand = on_operand},
    };
    int status = run(&a);
    cmdline_free(s);
    config_free(a.config);
    return status;
}
