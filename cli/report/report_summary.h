/*
 * report_summary -- the summary of a batch, made from its records.
 */
#ifndef CLI_REPORT_REPORT_SUMMARY_H
#define CLI_REPORT_REPORT_SUMMARY_H

#include "core/base/str.h"
#include "report/report_record.h"
#include "results/batch_summary.h"

struct report_summary {
    struct batch_summary counts;
    double first; /* s since 1970 when the first began; 0: no record yet */
    double last;  /* when the last ended */
};

/* Zeroed: empty. */
void report_summary_add(struct report_summary *s,
                        const struct report_record *r);
/* For people, several lines. */
void report_summary_text(struct report_summary *s, struct str *out);
/* As --summary-out of a batch. */
void report_summary_json(struct report_summary *s, int exit_status,
                         struct str *out);

#endif
