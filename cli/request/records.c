#include "request/records.h"

#include <string.h>

#include "args/parser.h"
#include "request/cmdline.h"

bool records_body_call(struct parser *p, const struct option *o,
                       const char *arg)
{
    static const struct parser_word words[] = {
        {"inline", RECORD_BODY_INLINE},
        {"file", RECORD_BODY_FILE},
        {"hash", RECORD_BODY_HASH},
        {"none", RECORD_BODY_NONE},
        {NULL, 0},
    };
    int value = 0;
    if (!parser_choose(p, o, arg, words, &value))
        return false;
    *(enum record_body_mode *)((char *)p->scope[o->scope] + o->at) =
        (enum record_body_mode)value;
    return true;
}

/* Configuration files speak of them for every command. */
static bool is_asked_for(const struct parser *p, const char *name)
{
    const struct occurrences *given = p->given[SCOPE_SESSION];
    for (size_t i = 0; given && i < given->len; i++) {
        const struct occurrence *o = &given->at[i];
        if (o->place.layer >= OCCURRENCE_FILE &&
            strcmp(o->option->name, name) == 0)
            return true;
    }
    return false;
}

static bool is_dash(const char *name)
{
    return name && strcmp(name, "-") == 0;
}

static bool prints_a_body(const struct operation *op)
{
    for (size_t i = 0; i < op->ntargets; i++) {
        if (op->targets[i].place == PLACE_FILE &&
            is_dash(op->targets[i].output))
            return true;
    }
    return false;
}

bool records_check(const struct cmdline *s, const struct operation *op,
                   struct parser *p)
{
    const struct {
        bool is_given;
        const char *name;
    } others[] = {
        {op->include, "--show-headers"},
        {op->prints, "--print"},
        {op->sse, "--sse"},
        {is_dash(op->dump_header), "--dump-header -"},
        {prints_a_body(op), "--output -"},
        {s->dry_run, "--dry-run"},
    };
    if (s->is_batch)
        return true;
    for (size_t i = 0; !s->json_out && i < 2; i++) {
        const char *name = i ? "body-max" : "body";
        if (is_asked_for(p, name))
            return parser_fail(p, "--%s is for --json-out", name);
    }
    for (size_t i = 0; s->json_out && i < sizeof others / sizeof *others; i++) {
        if (others[i].is_given)
            return parser_fail(p,
                               "--json-out has standard output for its "
                               "records: %s does not go with it",
                               others[i].name);
    }
    return true;
}

void records_place_bodies(const struct cmdline *s, struct operation *op)
{
    if (!s->json_out || s->record_body != RECORD_BODY_FILE)
        return;
    for (size_t i = 0; i < op->ntargets; i++) {
        struct target *t = &op->targets[i];
        if (!t->has_place)
            t->place = PLACE_REMOTE;
    }
}
