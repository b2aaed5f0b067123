/*
 * record_fields -- header fields as JSON: names in lower case, each once, with
 * all its values in their order.
 */
#ifndef CLI_RECORD_RECORD_FIELDS_H
#define CLI_RECORD_RECORD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct record_fields {
    const struct qv_field *fields;
    size_t n;
    bool show_secrets;
    bool is_line_each; /* a newline behind each comma */
};

/* The members, without braces. */
void record_fields_add(struct str *out, const struct record_fields *f);

#endif
