/*
 * etag_file -- the file of --etag-save.
 */
#ifndef CLI_FETCH_ETAG_FILE_H
#define CLI_FETCH_ETAG_FILE_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "request/cmdline.h"

/* Saves the entity tag of an answer, 2xx or 3xx.  *text: what is to be printed in
 * place of that ("-"), or, with false, why it cannot be. */
bool etag_file_save(const struct operation *op, const struct qv_result *result,
                    struct str *text);

#endif
