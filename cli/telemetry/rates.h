/*
 * rates -- how much happens in a second, from one snapshot to another.
 *
 * Numbers are those of the last second or a bit more: shorter, and they jump.
 */
#ifndef CLI_TELEMETRY_RATES_H
#define CLI_TELEMETRY_RATES_H

#include <stddef.h>
#include <stdint.h>

#include "telemetry/snapshot.h"

/* A second of one origin, or of all. */
struct rate {
    char *origin; /* NULL: of all */
    uint64_t requests;
    uint64_t bytes_in;
    uint64_t bytes_out;
    /* each second; below 0: not known yet */
    double requests_rate;
    double in_rate;
    double out_rate;
};

struct rates {
    uint64_t at; /* of the numbers; 0: none yet */
    struct rate total;
    struct rate *origins;
    size_t norigins;
};

/* Zeroed at first.  At the client's time `now`, with the origins that the
 * snapshot still has. */
void rates_take(struct rates *r, const struct snapshot *s, uint64_t now);
/* The same over all of a run that took so long. */
void rates_of_run(struct rates *r, const struct snapshot *s, uint64_t elapsed);
/* Of this origin; NULL: nothing is known. */
const struct rate *rates_of(const struct rates *r, const char *origin);
void rates_fini(struct rates *r);

#endif
