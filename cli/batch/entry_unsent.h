/*
 * entry_unsent -- entries that are shown instead of being sent: --dry-run, --as-curl.
 */
#ifndef CLI_BATCH_ENTRY_UNSENT_H
#define CLI_BATCH_ENTRY_UNSENT_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "entry/entry.h"
#include "request/cmdline.h"

static inline bool entry_unsent_is(const struct cmdline *s)
{
    return s->dry_run || s->as_curl;
}

/* --dry-run: a line of JSON with the text of the request, in place of a record;
 * r names the method and the URL.  Without its line end. */
void entry_unsent_dry(struct str *line, const struct entry *e,
                      const struct str *request, const struct qv_result *r);
/* --as-curl: the command, or a comment where there is none (message not NULL). */
void entry_unsent_curl(struct str *line, const struct entry *e,
                       const struct str *command, const char *message);

#endif
