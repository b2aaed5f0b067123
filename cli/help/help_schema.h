/*
 * help_schema -- `quiver help json-schema`: the JSON that quiver writes, as a
 * JSON Schema.
 */
#ifndef CLI_HELP_HELP_SCHEMA_H
#define CLI_HELP_HELP_SCHEMA_H

#include "core/base/str.h"

/* The whole document; it describes a record, and the others as its $defs. */
void help_schema_render(struct str *out);

#endif
