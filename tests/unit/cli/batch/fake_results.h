/*
 * fake_results -- what became of each entry, in place of results/results.c.
 */
#ifndef TESTS_UNIT_CLI_BATCH_FAKE_RESULTS_H
#define TESTS_UNIT_CLI_BATCH_FAKE_RESULTS_H

#include "results/results.h"

enum {
    FAKE_RESULTS_MAX = 20000,
};

struct results {
    /* what it says */
    enum results_fate fates[FAKE_RESULTS_MAX];
    bool is_past[FAKE_RESULTS_MAX];
    bool has_past;
    bool lacks_entries; /* results_has_all() says no */
    bool is_full;
    int failed;
    bool fails_at_end; /* of the next entry */
    /* what it was told, by seq: how often */
    unsigned char expected[FAKE_RESULTS_MAX];
    unsigned char begun[FAKE_RESULTS_MAX];
    unsigned char left[FAKE_RESULTS_MAX];
    unsigned char ended[FAKE_RESULTS_MAX];
    unsigned nexpected;
    unsigned nbegun;
    unsigned nleft;
    unsigned nended;
    uint64_t last_expected;
    char *last_line; /* of results_end() */
};

/* *r is zeroed. */
void fake_results_fini(struct results *r);

#endif
