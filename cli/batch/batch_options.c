#include "batch/batch_options.h"

#include <string.h>
#include <unistd.h>

#include "args/option.h"
#include "args/parser.h"

enum {
    LINE_MAX_DEFAULT = 16 * 1024 * 1024,
};

void batch_options_init(struct batch_options *o)
{
    *o = (struct batch_options){
        .line_max = LINE_MAX_DEFAULT,
        .body = RECORD_BODY_INLINE,
        .body_max = RECORD_BODY_MAX_DEFAULT,
        .fsync = RESULTS_FSYNC_BATCH,
    };
}

void batch_options_fini(struct batch_options *o)
{
    strings_fini(&o->files);
}

bool batch_options_is_to_stdout(const struct batch_options *o)
{
    return !o->output || strcmp(o->output, "-") == 0;
}

bool batch_options_has_lines(const struct batch_options *o)
{
    return !o->output && isatty(STDOUT_FILENO);
}

static struct batch_options *options(struct parser *p)
{
    return p->scope[SCOPE_BATCH];
}

bool batch_options_format(struct parser *p, const struct option *o,
                          const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", INPUT_AUTO}, {"jsonl", INPUT_JSONL}, {"urls", INPUT_URLS},
        {"curl", INPUT_CURL}, {"har", INPUT_HAR},     {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    options(p)->format = (enum input_format)value;
    return true;
}

bool batch_options_fsync(struct parser *p, const struct option *o,
                         const char *arg)
{
    static const struct parser_word words[] = {
        {"none", RESULTS_FSYNC_NONE},
        {"batch", RESULTS_FSYNC_BATCH},
        {"each", RESULTS_FSYNC_EACH},
        {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    options(p)->fsync = (enum results_fsync)value;
    return true;
}

bool batch_options_shard(struct parser *p, const struct option *o,
                         const char *arg)
{
    char message[160];
    if (shard_parse(&options(p)->shard, arg, message, sizeof message))
        return true;
    return parser_fail(p, "option --%s: %s", o->name, message);
}

bool batch_options_fail_on(struct parser *p, const struct option *o,
                           const char *arg)
{
    if (status_list_parse(&options(p)->fail_on, arg))
        return true;
    return parser_fail(p, "option --%s: '%.60s' is no list such as 404,500-599",
                       o->name, arg);
}
