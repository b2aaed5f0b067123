#include "batch/task_unsent.h"

#include <string.h>

#include "base/jsonl.h"
#include "batch/entry_curl.h"
#include "record/dry_run.h"
#include "request/cmdline.h"
#include "terminal/escape.h"

bool task_unsent_is(const struct task *t)
{
    const struct cmdline *s = t->env->engine->cmdline;
    return s->dry_run || s->as_curl;
}

void task_unsent_on_built(struct qv_transfer *transfer,
                          const struct qv_built *built)
{
    struct task *t = QV_OWNER(transfer, struct task, transfer.face);
    dry_run_render(&t->sought, built, &t->entry->request,
                   t->env->engine->cmdline->show_secrets);
}

bool task_unsent_curl(struct task *t)
{
    struct engine *e = t->env->engine;
    struct qv_error error = {0};
    if (entry_curl_add(&t->sought, t->entry, e->cmdline, e->config,
                       t->transfer.effective, &error))
        return true;
    task_set_error(t, error.status, error.name ? error.name : "invalid",
                   "invalid", error.text);
    return false;
}

/* What would be sent, in place of what came of it. */
static void write_dry(struct task *t, const struct qv_result *r)
{
    const struct entry *e = t->entry;
    struct str *line = &t->env->line;
    str_clear(line);
    jsonl_put(line, "{" JSONL_FIRST("v") "1" JSONL_KEY("id"));
    jsonl_json(line, e->id);
    jsonl_put(line, JSONL_KEY("seq"));
    jsonl_number(line, e->seq);
    jsonl_put(line, JSONL_KEY("line"));
    jsonl_number(line, e->line);
    jsonl_put(line, JSONL_KEY("file"));
    jsonl_string(line, e->file);
    jsonl_put(line, JSONL_KEY("method"));
    jsonl_string(line, r->method);
    jsonl_put(line, JSONL_KEY("url"));
    jsonl_string(line, r->url);
    jsonl_put(line, JSONL_KEY("request"));
    jsonl_quote(line, str_text(&t->sought), t->sought.len);
    jsonl_put(line, "}");
    results_end(t->env->results, e->seq, line->base, line->len);
}

/* A line for a shell, a comment where there is no command. */
static void write_curl(struct task *t)
{
    struct str *line = &t->env->line;
    str_clear(line);
    if (t->status) {
        str_printf(line, "# entry %s: ", t->entry->id);
        escape_bytes(line, t->message, strlen(t->message));
    } else {
        str_add(line, str_span(&t->sought));
    }
    results_end(t->env->results, t->entry->seq, line->base, line->len);
}

bool task_unsent_write(struct task *t, const struct qv_result *r)
{
    const struct cmdline *s = t->env->engine->cmdline;
    if (s->as_curl)
        write_curl(t);
    else if (s->dry_run && !t->status)
        write_dry(t, r);
    else
        return false;
    return true;
}
