/*
 * schema_words -- types that many members have, for the tables of schema_table.h.
 */
#ifndef CLI_HELP_SCHEMA_WORDS_H
#define CLI_HELP_SCHEMA_WORDS_H

#include <stddef.h>

#include "help/schema_table.h"

#define T        "number"
#define T_OR     "number|null"
#define TEXT     "string"
#define TEXT_OR  "string|null"
#define N        "integer"
#define N_OR     "integer|null"
#define YES_NO   "boolean"
#define MAYBE    "boolean|null"
#define VERSIONS "'1.0'|'1.1'|'2'|'3'"

#define SCHEMA_END                                                             \
    {                                                                          \
        NULL, NULL, NULL, NULL                                                 \
    }

#endif
