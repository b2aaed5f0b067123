/*
 * report_record -- a line of a batch's results, taken apart.
 */
#ifndef CLI_REPORT_REPORT_RECORD_H
#define CLI_REPORT_REPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yyjson.h>

#include "core/base/str.h"

struct report_record {
    const char *file;
    uint64_t line;    /* in the file, from 1 */
    uint64_t offset;  /* of the line in the file */
    const char *text; /* the line, without its newline */
    size_t len;
    uint64_t seq;
    bool is_ok; /* exitcode 0 */
    yyjson_val *root;
    yyjson_doc *doc;
};

/* The place of the line is the caller's to set; false when it is none. */
bool report_record_parse(struct report_record *r, const char *line, size_t len);
void report_record_fini(struct report_record *r);

/* Values by name; "a.b" is the member b of the object a. */
yyjson_val *report_record_value(const struct report_record *r,
                                const char *path);
/* NULL when it is no string. */
const char *report_record_string(const struct report_record *r,
                                 const char *path);
/* `otherwise` when it is no number. */
double report_record_number(const struct report_record *r, const char *path,
                            double otherwise);

/* The id as text: a string without its quotes, a number; the seq where there
 * is none. */
void report_record_id(const struct report_record *r, struct str *out);
/* One line that says why it failed; nothing when it did not. */
void report_record_error(const struct report_record *r, struct str *out);

/* s since 1970; 0: unknown. */
double report_record_started(const struct report_record *r);

#endif
