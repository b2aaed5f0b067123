#include "fetch/job_text.h"

#include "config/config.h"
#include "core/base/str.h"
#include "fetch/job.h"
#include "record/explain.h"
#include "record/writeout.h"
#include "terminal/console.h"

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
    struct str options = {0};
    if (j->transfer.effective &&
        config_describe(j->env->engine->config, j->transfer.effective,
                        &options))
        facts.origin_options = str_text(&options);
    if (form == EXPLAIN_JSON)
        explain_json(out, &facts);
    else
        explain_text(out, &facts);
    if (form == EXPLAIN_JSON)
        str_add_char(out, '\n');
    str_fini(&options);
}

void job_text_explain(const struct job *j, const struct qv_result *result)
{
    struct engine *e = j->env->engine;
    enum explain_form form = e->cmdline->telemetry.explain;
    struct str text = {0};
    if (e->cmdline->dry_run)
        return;
    if (e->cmdline->telemetry.verbose.has_decisions) {
        str_add_text(&text, "time:");
        explain_times(&text, result);
        engine_note_of(e, result->xfer_id, str_text(&text));
        str_clear(&text);
    }
    if (form == EXPLAIN_NOTHING || j->is_skipped) {
        str_fini(&text);
        return;
    }
    job_text_add_explanation(&text, j, result, form);
    engine_area_hide(e);
    console_write(&text);
    str_fini(&text);
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
