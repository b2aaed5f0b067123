/*
 * dry_run -- --dry-run: the request as it would be sent.
 *
 * Its head is written as HTTP/1.1 has it, whatever version it would go over.
 * Of the body, bytes are written as they are, and files are named.
 */
#ifndef CLI_RECORD_DRY_RUN_H
#define CLI_RECORD_DRY_RUN_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"

/* Appends it.  Secrets of the head are hidden unless they are to be shown. */
void dry_run_render(struct str *out, const struct qv_built *built,
                    const struct qv_request *request, bool show_secrets);

#endif
