/*
 * quiver/loop -- what else the client's loop waits for: descriptors, timers,
 * signals.
 */
#ifndef QUIVER_LOOP_H
#define QUIVER_LOOP_H

#include <stdint.h>

struct qv_client;

enum qv_ready {
    QV_READABLE = 1,
    QV_WRITABLE = 2,
};

/* A descriptor that is watched, embedded in its owner and zeroed before the first
 * use.  Level-triggered; an error or a hang-up is told as readable and writable:
 * the next read or write says what it is. */
struct qv_fd {
    int fd;
    void (*on_ready)(struct qv_fd *h, unsigned ready);
    void *state; /* the engine's */
};
/* For these of enum qv_ready from now on, also in a callback; while it is not 0 the
 * client runs.  With 0 nothing is told, but the descriptor stays known. */
void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready);
/* Before the descriptor is closed, or *h freed; nothing if it is not watched.  No
 * on_ready comes after it. */
void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h);

/* Fires once; embedded in its owner and zeroed before the first use. */
struct qv_timer {
    void (*on_expired)(struct qv_timer *t);
    void *state; /* the engine's */
};
/* In so many ns, or as soon as the loop turns; one that is armed is moved. */
void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns);
/* Before *t is freed; nothing if it is not armed.  No on_expired comes after it. */
void qv_timer_disarm(struct qv_client *c, struct qv_timer *t);

/* Embedded in its owner and zeroed before the first use. */
struct qv_signal {
    void (*on_signal)(struct qv_signal *s);
    void *state; /* the engine's */
};
/* Instead of the signal's own effect, each time, until it is unwatched.  It keeps
 * no client running. */
void qv_signal_watch(struct qv_client *c, struct qv_signal *s, int signum);
/* Nothing if it is not watched.  Before qv_client_free(). */
void qv_signal_unwatch(struct qv_client *c, struct qv_signal *s);

#endif
