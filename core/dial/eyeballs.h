/*
 * eyeballs -- Happy Eyeballs (RFC 8305 5) for one kind of attempt.
 *
 * Tries the candidates one after the other, the next when the last one failed
 * or after settings.timeouts.eyeballs, all still running side by side.  The
 * first that is reached cancels the others; ending is silent for losers.
 *
 *   IDLE -> RUNNING -> DONE (won, failed or cancelled)
 *
 * Embedded in the dial; candidates may arrive while it runs.
 */
#ifndef CORE_DIAL_EYEBALLS_H
#define CORE_DIAL_EYEBALLS_H

#include "dial/candidates.h"
#include "dial/connect_attempt.h"

enum eyeballs_state {
    EYEBALLS_IDLE,
    EYEBALLS_RUNNING,
    EYEBALLS_DONE,
};

struct eyeballs {
    const struct connect_attempt_ops *kind;
    const struct connect_attempt_goal *goal;
    const struct candidates *candidates;
    /* An attempt won; the connection is the receiver's.  The others are
     * cancelled. */
    void (*on_won)(struct eyeballs *e, struct conn *c);
    /* Every candidate failed and no other is expected, or the one that was
     * reached failed.  e->fault: the most telling fault. */
    void (*on_failed)(struct eyeballs *e);

    enum eyeballs_state state;
    bool more_expected; /* of candidates: the resolver has not ended */
    bool is_reached;    /* an attempt is: no other is begun */
    struct candidates_cursor cursor;
    struct list attempts;
    struct loop_timer stagger;
    struct fault fault;
    unsigned nfailed;
};

/* The members above the blank line are set by the caller. */
void eyeballs_init(struct eyeballs *e);
/* Starts, or hears that candidates have arrived or that no more will (then
 * more_expected is false).  An attempt that runs keeps its time.  on_failed
 * comes from within this call if nothing is left to try: the dial calls it from
 * its own callbacks and tasks only. */
void eyeballs_go(struct eyeballs *e);
/* There are no candidates and there will be none, because of this fault: DONE,
 * without a callback. */
void eyeballs_give_up(struct eyeballs *e, const struct fault *why);
/* Has any address that was tried and is not out yet answered at all? */
bool eyeballs_was_heard(const struct eyeballs *e);
/* connect_attempt_note_heard() of those that run. */
void eyeballs_note_heard(const struct eyeballs *e);
/* Ends it in any state, without a callback.  how: ATTEMPT_LOST if another run
 * has won, ATTEMPT_CANCELLED if the dial is given up. */
void eyeballs_cancel(struct eyeballs *e, enum attempt_result how);

#endif
