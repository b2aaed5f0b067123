/*
 * ending -- how the program ends when a signal says so.
 *
 * Signals that only end a process (HUP, QUIT, ALRM, XCPU, the real-time ones
 * ...) are given a handler that cleans up first, and then end it as they would
 * have.  Ignored ones stay ignored, and what somebody else handles stays his.
 */
#ifndef CLI_FILES_ENDING_H
#define CLI_FILES_ENDING_H

#include <signal.h>

/*
 * From now on `clean` runs before a signal ends the program, on the thread
 * that called this: between ending_hold() and ending_release() it does not.
 * Only what is safe in a signal handler (signal-safety(7)) may be done in it.
 */
void ending_guard(void (*clean)(void));
/* Guards again what somebody has set back to its default in between. */
void ending_guard_again(void);

void ending_hold(sigset_t *before);
void ending_release(const sigset_t *before);

/* What a command returns that a signal has ended. */
#define ENDING_STATUS(signum) (128 + (signum))

/* The exit status for main(); of ENDING_STATUS() it ends by the signal instead,
 * so that whoever waits sees which it was (a shell stops its loop after an
 * interrupt).  Comes back with it only where the signal cannot end us, as in
 * the first process of a container. */
int ending_status(int status);

#endif
