/*
 * syncer -- fdatasync() where nobody waits for it.
 *
 * A disk may take longer for it than an answer takes to come: done by the
 * loop, it would stop every transfer and be counted as their time.  A thread
 * does it, one round at a time.
 */
#ifndef CLI_FILES_SYNCER_H
#define CLI_FILES_SYNCER_H

#include <stdbool.h>

enum {
    SYNCER_MAX = 3
};

struct syncer;

struct syncer *syncer_new(void);
void syncer_free(struct syncer *s); /* waits for a round */

/* One after the other; -1 is passed over.  Gives errno, 0. */
int syncer_now(const int fds[SYNCER_MAX]);
/* Starts a round of the same, as they are now.  False: the round before still
 * runs. */
bool syncer_start(struct syncer *s, const int fds[SYNCER_MAX]);
/* Has the last round ended?  *error: errno of it, 0. */
bool syncer_is_idle(struct syncer *s, int *error);
void syncer_wait(struct syncer *s);

#endif
