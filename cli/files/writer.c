#include "files/writer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"

/*
 * A reader that is slower than the network must not stop other transfers, so
 * standard output must not block: see nonblocking.h.
 *
 * A piece of DIRECT_MIN bytes or more goes to write() from where it lies;
 * smaller ones are gathered until GATHER_MAX or the end of the loop's turn.
 */
enum {
    DIRECT_MIN = 8 * 1024,
    GATHER_MAX = 64 * 1024,
    FULL_AT = 128 * 1024,
    /* Between two tries to open a named pipe, of which the system does not tell
     * when it gets a reader: 50 ms. */
    FIFO_NS = 50 * 1000 * 1000,
};

static void on_writable(struct qv_fd *h, unsigned ready);

static void on_fifo_due(struct qv_timer *t);

static void on_flush_due(struct qv_timer *t)
{
    struct writer *o = QV_OWNER(t, struct writer, flush_timer);
    o->is_flush_due = false;
    writer_flush(o);
}

void writer_init(struct writer *o, struct qv_client *client)
{
    *o = (struct writer){
        .client = client,
        .to = {.fd = STDOUT_FILENO},
        .last = '\n',
    };
    o->watch.on_ready = on_writable;
    o->fifo_timer.on_expired = on_fifo_due;
    o->flush_timer.on_expired = on_flush_due;
}

/* ---- waiting ---- */

static void set_absent(struct writer *o, bool is_absent)
{
    if (is_absent == o->is_absent)
        return;
    o->is_absent = is_absent;
    if (is_absent) {
        qv_client_hold(o->client); /* what is queued shall leave */
        qv_timer_arm(o->client, &o->fifo_timer, FIFO_NS);
    } else {
        qv_timer_disarm(o->client, &o->fifo_timer);
        qv_client_release(o->client);
    }
}

static void set_watched(struct writer *o, bool is_watched)
{
    if (is_watched)
        qv_fd_watch(o->client, &o->watch, QV_WRITABLE);
    else
        qv_fd_unwatch(o->client, &o->watch);
}

static void set_blocked(struct writer *o, bool is_blocked)
{
    if (is_blocked == o->is_blocked)
        return;
    o->is_blocked = is_blocked;
    if (is_blocked ? o->to.mode == NONBLOCKING_CLOSED : o->is_absent)
        set_absent(o, is_blocked);
    else
        set_watched(o, is_blocked);
}

void writer_fini(struct writer *o)
{
    set_blocked(o, false);
    if (o->is_flush_due)
        qv_timer_disarm(o->client, &o->flush_timer);
    nonblocking_close(&o->to);
    free(o->queue);
}

/* False: nobody reads there yet, or it has failed. */
static bool is_open(struct writer *o)
{
    if (o->to.mode != NONBLOCKING_CLOSED)
        return true;
    if (o->fifo == NULL) {
        nonblocking_open(&o->to);
    } else {
        int fd = nonblocking_fifo(o->fifo);
        if (fd < 0 && errno != ENXIO)
            o->failed = errno;
        if (fd < 0)
            return false;
        o->to = (struct nonblocking){.fd = fd, .mode = NONBLOCKING_OWN};
    }
    o->watch.fd = o->to.fd;
    return true;
}

/* How many bytes went out until the reader had no more room. */
static size_t write_now(struct writer *o, const char *data, size_t len)
{
    size_t done = 0;
    if (!is_open(o))
        return 0;
    if (len && o->before)
        o->before(o->before_user);
    while (done < len && !o->failed) {
        ssize_t n = nonblocking_write(&o->to, data + done, len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            break;
        else if (errno != EINTR)
            o->failed = errno;
    }
    if (done)
        o->last = data[done - 1];
    return done;
}

static void enqueue(struct writer *o, const char *data, size_t len)
{
    if (o->start == o->end)
        o->start = o->end = 0;
    if (o->end + len > o->cap && o->start) {
        memmove(o->queue, o->queue + o->start, o->end - o->start);
        o->end -= o->start;
        o->start = 0;
    }
    if (o->end + len > o->cap) {
        size_t cap = o->cap ? o->cap : 4096;
        while (cap < o->end + len)
            cap *= 2;
        o->queue = xalloc_array(o->queue, cap, 1);
        o->cap = cap;
    }
    memcpy(o->queue + o->end, data, len);
    o->end += len;
}

/* Nobody reads any more: what is left goes nowhere. */
static void drop_all(struct writer *o)
{
    o->start = o->end = 0;
    set_blocked(o, false);
    if (o->on_drain)
        o->on_drain(o);
}

static void write_queue(struct writer *o)
{
    o->start += write_now(o, o->queue + o->start, o->end - o->start);
    if (o->failed)
        drop_all(o);
    else
        set_blocked(o, o->start < o->end);
}

static void on_writable(struct qv_fd *h, unsigned ready)
{
    struct writer *o = QV_OWNER(h, struct writer, watch);
    (void)ready;
    write_queue(o);
    if (!writer_is_full(o) && !o->failed && o->on_drain)
        o->on_drain(o);
}

/* Is there a reader now? */
static void on_fifo_due(struct qv_timer *t)
{
    struct writer *o = QV_OWNER(t, struct writer, fifo_timer);
    set_blocked(o, false);
    write_queue(o);
    if (!writer_is_full(o) && !o->failed && o->on_drain)
        o->on_drain(o);
}

void writer_flush(struct writer *o)
{
    if (o->is_flush_due) {
        o->is_flush_due = false;
        qv_timer_disarm(o->client, &o->flush_timer);
    }
    if (o->start < o->end && !o->is_blocked && !o->failed)
        write_queue(o);
}

void writer_write(struct writer *o, const void *data, size_t len)
{
    size_t done = 0;
    if (o->failed || !len)
        return;
    if (len >= DIRECT_MIN && !o->is_blocked) {
        writer_flush(o);
        if (!o->is_blocked)
            done = write_now(o, data, len);
        if (o->failed) {
            drop_all(o);
            return;
        }
    }
    if (done == len)
        return;
    enqueue(o, (const char *)data + done, len - done);
    if (o->is_blocked)
        return;
    if (done || o->is_immediate || o->end - o->start >= GATHER_MAX) {
        writer_flush(o);
    } else if (!o->is_flush_due) {
        o->is_flush_due = true;
        qv_timer_arm(o->client, &o->flush_timer, 0);
    }
}

void writer_end_line(struct writer *o, int ms)
{
    const char *rest = o->start < o->end ? o->queue + o->start : NULL;
    const char *newline = rest ? memchr(rest, '\n', o->end - o->start) : NULL;
    size_t left = newline && o->last != '\n' ? (size_t)(newline - rest) + 1 : 0;
    while (left && !o->failed) {
        struct pollfd p = {.fd = o->to.fd, .events = POLLOUT};
        size_t n;
        /* The whole time anew each time that the reader takes some of it. */
        if (poll(&p, 1, ms) <= 0)
            break;
        n = write_now(o, rest, left);
        rest += n;
        left -= n;
    }
    o->start = o->end = 0;
    set_blocked(o, false);
}

bool writer_is_full(const struct writer *o)
{
    return !o->failed && o->end - o->start >= FULL_AT;
}
