/*
 * results_sync -- fdatasync() where nobody waits for it.
 *
 * A disk may take longer for it than an answer takes to come: done by the
 * loop, it would stop every transfer and be counted as their time.  A thread
 * does it, one round at a time.
 */
#ifndef CLI_FILES_RESULTS_SYNC_H
#define CLI_FILES_RESULTS_SYNC_H

#include <stdbool.h>

enum {
    RESULTS_SYNC_MAX = 3
};

struct results_sync;

struct results_sync *results_sync_new(void);
void results_sync_free(struct results_sync *s); /* waits for a round */

/* One after the other; -1 is passed over.  Gives errno, 0. */
int results_sync_now(const int fds[RESULTS_SYNC_MAX]);
/* Starts a round of the same, as they are now.  False: the round before still
 * runs. */
bool results_sync_start(struct results_sync *s,
                        const int fds[RESULTS_SYNC_MAX]);
/* Has the last round ended?  *error: errno of it, 0. */
bool results_sync_is_idle(struct results_sync *s, int *error);
void results_sync_wait(struct results_sync *s);

#endif
