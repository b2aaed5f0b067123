/*
 * spin -- runs a loop for a while, whatever would keep loop_run() waiting.
 */
#ifndef TESTS_SPIN_H
#define TESTS_SPIN_H

#include "io/loop.h"

/* The rest of the turn at hand: until all tasks that are queued now have run. */
void spin_tasks(struct loop *loop);
/* What was received is looked at (loop_soon()); nothing else. */
void spin_soon(struct loop *loop);
/* So many turns; none of them waits for a timer. */
void spin_turns(struct loop *loop, unsigned turns);
/* So long by the loop's clock, timers included. */
void spin_for(struct loop *loop, uint64_t ns);

#endif
