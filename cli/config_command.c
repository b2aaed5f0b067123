#include "config_command.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "command/request_command.h"
#include "config/config_read.h"
#include "config/config_self.h"
#include "config/config_show.h"
#include "help/answer.h"
#include "request/cmdline_finish.h"
#include "terminal/complain.h"

/* What stands behind `check` and `show`. */
struct asked {
    const char *operand; /* the file, or the URL */
    unsigned noperands;
};

/* ---- what both have in common ---- */

static bool on_operand(struct parser *p, const char *operand)
{
    struct request_command *c = QV_OWNER(p, struct request_command, parser);
    struct asked *a = c->options;
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

static int check(struct request_command *c)
{
    const struct asked *a = c->options;
    struct config *config = c->config;
    int status;
    for (enum option_scope s = 0; s < SCOPE_COUNT; s++)
        c->parser.given[s] = &config->cmdline;
    if (!answer_read(&c->parser, &status))
        return status;
    if (a->noperands > 1 || config->cmdline.len)
        return complain_usage("config check takes one file and no options");
    const char *path = a->operand ? a->operand : config_read_path(config);
    if (path)
        config_read(config, path, a->operand != NULL);
    status = config_report(config, false);
    return status ? status : report_good(config, path);
}

/* ---- show ---- */

static bool finish(struct request_command *c)
{
    const struct asked *a = c->options;
    c->cmdline->is_batch = true; /* the URL is not an operation's */
    if (!cmdline_finish(c->cmdline, &c->parser))
        return false;
    return a->noperands == 1 ||
           parser_fail(&c->parser, "config show takes one URL");
}

static int show(struct request_command *c)
{
    const struct asked *a = c->options;
    const struct cmdline *s = c->cmdline;
    struct qv_error error;
    struct str out = {0};
    if (config_show(c->config, s->first, a->operand, s->show_secrets, &out,
                    &error))
        return print(&out);
    complain_error(error.status, NULL, error.text);
    return error.status;
}

/* ---- the command ---- */

static const struct request_command_ops ops = {
    .scope = SCOPE_NONE,
    .on_operand = on_operand,
    .finish = finish,
    .run = show,
};

/* Neither of both: but help may have been asked for. */
static int refuse(struct request_command *c)
{
    int status;
    if (!answer_read(&c->parser, &status))
        return status;
    return complain_usage("config needs 'check' or 'show'");
}

int config_command_run(const struct command_line *line)
{
    struct command_line rest = *line;
    struct asked a = {.operand = NULL};
    struct request_command c;
    int at =
        parser_first_operand(line->command->groups, line->argc, line->argv);
    const char *word = at ? line->argv[at] : "";
    if (at)
        command_line_take_out(&rest, at);
    if (strcmp(word, "show") == 0)
        return request_command_main(&rest, &ops, &a);
    request_command_init(&c, &rest, &ops, &a);
    int status = strcmp(word, "check") == 0 ? check(&c) : refuse(&c);
    request_command_fini(&c);
    return status;
}
