#include "batch/batch_past.h"

#include <inttypes.h>

#include "base/redact.h"

bool batch_past_has(struct results *r, const struct entry *e, bool show_secrets)
{
    struct str url = {0};
    if (e->request.url)
        redact_quote_url(&url, e->request.url, show_secrets);
    bool is_there = results_is_past(r, e->seq, e->id, url.base);
    str_fini(&url);
    return is_there;
}

void batch_past_explain(struct str *text, const struct batch_options *o,
                        const struct entry *e)
{
    str_printf(text,
               "%.100s: entry %" PRIu64
               " of the input has no record there, and "
               "the journal is gone; without --resume the records are replaced",
               batch_options_is_to_stdout(o) ? "standard output" : o->output,
               e->seq + 1);
}
