/*
 * loop_self -- the inside of struct loop, for loop*.c alone: the turn, its timers
 * and tasks are loop.c, descriptors loop_fds.c, signals loop_signals.c.
 */
#ifndef CORE_IO_LOOP_SELF_H
#define CORE_IO_LOOP_SELF_H

#include <uv.h>

#include "io/loop.h"
#include "io/loop_tasks.h"

struct loop_watch;

struct loop {
    uv_loop_t uv;
    uv_timer_t wake;
    uint64_t wake_at; /* 0: not armed */
    uint64_t now;
    bool is_in_turn; /* now is fixed */
    bool is_waiting; /* until the first callback of the turn renews now */
    bool is_stopped;
    struct heap timers;
    struct loop_tasks tasks;
    struct list dirty;
    struct loop_watch *free_watches;
    struct buf_pool buffers;
    uint8_t *scratch; /* made at its first use */
    struct trace *trace;
    struct qlog_files *qlog;
};

/* The first callback of a turn renews the clock for all of it: each begins with
 * this. */
void loop_end_wait(struct loop *loop);

/* Of libuv's start and of a descriptor that it refuses, a result that is not 0:
 * the program ends, there is no way to go on. */
void loop_must(int result, const char *what);

/* ---- descriptors ---- */

/* 0, or an error of libuv: it takes its first descriptors where it cannot fail but
 * by abort(), so they are asked for beforehand. */
int loop_fds_try(void);
/* Tells libuv what has changed since the last wait. */
void loop_fds_apply(struct loop *loop);
/* libuv has closed the handle of a descriptor. */
void loop_fds_on_closed(uv_handle_t *handle);
/* When all are closed. */
void loop_fds_fini(struct loop *loop);

/* ---- signals ---- */

/* libuv has closed the handle of a signal. */
void loop_signals_on_closed(uv_handle_t *handle);

#endif
