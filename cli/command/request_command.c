#include "command/request_command.h"

#include <string.h>

#include "help/answer.h"
#include "request/items.h"

static int act(struct request_command *c, const struct request_command_ops *ops)
{
    struct parser *p = &c->parser;
    int status;
    config_start(c->config, p, c->line->argc, c->line->argv);
    bool is_read = parser_run(p, c->line->argc, c->line->argv);
    if (answer_questions(p, &status))
        return status;
    status = config_report(c->config, c->cmdline->silent);
    if (!is_read)
        return parser_complain(p);
    if (status)
        return status;
    return ops->finish(c) ? ops->run(c) : parser_complain(p);
}

void request_command_init(struct request_command *c,
                          const struct command_line *line,
                          const struct request_command_ops *ops, void *options)
{
    struct cmdline *s = cmdline_new();
    *c = (struct request_command){
        .line = line,
        .cmdline = s,
        .config = config_new(line->table),
        .parser = {.line = line,
                   .groups = line->command->groups,
                   .scope = {[SCOPE_SESSION] = s,
                             [SCOPE_OPERATION] = s->first,
                             [SCOPE_REQUEST] = &s->first->how},
                   .owned = &s->owned,
                   .on_operand = ops->on_operand,
                   .on_next = ops->on_next},
        .options = options,
    };
    if (ops->scope != SCOPE_NONE)
        c->parser.scope[ops->scope] = options;
    if (line->method)
        items_set_method(s->first, line->method);
}

void request_command_fini(struct request_command *c)
{
    cmdline_free(c->cmdline);
    config_free(c->config);
}

int request_command_main(const struct command_line *line,
                         const struct request_command_ops *ops, void *options)
{
    struct request_command c;
    request_command_init(&c, line, ops, options);
    int status = act(&c, ops);
    request_command_fini(&c);
    return status;
}

bool request_command_on_url(struct parser *p, const char *operand)
{
    if (strcmp(operand, "-") == 0)
        return parser_fail(p, "- is no URL");
    cmdline_url_target(p->scope[SCOPE_OPERATION])->url = operand;
    return true;
}
