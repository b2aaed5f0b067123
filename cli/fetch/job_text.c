#include "fetch/job_text.h"

#include "core/base/str.h"
#include "engine/explaining.h"
#include "fetch/job.h"
#include "record/record.h"
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

/* What the engine knows nothing of has names all the same, those that a batch
 * has for it. */
static const struct own_error {
    int status;
    const char *name;
} own_errors[] = {
    {QV_EXIT_HTTP_STATUS, "http_status"},
    {QV_EXIT_WRITE, "write"},
    {QV_EXIT_READ, "read"},
    {QV_EXIT_RANGE, "range"},
    {QV_EXIT_RESUME, "resume"},
    {QV_EXIT_UNEXPECTED, "checksum"},
};

static void name_error(struct writeout_facts *f)
{
    if (f->result->error.status || !f->status)
        return;
    for (size_t i = 0; i < sizeof own_errors / sizeof *own_errors; i++) {
        if (own_errors[i].status == f->status) {
            f->error_name = own_errors[i].name;
            f->error_class = "unrecoverable";
        }
    }
}

static struct writeout_facts facts_of(const struct job *j,
                                      const struct qv_result *result)
{
    struct writeout_facts facts = {
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
    name_error(&facts);
    return facts;
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

void job_text_record(struct job *j, const struct qv_result *result)
{
    struct str line = {0};
    struct writeout_facts facts = facts_of(j, result);
    if (!j->sink.tally)
        return;
    body_tally_finish(&j->tally);
    struct record_body body = body_tally_record(&j->tally, facts.filename);
    facts.body = &body;
    record_render(&facts, &line);
    str_add_char(&line, '\n');
    sink_text(&j->sink, line.base, line.len);
    str_fini(&line);
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
