/*
 * phases -- where the time of one exchange went.
 *
 * Records, archives and pictures show the same seven phases under the same
 * names; this is where they are told apart.
 */
#ifndef CLI_RECORD_PHASES_H
#define CLI_RECORD_PHASES_H

#include "core/quiver.h"

enum phase {
    PHASE_QUEUE, /* for a permit, and for room on a connection */
    PHASE_DNS,
    PHASE_CONNECT,
    PHASE_TLS,
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_RECEIVE,
    PHASES
};

extern const char *const phase_names[PHASES];

/* s each; negative: the exchange had no such phase. */
struct phases {
    double lasted[PHASES];
};

/* Of an exchange that began at `start` and was over at `end`, in seconds from
 * the transfer's start, as the stages are. */
void phases_of(struct phases *p, const struct qv_stages *s, double start,
               double end);
/* The same of a transfer's last exchange. */
void phases_of_result(struct phases *p, const struct qv_result *r);

#endif
