#include "batch/entry_unsent.h"

#include <string.h>

#include "base/jsonl.h"
#include "terminal/escape.h"

void entry_unsent_dry(struct str *line, const struct entry *e,
                      const struct str *request, const struct qv_result *r)
{
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
    jsonl_quote(line, str_text(request), request->len);
    jsonl_put(line, "}");
}

void entry_unsent_curl(struct str *line, const struct entry *e,
                       const struct str *command, const char *message)
{
    if (message == NULL) {
        str_add(line, str_span(command));
        return;
    }
    str_printf(line, "# entry %s: ", e->id);
    escape_bytes(line, message, strlen(message));
}
