/*
 * state_report -- what became of a text that was loaded.
 */
#ifndef CORE_POOL_STATE_REPORT_H
#define CORE_POOL_STATE_REPORT_H

#include <stddef.h>

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
