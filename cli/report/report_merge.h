/*
 * report_merge -- the records of several files as one stream, in the order of
 * the input, one of each entry.
 *
 * A file whose records are in that order is read as it comes; of another one
 * an index is kept, 16 bytes a record.
 */
#ifndef CLI_REPORT_REPORT_MERGE_H
#define CLI_REPORT_REPORT_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/report_files.h"
#include "report/report_record.h"

struct report_merge;

/* NULL after telling why.  *nbad counts lines that do not count. */
struct report_merge *report_merge_new(const char *const *names, size_t n,
                                      uint64_t *nbad);
void report_merge_free(struct report_merge *m);

/* Valid until the next call; false at the end. */
bool report_merge_next(struct report_merge *m, struct report_record *r);

/* Records left out because there is another of the same entry: the one that
 * succeeded, or else the last. */
uint64_t report_merge_duplicates(const struct report_merge *m);
/* Records of one place with two ids: the files are not of one input. */
uint64_t report_merge_conflicts(const struct report_merge *m);

#endif
