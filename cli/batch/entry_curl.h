/*
 * entry_curl -- --as-curl of a batch: the command line that makes curl send what an
 * entry asks for.
 *
 * One line for a shell.  A body that no argument can hold is given to curl by a
 * pipe, and so is one that is made of files.  Secrets are hidden unless they are to
 * be shown.
 */
#ifndef CLI_BATCH_ENTRY_CURL_H
#define CLI_BATCH_ENTRY_CURL_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct config;
struct cmdline;
struct entry;
struct operation;

/* Appends it, without a line end.  op: the options under the entry.  False with
 * *error: its URL is none. */
bool entry_curl_add(struct str *out, const struct entry *e,
                    const struct cmdline *s, struct config *config,
                    const struct operation *op, struct qv_error *error);

#endif
