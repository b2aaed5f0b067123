#include "engine/explaining.h"

#include "config/config.h"
#include "record/explain.h"
#include "terminal/console.h"

void explaining_add(struct str *out, struct engine *e,
                    const struct operation *effective,
                    const struct writeout_facts *facts, enum explain_form form)
{
    struct writeout_facts all = *facts;
    struct str options = {0};
    if (effective && config_describe(e->config, effective, &options))
        all.origin_options = str_text(&options);
    if (form == EXPLAIN_JSON)
        explain_json(out, &all);
    else
        explain_text(out, &all);
    if (form == EXPLAIN_JSON)
        str_add_char(out, '\n');
    str_fini(&options);
}

static void tell_times(struct engine *e, const struct qv_result *result)
{
    struct str text = {0};
    str_add_text(&text, "time:");
    explain_times(&text, result);
    engine_note_of(e, result->xfer_id, str_text(&text));
    str_fini(&text);
}

void explaining_tell(struct engine *e, const struct operation *effective,
                     const struct writeout_facts *facts)
{
    enum explain_form form = e->cmdline->telemetry.explain;
    struct str text = {0};
    if (e->cmdline->telemetry.verbose.has_decisions)
        tell_times(e, facts->result);
    if (form == EXPLAIN_NOTHING)
        return;
    explaining_add(&text, e, effective, facts, form);
    engine_area_hide(e);
    console_write(&text);
    str_fini(&text);
}
