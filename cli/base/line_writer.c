#include "base/line_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/*
 * Why a thread, and not the loop: messages come before there is a client and
 * after it is gone, and `quiver serve` has a loop without a client; and the
 * order of messages must be that of the one descriptor, whoever writes.
 *
 * The thread sleeps while nothing waits.  It writes under the lock, but only
 * what goes out without waiting; for room it waits without the lock.
 *
 * The system does not tell when a named pipe gets a reader: the thread tries to
 * open it until it does.
 */
enum {
    FIFO_MS = 50, /* between two tries; nobody sees that it takes so long */
};

/* Of the whole program; read and written where lines are written. */
static bool is_given_up;

static size_t waiting(const struct line_writer *w)
{
    return w->queue.len - w->start;
}

static void drop_queue(struct line_writer *w)
{
    str_clear(&w->queue);
    w->start = 0;
}

static uint64_t count_lines(const char *at, size_t len)
{
    uint64_t n = 0;
    for (const char *end = at + len;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
        n++;
    return n;
}

/* How much of it leaves in one write.  Other processes may write to the same
 * pipe: up to PIPE_BUF bytes are not mixed with theirs, and end with a line
 * when one ends there. */
static size_t piece_len(const char *at, size_t len)
{
    if (len <= PIPE_BUF)
        return len;
    const char *newline = memrchr(at, '\n', PIPE_BUF);
    return newline ? (size_t)(newline - at) + 1 : PIPE_BUF;
}

/* Is there a reader, as far as one has to be waited for? */
static bool is_open(struct line_writer *w)
{
    if (w->to.mode != NONBLOCKING_CLOSED)
        return true;
    int fd = nonblocking_fifo(w->o.fifo);
    if (fd >= 0)
        w->to = (struct nonblocking){.fd = fd, .mode = NONBLOCKING_OWN};
    else if (errno != ENXIO)
        w->failed = errno;
    return fd >= 0;
}

/* How many bytes went out until the reader had no more room. */
static size_t write_now(struct line_writer *w, const char *at, size_t len)
{
    size_t done = 0;
    if (!is_open(w))
        return 0;
    while (done < len) {
        size_t piece = w->to.mode == NONBLOCKING_DIRECT
                           ? len - done
                           : piece_len(at + done, len - done);
        ssize_t n = nonblocking_write(&w->to, at + done, piece);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            w->failed = errno;
            break;
        }
    }
    return done;
}

static void write_queue(struct line_writer *w)
{
    w->start += write_now(w, w->queue.base + w->start, waiting(w));
    if (w->failed || w->start == w->queue.len)
        drop_queue(w);
}

static void *work(void *user)
{
    struct line_writer *w = user;
    (void)pthread_mutex_lock(&w->lock);
    while (waiting(w) || !w->is_closing) {
        if (!waiting(w)) {
            (void)pthread_cond_broadcast(&w->changed);
            (void)pthread_cond_wait(&w->changed, &w->lock);
            continue;
        }

        /* poll() passes over a descriptor of -1. */
        bool has_reader = w->to.mode != NONBLOCKING_CLOSED;
        struct pollfd p[] = {
            {.fd = has_reader ? w->to.fd : -1, .events = POLLOUT},
            {.fd = w->wake, .events = POLLIN}};
        (void)pthread_mutex_unlock(&w->lock);
        (void)poll(p, 2, has_reader ? -1 : FIFO_MS);
        (void)pthread_mutex_lock(&w->lock);
        write_queue(w);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Signals are the loop's. */
static void start_thread(struct line_writer *w)
{
    sigset_t all;
    sigset_t before;
    if (w->wake < 0)
        return;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    w->has_thread = pthread_create(&w->thread, NULL, work, w) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void enqueue(struct line_writer *w, const char *at, size_t len)
{
    if (w->start > w->queue.len / 2) {
        memmove(w->queue.base, w->queue.base + w->start, waiting(w));
        w->queue.len -= w->start;
        w->start = 0;
    }
    str_add(&w->queue, span_of(at, len));
}

static void add_gap(struct line_writer *w)
{
    struct str line = {0};
    if (!w->gap || !w->o.add_gap)
        return;
    w->o.add_gap(&line, w->gap);
    w->gap = 0;
    enqueue(w, line.base, line.len);
    str_fini(&line);
}

/* Is it to be dropped?  Once the queue is full, until half of it is out. */
static bool is_too_much(struct line_writer *w, size_t len)
{
    size_t max = w->is_dropping ? w->o.max / 2 : w->o.max;
    w->is_dropping = waiting(w) > 0 && waiting(w) + len > max;
    return w->is_dropping;
}

static void write_or_queue(struct line_writer *w, const char *at, size_t len)
{
    if (!waiting(w)) {
        size_t done = write_now(w, at, len);
        if (w->failed)
            return;
        at += done;
        len -= done;
    }
    if (len == 0)
        return;
    enqueue(w, at, len);
    if (!w->has_thread)
        start_thread(w);
    (void)pthread_cond_broadcast(&w->changed);
}

static void take(struct line_writer *w, const char *at, size_t len,
                 bool is_urgent)
{
    /* A full disk may have room again; a reader that has gone does not return.
     */
    if (w->failed && w->to.mode != NONBLOCKING_DIRECT)
        return;
    w->failed = 0;
    if (!is_urgent && is_too_much(w, len)) {
        uint64_t lines = count_lines(at, len);
        w->dropped += lines;
        w->gap += lines;
        return;
    }
    add_gap(w);
    write_or_queue(w, at, len);
}

static void take_locked(struct line_writer *w, const void *lines, size_t len,
                        bool is_urgent)
{
    if (len == 0)
        return;
    (void)pthread_mutex_lock(&w->lock);
    take(w, lines, len, is_urgent);
    (void)pthread_mutex_unlock(&w->lock);
}

void line_writer_open(struct line_writer *w,
                      const struct line_writer_options *o)
{
    *w = (struct line_writer){.o = *o, .to = {.fd = o->fd}};
    w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->changed, NULL);
    if (o->fifo == NULL)
        nonblocking_open(&w->to);
}

void line_writer_write(struct line_writer *w, const void *lines, size_t len)
{
    take_locked(w, lines, len, false);
}

void line_writer_urge(struct line_writer *w, const void *lines, size_t len)
{
    take_locked(w, lines, len, true);
}

size_t line_writer_queued(struct line_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    size_t queued = waiting(w);
    (void)pthread_mutex_unlock(&w->lock);
    return queued;
}

bool line_writer_is_behind(struct line_writer *w)
{
    return line_writer_queued(w) > 0;
}

int line_writer_failed(struct line_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    int failed = w->failed;
    (void)pthread_mutex_unlock(&w->lock);
    return failed;
}

/* Without a thread (there was none to be had) the caller waits himself. */
static void wait_for_room(struct line_writer *w)
{
    bool has_reader = w->to.mode != NONBLOCKING_CLOSED;
    struct pollfd p = {.fd = has_reader ? w->to.fd : -1, .events = POLLOUT};
    (void)poll(&p, 1, has_reader ? -1 : FIFO_MS);
    write_queue(w);
}

void line_writer_give_up(void)
{
    is_given_up = true;
}

/* Nobody waits for the reader of what still waits. */
static void drop_all(struct line_writer *w)
{
    w->dropped += count_lines(w->queue.base + w->start, waiting(w));
    drop_queue(w);
}

static void end_thread(struct line_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    drop_all(w);
    w->is_closing = true;
    (void)pthread_cond_broadcast(&w->changed);
    (void)pthread_mutex_unlock(&w->lock);
    (void)eventfd_write(w->wake, 1);
    (void)pthread_join(w->thread, NULL);
}

void line_writer_flush(struct line_writer *w)
{
    (void)pthread_mutex_lock(&w->lock);
    add_gap(w);
    (void)pthread_cond_broadcast(&w->changed);
    while (waiting(w) && !is_given_up) {
        if (w->has_thread)
            (void)pthread_cond_wait(&w->changed, &w->lock);
        else
            wait_for_room(w);
    }
    (void)pthread_mutex_unlock(&w->lock);
}

uint64_t line_writer_close(struct line_writer *w)
{
    line_writer_flush(w);
    if (w->has_thread)
        end_thread(w);
    else if (waiting(w))
        drop_all(w);
    if (w->wake >= 0)
        close(w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    (void)pthread_cond_destroy(&w->changed);
    nonblocking_close(&w->to);
    str_fini(&w->queue);
    return w->dropped;
}
