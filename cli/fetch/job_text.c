#include "fetch/job_text.h"

#include "core/base/str.h"
#include "engine/explaining.h"
#include "fetch/job.h"
#include "record/writeout.h"

/* Of its URL as it was given. */
static uint64_t urlnum(const struct job *j)
{
    const struct operation *op = j->env->engine->cmdline->first;
    uint64_t before = 0;
    for (; op && op != j->op; op = op->next)
        before += op->ntargets;
    return before + (uint64_t)(j->target - j->op->targets);
}

static struct writeout_facts facts_of(const struct job *j,
                                      const struct qv_result *result)
{
    return (struct writeout_facts){
        .result = result,
        .status = j->status,
        .message = j->message,
        .error_name = result->error.name,
        .error_class = result->error.class_name,
        .filename = j->sink.is_saved ? j->sink.saved.name : NULL,
        .number = j->number,
        .urlnum = urlnum(j),
        .heads = j->heads.fields,
        .nheads = j->heads.n,
        .started = j->started,
        .default_scheme = j->op->proto_default,
        .show_secrets = j->env->engine->cmdline->show_secrets,
    };
}

void job_text_add_explanation(struct str *out, const struct job *j,
                              const struct qv_result *result,
                              enum explain_form form)
{
    struct writeout_facts facts = facts_of(j, result);
    explaining_add(out, j->env->engine, j->transfer.effective, &facts, form);
}

void job_text_explain(const struct job *j, const struct qv_result *result)
{
    struct engine *e = j->env->engine;
    struct writeout_facts facts = facts_of(j, result);
    if (!e->cmdline->dry_run && !j->is_skipped)
        explaining_tell(e, j->transfer.effective, &facts);
}

void job_text_write_out(struct job *j, const struct qv_result *result)
{
    struct str text = {0};
    if (!j->op->write_out)
        return;
    struct writeout_facts facts = facts_of(j, result);
    writeout_render(j->op->write_out, &facts, &text);
    sink_text(&j->sink, text.base, text.len);
    str_fini(&text);
}
