/*
 * loop -- one thread, one clock, one wait.  A narrow face over libuv, which
 * only io/ sees.
 *
 * Handles are embedded in the struct that uses them, so registering never
 * allocates per event and the callback finds its owner with container_of()
 * instead of a void pointer.
 *
 * One turn:  wait -> ready descriptors -> soon -> expired timers -> tasks -> last
 * -> reap.  What was received is looked at soon, all of one kind after the other,
 * so that its code is read into the cache once and not for each; last is where
 * connections flush what the turn produced; reap is the only place where objects
 * are freed, so a callback may close anything, itself included.
 */
#ifndef CORE_IO_LOOP_H
#define CORE_IO_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/trace.h"

struct loop;
struct qlog_files;

#define LOOP_MS ((uint64_t)1000000) /* in loop clock ns */
#define LOOP_S  (1000 * LOOP_MS)

enum loop_events {
    LOOP_READ = 1,
    LOOP_WRITE = 2,
};

/* A descriptor being watched.  Zeroed with on_ready and fd set, then
 * loop_watch().  Level-triggered.  Errors and hang-ups are reported as
 * readable and writable: the next read or write tells. */
struct loop_fd {
    int fd;
    unsigned interest; /* LOOP_* */
    void (*on_ready)(struct loop_fd *h, unsigned events);
    void *poll; /* the loop's own */
};

/* on_expired runs once; the timer is no longer armed then. */
struct loop_timer {
    struct heap_node node;
    void (*on_expired)(struct loop_timer *t, uint64_t now);
};

/* Something to do at the end of this turn.  Zeroed with run set; scheduling it
 * twice in a turn runs it once.  A task scheduled by a task runs in the same
 * turn, after those already waiting. */
struct loop_task {
    struct list link;
    bool is_queued;
    void (*run)(struct loop_task *task);
};

struct loop_signal {
    int signum;
    void (*on_signal)(struct loop_signal *s);
    struct loop *loop;
    void *handle; /* the loop's own */
};

struct loop *loop_new(void);
/* Runs the tasks and the reaping that still wait, then frees. */
void loop_free(struct loop *loop);

/* Monotonic ns; fixed within a callback round, renewed each turn. */
uint64_t loop_now(const struct loop *loop);

/* Sets the interest (0 is allowed: stays registered, reports nothing). */
void loop_watch(struct loop *loop, struct loop_fd *h, unsigned interest);
/* Before the descriptor is closed.  No callback comes after this. */
void loop_unwatch(struct loop *loop, struct loop_fd *h);

/* Moves it when it is armed already.  A deadline in the past expires next. */
void loop_arm(struct loop *loop, struct loop_timer *t, uint64_t deadline);
void loop_disarm(struct loop *loop, struct loop_timer *t);

/* Before the timers and the tasks of this turn, once everything that was ready
 * has been read.  Such a task must not queue such tasks without end. */
void loop_soon(struct loop *loop, struct loop_task *task);
void loop_later(struct loop *loop, struct loop_task *task);
/* Once no task of this turn waits. */
void loop_last(struct loop *loop, struct loop_task *task);
void loop_forget(struct loop *loop,
                 struct loop_task *task); /* scheduled or not */
/* Runs in the reap phase of this turn, after every task: frees its owner. */
void loop_reap(struct loop *loop, struct loop_task *task);

void loop_on_signal(struct loop *loop, struct loop_signal *s, int signum);
void loop_off_signal(struct loop_signal *s);

/* Until loop_stop(), or until nothing is watched, armed or waiting. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Shared by everything on this loop. */
struct buf_pool *loop_buffers(struct loop *loop);
/* One 64 KiB scratch buffer, for reads whose bytes are used up before the
 * reader returns. */
uint8_t *loop_scratch(struct loop *loop, size_t *cap);
struct trace *loop_trace(const struct loop *loop); /* NULL: nobody listens */
void loop_set_trace(struct loop *loop, struct trace *trace);
/* Where connections leave their traces (io/qlog_files.h); NULL: nowhere.
 * Borrowed. */
struct qlog_files *loop_qlog(const struct loop *loop);
void loop_set_qlog(struct loop *loop, struct qlog_files *files);

#endif
