#include "batch/batch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/batch_options.h"
#include "batch/batch_run.h"
#include "command/request_command.h"
#include "request/cmdline_finish.h"

static bool on_file(struct parser *p, const char *operand)
{
    struct batch_options *o = p->scope[SCOPE_BATCH];
    strings_add(&o->files, operand);
    return true;
}

static bool is_stdin(const char *file)
{
    return strcmp(file, "-") == 0;
}

/* ---- what goes with what ---- */

static bool check_input(struct batch_options *o, struct parser *p)
{
    unsigned nstdin = 0;
    if (!o->files.len && isatty(STDIN_FILENO))
        return parser_fail(p, "batch needs a file, or - for standard input");
    if (!o->files.len)
        strings_add(&o->files, "-");
    for (size_t i = 0; i < o->files.len; i++)
        nstdin += is_stdin(o->files.at[i]);
    o->reads_stdin = nstdin > 0;
    if (nstdin > 1)
        return parser_fail(p, "standard input can be read only once");
    if (o->spool && !nstdin)
        return parser_fail(p, "--spool keeps standard input, which is not "
                              "among the files");
    return true;
}

/* A journal tells where in the output a record is: that must be a file. */
static bool is_output_file(const struct batch_options *o)
{
    struct stat st;
    int failed = batch_options_is_to_stdout(o) ? fstat(STDOUT_FILENO, &st)
                                               : stat(o->output, &st);
    return failed ? !batch_options_is_to_stdout(o) : S_ISREG(st.st_mode);
}

static void default_journal(struct batch_options *o, struct strings_owned *own)
{
    struct str name = {0};
    if (o->journal || o->no_journal || batch_options_is_to_stdout(o) ||
        !is_output_file(o) || (o->reads_stdin && !o->spool))
        return;
    str_printf(&name, "%s.journal", o->output);
    o->journal = strings_own(own, str_take(&name));
    o->is_journal_implied = !o->resume;
}

static bool check_journal(struct batch_options *o, bool is_dry,
                          struct parser *p)
{
    o->resume = o->resume || o->resume_unsafe;
    if (is_dry && (o->resume || o->journal))
        return parser_fail(p, "what sends nothing has nothing that a journal "
                              "could tell");
    if (is_dry)
        return true;
    const char *who = o->resume ? "--resume" : "--journal";
    if (o->no_journal && (o->journal || o->resume))
        return parser_fail(p, "%s and --no-journal exclude each other", who);
    default_journal(o, p->owned);
    if ((!o->journal || o->is_journal_implied) && !o->resume)
        return true;
    if (o->reads_stdin && !o->spool)
        return parser_fail(p, "%s with standard input needs --spool FILE", who);
    if (!is_output_file(o))
        return parser_fail(p, "%s needs -o with a regular file", who);
    return o->journal || parser_fail(p, "%s needs -o or --journal", who);
}

static bool check(struct batch_options *o, const struct cmdline *s,
                  struct parser *p)
{
    const struct operation *op = s->first;
    if (op->ntargets && op->targets[0].has_upload)
        return parser_fail(p, "-T has no meaning for batch: an entry has "
                              "\"body_file\"");
    if (op->ntargets)
        return parser_fail(p, "--url has no meaning for batch: URLs come from "
                              "the input");
    if (o->body_dir && o->body != RECORD_BODY_FILE)
        return parser_fail(p, "--body-dir is for --body file");
    return check_input(o, p) && check_journal(o, s->dry_run || s->as_curl, p);
}

/* ---- the command to go on with ---- */

static void add_quoted(struct str *out, const char *arg)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789-_./:=,@%+";
    str_add_char(out, ' ');
    if (*arg && !arg[strspn(arg, plain)]) {
        str_add_text(out, arg);
        return;
    }
    str_add_char(out, '\'');
    for (; *arg; arg++) {
        if (*arg == '\'')
            str_add_text(out, "'\\''");
        else
            str_add_char(out, *arg);
    }
    str_add_char(out, '\'');
}

/* What the parser has wiped was a secret. */
static bool is_wiped(const char *arg)
{
    return *arg && !arg[strspn(arg, " ")];
}

static char *resume_command(const struct batch_options *o, int argc,
                            char **argv)
{
    struct str out = {0};
    if (!o->journal)
        return NULL;
    str_add_text(&out, "quiver batch");
    if (!o->resume)
        str_add_text(&out, " --resume");
    for (int i = 1; i < argc; i++) {
        if (is_wiped(argv[i]))
            str_add_text(&out, " ...");
        else
            add_quoted(&out, argv[i]);
    }
    return str_take(&out);
}

/* What decides which entry has which place, and what is in a record. */
static char *digest(const struct batch_options *o)
{
    struct str out = {0};
    str_printf(&out, "format=%d shard=%u/%u ordered=%d defaults=%s",
               (int)o->format, o->shard.index, o->shard.count, o->ordered,
               o->defaults ? o->defaults : "");
    return str_take(&out);
}

/* ---- the whole ---- */

static bool finish(struct request_command *c)
{
    struct cmdline *s = c->cmdline;
    s->is_batch = true;
    return check(c->options, s, &c->parser) && cmdline_finish(s, &c->parser);
}

static int run(struct request_command *c)
{
    const struct batch_options *o = c->options;
    struct batch_command command = {
        .digest = strings_own(c->parser.owned, digest(o)),
        .resume = resume_command(o, c->line->argc, c->line->argv),
    };
    int status = batch_run(o, c->cmdline, c->config, &command);
    free((char *)command.resume);
    return status;
}

int batch_main(const struct command_line *line)
{
    struct batch_options o;
    static const struct request_command_ops ops = {
        .scope = SCOPE_BATCH,
        .on_operand = on_file,
        .finish = finish,
        .run = run,
    };
    batch_options_init(&o);
    int status = request_command_main(line, &ops, &o);
    batch_options_fini(&o);
    return status;
}
