/*
 * report_files -- the records of several files, one after the other.
 *
 * Lines that are no records are counted and left out: the last line of a run
 * that was killed is torn.  Of each file three are told on standard error, with
 * their number, and the count of all.
 */
#ifndef CLI_REPORT_REPORT_FILES_H
#define CLI_REPORT_REPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/line_reader.h"
#include "report/report_record.h"

struct report_file {
    const char *name; /* as given; "-": standard input */
    int fd;
    uint64_t line;
    struct line_reader lines;
    uint64_t *nbad; /* lines that were left out; the caller's sum */
    uint64_t nbad_here;
    bool is_quiet; /* they were told of before */
};

/* False after telling why. */
bool report_file_open(struct report_file *f, const char *name, uint64_t *nbad);
void report_file_close(struct report_file *f);
/* The next record, valid until the next call; false at the end. */
bool report_file_next(struct report_file *f, struct report_record *r);
/* The record whose line begins there; false when there is none. */
bool report_file_at(struct report_file *f, uint64_t offset,
                    struct report_record *r);

#endif
