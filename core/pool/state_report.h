/*
 * state_report -- texts that outlive a run: what one that is loaded is for, and what
 * became of it.
 */
#ifndef CORE_POOL_STATE_REPORT_H
#define CORE_POOL_STATE_REPORT_H

#include <stddef.h>

enum state_role {
    STATE_INPUT, /* it is read, and written by others */
    STATE_HOME,  /* what is known will be saved in its place */
    STATE_MERGE, /* it is what that has become meanwhile: what this run has changed
                    stays, and else it is right, in what is gone as well */
};

struct state_report {
    size_t taken;
    size_t expired;
    size_t bad;
    unsigned first_bad; /* line, from 1; 0: none */
};

static inline void state_report_bad(struct state_report *r, unsigned line)
{
    r->bad++;
    if (r->first_bad == 0)
        r->first_bad = line;
}

#endif
