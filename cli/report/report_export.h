/*
 * report_export -- records in the form that another program reads.
 *
 * Each form is one file that knows how to begin, to add a record, and to end;
 * records pass one by one, so that memory does not grow with them.
 */
#ifndef CLI_REPORT_REPORT_EXPORT_H
#define CLI_REPORT_REPORT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "files/spool_file.h"
#include "report/report_record.h"

struct report_export {
    const struct report_export_kind *kind;
    struct spool_file out;
    /* For a form whose head says what follows: records go there first. */
    struct spool_file spool;
    uint64_t n;
    uint64_t nfailed; /* an answer that was not as expected */
    uint64_t nerrors; /* no answer */
    uint64_t nparts;  /* written for them, where a record becomes several */
    double seconds;   /* sum of all */
    void *state;      /* of the form */
    /* s since 1970, for a form that shows when */
    double base; /* start of the first record */
    double first;
    double last;
};

struct report_export_kind {
    bool has_spool;
    /* May set `state`, which its end() frees; false after telling why. */
    bool (*begin)(struct report_export *e, struct str *out);
    void (*add)(struct report_export *e, const struct report_record *r,
                struct str *out);
    /* With a spool this writes all that stands before it. */
    void (*head)(const struct report_export *e, struct str *out);
    void (*end)(struct report_export *e, struct str *out);
};

extern const struct report_export_kind report_csv_kind;
extern const struct report_export_kind report_csv_raw_kind; /* exact text */
extern const struct report_export_kind report_junit_kind;
extern const struct report_export_kind report_har_kind;
extern const struct report_export_kind report_waterfall_kind;      /* SVG */
extern const struct report_export_kind report_waterfall_page_kind; /* HTML */

/* False after telling why. */
bool report_export_open(struct report_export *e,
                        const struct report_export_kind *kind,
                        const char *path);
void report_export_add(struct report_export *e, const struct report_record *r);
bool report_export_close(struct report_export *e);

#endif
