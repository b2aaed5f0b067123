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

struct qv_fd {
    int fd;
    void (*on_ready)(struct qv_fd *h, unsigned ready);
    void *state; /* the engine's */
};
void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready);
void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h);

struct qv_timer {
    void (*on_expired)(struct qv_timer *t);
    void *state; /* the engine's */
};
void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns);
void qv_timer_disarm(struct qv_client *c, struct qv_timer *t);

struct qv_signal {
    void (*on_signal)(struct qv_signal *s);
    void *state; /* the engine's */
};
void qv_signal_watch(struct qv_client *c, struct qv_signal *s, int signum);
void qv_signal_unwatch(struct qv_client *c, struct qv_signal *s);

#endif
