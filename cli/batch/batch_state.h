/*
 * batch_state -- how far a batch is, and what has stopped it: what is shown
 * while it runs and told at its end.  batch_run writes it, the others read.
 */
#ifndef CLI_BATCH_BATCH_STATE_H
#define CLI_BATCH_BATCH_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "results/batch_summary.h"

/*
 *   FEEDING --(end of the input)--> FED ------(last one ends)--> over
 *      '------(signal, failure)--> DRAINING --(last one ends)--> over
 *                                      '------(second signal)--> STOPPED
 */
enum batch_phase {
    BATCH_FEEDING,  /* more comes from the input */
    BATCH_FED,      /* it has ended: what is on its way finishes */
    BATCH_DRAINING, /* the same, because somebody asked for an end */
    BATCH_STOPPED,  /* nothing is on its way any more */
};

struct batch_state {
    enum batch_phase phase;
    struct batch_summary summary;
    /* of the input: entries and bytes that were read, its bytes (0: unknown) */
    uint64_t nread;
    uint64_t input_at;
    uint64_t input_size;
    bool is_cut; /* not read to its end, and not counted */
    int status;  /* of what stopped it: 23, 26, 116; 0 */
};

#endif
