/*
 * feed_fields -- what every field of a JSONL line needs: its value, with the
 * right type, or a message that says what it should have been.
 */
#ifndef CLI_INPUT_FEED_FIELDS_H
#define CLI_INPUT_FEED_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "base/text.h"
#include "entry/entry_memory.h"

/* A line while it is read.  Numbers in it are raw: text as it stands there. */
struct feed_fields {
    struct entry *entry;
    struct entry_ask *ask;
    const char *name; /* of the field that is read */
    const char *body; /* of the field that was the body; NULL */
    struct text *scratch;
};

/* Makes it a bad entry, "line 3: timeout: ..."; gives false. */
bool feed_fields_fail(struct feed_fields *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Each gives false after a message. */
bool feed_fields_string(struct feed_fields *f, yyjson_val *v,
                        const char **out); /* without a NUL in it */
bool feed_fields_bool(struct feed_fields *f, yyjson_val *v, bool *out);
bool feed_fields_seconds(struct feed_fields *f, yyjson_val *v, uint64_t *ns);
bool feed_fields_integer(struct feed_fields *f, yyjson_val *v, int64_t min,
                         int64_t max, int64_t *out);
/* A string or an array of them, as a list with NULL at its end. */
bool feed_fields_strings(struct feed_fields *f, yyjson_val *v,
                         const char *const **out);

/* Is a key of the object there twice?  Its name, or NULL. */
const char *feed_fields_twice(yyjson_val *object);

/* The value as compact JSON text that lives as long as the entry; *len is
 * without the NUL. */
const char *feed_fields_json(struct feed_fields *f, yyjson_val *v, size_t *len);

/* What was put into the scratch text, as long as the entry lives. */
char *feed_fields_keep(struct feed_fields *f);

#endif
