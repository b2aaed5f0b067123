/*
 * batch_summary -- what a batch has come to, counted as its entries end.
 *
 * Constant memory for any number of them.
 */
#ifndef CLI_RESULTS_BATCH_SUMMARY_H
#define CLI_RESULTS_BATCH_SUMMARY_H

#include <stdint.h>
#include <time.h>

#include "core/base/hdr_histogram.h"
#include "core/base/str.h"
#include "core/quiver.h"

enum {
    BATCH_SUMMARY_STATUSES = 1000,
    BATCH_SUMMARY_EXITS = 256,
};

struct batch_summary {
    struct timespec started; /* wall clock */
    uint64_t began;          /* qv_client_now() */
    uint64_t ended;
    uint64_t ndone; /* have a record of this run */
    uint64_t nok;
    uint64_t nfailed;
    uint64_t nunexpected; /* of the failed: by their expectation only */
    uint64_t nretried;
    uint64_t nretries;
    uint64_t nresumed;   /* an earlier run has done them */
    uint64_t nelsewhere; /* belong to other shards */
    uint64_t nleft;      /* taken from the input, and not begun */
    uint64_t nconnects;
    uint64_t bytes_down;
    uint64_t bytes_delivered;
    uint64_t bytes_up;
    uint64_t by_status[BATCH_SUMMARY_STATUSES];
    uint64_t by_exit[BATCH_SUMMARY_EXITS];
    uint64_t by_version[5]; /* enum in batch_summary.c */
    uint64_t by_class[3];
    struct hdr_histogram total;
    struct hdr_histogram first; /* time_starttransfer */
};

/* status: exit status of the entry, error_class: with one, or NULL. */
void batch_summary_add(struct batch_summary *s, const struct qv_result *r,
                       int status, const char *error_class);

/* "10000 done: 9990 ok, 10 failed, ..." */
void batch_summary_line(const struct batch_summary *s, struct str *out);
/* The whole as one JSON object; engine: NULL when it is not known;
 * exit_status: of the program. */
void batch_summary_json(const struct batch_summary *s,
                        const struct qv_stats *engine, int exit_status,
                        struct str *out);
/* Requests a second so far. */
double batch_summary_rate(const struct batch_summary *s, uint64_t now);
/* "1.2 ms", with three digits. */
void batch_summary_time(struct str *out, double seconds);

#endif
