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
    void (*on_won)(struct eyeballs *e, struct conn *c);
    /* Every candidate failed; why: e->fault, the most telling one. */
    void (*on_failed)(struct eyeballs *e);

    enum eyeballs_state state;
    bool more_expected; /* the resolver has not ended */
    bool is_reached;
    struct candidates_cursor cursor;
    struct list attempts;
    struct loop_timer stagger;
    struct fault fault;
    unsigned nfailed;
};

/* The members above the line are set by the caller. */
void eyeballs_init(struct eyeballs *e);
/* Starts, or hears of candidates that arrived; does not hurry the one that
 * is being tried.  Calls back at once if there is nothing to try and nothing
 * more to come. */
void eyeballs_go(struct eyeballs *e);
/* There will be nothing to try, and why; silent. */
void eyeballs_give_up(struct eyeballs *e, const struct fault *why);
/* In any state; what runs was lost to another run, or is given up. */
void eyeballs_cancel(struct eyeballs *e, enum attempt_result how);

#endif
