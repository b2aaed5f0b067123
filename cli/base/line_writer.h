/*
 * line_writer -- lines for a reader that may be slow or may have stopped, from
 * a loop that must not wait for it: messages, logs, events.
 *
 * What is written goes out at once while the reader has room.  What he has no
 * room for waits in a queue, which a thread of the writer's own gives him as he
 * takes it; so the writer needs no loop, and can be used before one runs and
 * after it has ended.  The order of what is written is kept.
 *
 * The queue is bounded.  Beyond the bound whole pieces are dropped and their
 * lines counted, until the reader has taken half of the queue.  A writer is
 * the other answer to a slow reader: it loses nothing, and its producer pauses.
 */
#ifndef CLI_BASE_LINE_WRITER_H
#define CLI_BASE_LINE_WRITER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nonblocking.h"
#include "core/base/str.h"

struct line_writer_options {
    int fd; /* stays the caller's, and open until line_writer_close() */
    /* Path of a named pipe, in the place of fd: the writer opens it once
     * somebody reads there, and nobody waits for that.  Borrowed; NULL: fd. */
    const char *fifo;
    size_t max; /* bytes that may wait */
    /* Appends the line that tells, in their place, how many lines are missing;
     * NULL: that place has none, see line_writer_close(). */
    void (*add_gap)(struct str *out, uint64_t lines);
};

struct line_writer {
    /* private: */
    struct line_writer_options o;
    struct nonblocking to;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t changed;
    pthread_t thread;
    bool has_thread;
    int wake; /* eventfd: ends the thread's wait for room */
    bool is_closing;
    bool is_dropping;
    struct str queue;
    size_t start;     /* of what waits in it */
    uint64_t dropped; /* lines that will not get there, all of them */
    uint64_t gap;     /* lines that no add_gap() has told of */
    int failed;       /* errno of the last write that did */
};

void line_writer_open(struct line_writer *w,
                      const struct line_writer_options *o);

/* One or more whole lines. */
void line_writer_write(struct line_writer *w, const void *lines, size_t len);
/* The same for what must not be dropped, whatever waits. */
void line_writer_urge(struct line_writer *w, const void *lines, size_t len);

/* Is something waiting for the reader? */
bool line_writer_is_behind(struct line_writer *w);
/* errno of the write that failed last, 0. */
int line_writer_failed(struct line_writer *w);

/* Bytes that wait for the reader. */
size_t line_writer_queued(struct line_writer *w);

/* Waits until the reader has taken everything, or is gone. */
void line_writer_flush(struct line_writer *w);
/* The same, and frees it; gives back how many lines the reader was too slow
 * for. */
uint64_t line_writer_close(struct line_writer *w);

/* For a program that is in a hurry to end: from now on no reader of any writer
 * is waited for.  There is no way back. */
void line_writer_give_up(void);

#endif
