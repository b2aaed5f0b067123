/*
 * input_fields -- what every field of a JSONL line needs: its value, with the
 * right type, or a message that says what it should have been.
 */
#ifndef CLI_INPUT_INPUT_FIELDS_H
#define CLI_INPUT_INPUT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "core/base/str.h"
#include "entry/entry_memory.h"

/* A line while it is read.  Numbers in it are raw: text as it stands there. */
struct input_fields {
    struct entry *entry;
    struct entry_fields *ask;
    const char *name; /* of the field that is read */
    const char *body; /* of the field that was the body; NULL */
    struct str *scratch;
};

/* Makes it a bad entry, "line 3: timeout: ..."; gives false. */
bool input_fields_fail(struct input_fields *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Each gives false after a message. */
bool input_fields_string(struct input_fields *f, yyjson_val *v,
                         const char **out); /* without a NUL in it */
bool input_fields_bool(struct input_fields *f, yyjson_val *v, bool *out);
bool input_fields_seconds(struct input_fields *f, yyjson_val *v, uint64_t *ns);
bool input_fields_integer(struct input_fields *f, yyjson_val *v, int64_t min,
                          int64_t max, int64_t *out);
/* A string or an array of them, as a list with NULL at its end. */
bool input_fields_strings(struct input_fields *f, yyjson_val *v,
                          const char *const **out);

/* Is a key of the object there twice?  Its name, or NULL. */
const char *input_fields_twice(yyjson_val *object);

/* The value as compact JSON text that lives as long as the entry; *len is
 * without the NUL. */
const char *input_fields_json(struct input_fields *f, yyjson_val *v,
                              size_t *len);

/* What was put into the scratch text, as long as the entry lives. */
char *input_fields_keep(struct input_fields *f);

#endif
