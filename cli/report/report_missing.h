/*
 * report_missing -- compares records, in the order of the input, with the
 * input: whose record is missing?
 */
#ifndef CLI_REPORT_REPORT_MISSING_H
#define CLI_REPORT_REPORT_MISSING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report_record.h"

struct report_missing;

/* NULL after telling why. */
struct report_missing *report_missing_new(const char *const *files, size_t n);
void report_missing_free(struct report_missing *m);

void report_missing_record(struct report_missing *m,
                           const struct report_record *r);
/* After the last record.  False when entries are missing, records are of no
 * entry, or the input cannot be read, after telling so. */
bool report_missing_end(struct report_missing *m);

#endif
