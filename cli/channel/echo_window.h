/*
 * echo_window -- how many messages of an echo test may be on their way.
 *
 * So many that both sides are busy, and one more for each that has come back.
 * What is lost must not narrow the window for ever: what has left, and has had
 * more than enough time to come back while nothing else came, is written off.
 * An echo of it still counts when it comes after all.  No clock: times are ns of
 * the caller's.
 */
#ifndef CLI_CHANNEL_ECHO_WINDOW_H
#define CLI_CHANNEL_ECHO_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct echo_window {
    uint64_t most;
    uint64_t written_off;
};

/* What a look at the test finds. */
struct echo_window_look {
    uint64_t silent;  /* ns since the last echo, or the last message out */
    uint64_t rtt;     /* of the path; 0: unknown */
    uint64_t missing; /* messages that were sent and have not come back */
    uint64_t waiting; /* those of them that have not left yet */
};

/* Between two looks at whether anything comes: 100 ms. */
#define ECHO_WINDOW_LOOK_NS UINT64_C(100000000)

/* May one more leave, with so many missing? */
bool echo_window_is_open(const struct echo_window *w, uint64_t missing);
/* True: the window has got wider. */
bool echo_window_look(struct echo_window *w, const struct echo_window_look *l);

#endif
