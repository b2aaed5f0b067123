/*
 * loop over libuv.
 *
 * libuv waits; the order of a turn is ours.  uv_run(UV_RUN_ONCE) is the wait
 * and the ready descriptors, and what follows it is plain code: expired timers
 * out of our own heap, then tasks, then reap.  A uv_check or uv_idle handle for
 * the last two would put the same order into callbacks and cost a walk of
 * handles each turn.
 *
 * Timers live in struct heap (QUIC moves them with every packet; a uv_timer_t
 * each would allocate and close for each connection).  One uv_timer_t wakes the
 * wait for the earliest.  libuv counts milliseconds, which is too coarse for
 * QUIC's pacing: the rest below a millisecond is waited for with ppoll() on
 * libuv's own epoll descriptor, which costs two more system calls, but only
 * when such a timer is due soon.
 *
 * A descriptor needs a uv_poll_t, whose memory must outlive the registration
 * until libuv has closed it.  So it is not part of struct loop_fd but of a
 * struct watch here, which goes back to a free list.  Every change of interest
 * costs libuv two epoll_ctl calls; changes are therefore noted, and applied
 * once before the next wait: what a turn takes back costs nothing.
 */
#include "io/loop.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "base/err.h"
#include "base/xalloc.h"

#define SCRATCH_SIZE ((size_t)65536)

/* One registration.  h is NULL once it is unwatched. */
struct watch {
    uv_poll_t uv;
    struct loop *loop;
    struct loop_fd *h;
    unsigned applied;  /* the interest that libuv knows */
    struct list dirty; /* linked when it differs from h->interest */
    struct watch *next_free;
};

struct loop {
    uv_loop_t uv;
    uv_timer_t wake;
    uint64_t wake_at; /* 0: not armed */
    uint64_t now;
    bool is_in_turn; /* now is fixed */
    bool is_waiting; /* until the first callback of the turn renews now */
    bool is_stopped;
    struct heap timers;
    struct list tasks;
    struct list reaps;
    struct list dirty;
    struct watch *free_watches;
    struct buf_pool buffers;
    uint8_t *scratch; /* made at its first use */
    struct trace *trace;
    struct qlog_files *qlog;
};

static uint64_t clock_ns(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * LOOP_S + (uint64_t)ts.tv_nsec;
}

/* The first callback of a turn renews the clock for all of it. */
static void end_wait(struct loop *loop)
{
    if (!loop->is_waiting)
        return;
    loop->is_waiting = false;
    loop->now = clock_ns();
}

/* Of libuv's start and of a descriptor that it refuses: no way to go on. */
static void must(int result, const char *what)
{
    if (result == 0)
        return;
    int status = err_exit_status(ERR_NO_MEMORY);
    (void)fprintf(stderr, "quiver: (%d) %s: %s\n", status, what,
                  uv_strerror(result));
    exit(status);
}

static void on_wake(uv_timer_t *wake)
{
    struct loop *loop = container_of(wake, struct loop, wake);
    loop->wake_at = 0;
}

static bool is_far_from_limit(int fd)
{
    enum {
        FAR = 256
    };
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
           (rlim_t)fd + FAR < limit.rlim_cur;
}

/* libuv takes its first descriptors where it cannot fail but by abort(), so
 * they are asked for beforehand: two pipes for signals, one event and three
 * for polling.  When the first that is free is far from the limit, the others
 * are there as well. */
static int try_descriptors(void)
{
    enum {
        NEEDED = 8
    };
    int fds[NEEDED];
    int n = 0;
    int error = 0;
    while (n < NEEDED && error == 0) {
        fds[n] = epoll_create1(EPOLL_CLOEXEC);
        if (fds[n] < 0)
            error = errno;
        else if (is_far_from_limit(fds[n++]))
            break;
    }
    while (n > 0)
        (void)close(fds[--n]);
    return -error; /* as libuv has it */
}

struct loop *loop_new(void)
{
    struct loop *loop = XALLOC_NEW(struct loop);
    must(try_descriptors(), "event loop");
    must(uv_loop_init(&loop->uv), "event loop");
    must(uv_timer_init(&loop->uv, &loop->wake), "event loop timer");
    heap_init(&loop->timers);
    list_init(&loop->tasks);
    list_init(&loop->reaps);
    list_init(&loop->dirty);
    buf_pool_init(&loop->buffers);
    return loop;
}

uint64_t loop_now(const struct loop *loop)
{
    return loop->is_in_turn ? loop->now : clock_ns();
}

/* Descriptors. */

static void on_poll(uv_poll_t *uv, int status, int events)
{
    struct watch *w = container_of(uv, struct watch, uv);
    struct loop *loop = w->loop;
    end_wait(loop);
    struct loop_fd *h = w->h;
    if (h == NULL)
        return;
    unsigned ready = 0;
    if (status < 0) {
        /* libuv stops a handle that has an error: start it again if wanted. */
        w->applied = 0;
        if (list_is_empty(&w->dirty))
            list_append(&loop->dirty, &w->dirty);
        ready = LOOP_READ | LOOP_WRITE;
    }
    if (events & UV_READABLE)
        ready |= LOOP_READ;
    if (events & UV_WRITABLE)
        ready |= LOOP_WRITE;
    if (ready & h->interest)
        h->on_ready(h, ready & h->interest);
}

/* libuv makes a descriptor non-blocking, and with it that of every process
 * that shares it: standard input may be the shell's as well. */
static void init_poll(struct loop *loop, uv_poll_t *poll, int fd)
{
    int flags = fcntl(fd, F_GETFL);
    must(uv_poll_init(&loop->uv, poll, fd), "watching a descriptor");
    if (flags >= 0 && !(flags & O_NONBLOCK))
        (void)fcntl(fd, F_SETFL, flags);
}

static struct watch *new_watch(struct loop *loop, struct loop_fd *h)
{
    struct watch *w = loop->free_watches;
    if (w)
        loop->free_watches = w->next_free;
    else
        w = xalloc_bytes(sizeof *w);
    *w = (struct watch){.loop = loop, .h = h};
    list_init(&w->dirty);
    init_poll(loop, &w->uv, h->fd);
    return w;
}

void loop_watch(struct loop *loop, struct loop_fd *h, unsigned interest)
{
    if (h->poll == NULL)
        h->poll = new_watch(loop, h);
    struct watch *w = h->poll;
    h->interest = interest;
    if (interest != w->applied && list_is_empty(&w->dirty))
        list_append(&loop->dirty, &w->dirty);
}

static void on_closed(uv_handle_t *handle)
{
    struct watch *w = container_of((uv_poll_t *)handle, struct watch, uv);
    w->next_free = w->loop->free_watches;
    w->loop->free_watches = w;
}

void loop_unwatch(struct loop *loop, struct loop_fd *h)
{
    struct watch *w = h->poll;
    if (w == NULL)
        return;
    assert(w->loop == loop && w->h == h);
    h->poll = NULL;
    h->interest = 0;
    w->h = NULL;
    list_remove(&w->dirty);
    /* This also takes it out of the batch of events being delivered. */
    uv_close((uv_handle_t *)&w->uv, on_closed);
}

static void apply_interest(struct loop *loop)
{
    while (!list_is_empty(&loop->dirty)) {
        struct watch *w = container_of(loop->dirty.next, struct watch, dirty);
        list_remove(&w->dirty);
        if (w->applied == w->h->interest)
            continue;
        w->applied = w->h->interest;
        int events = (w->applied & LOOP_READ ? UV_READABLE : 0) |
                     (w->applied & LOOP_WRITE ? UV_WRITABLE : 0);
        if (events)
            must(uv_poll_start(&w->uv, events, on_poll), "uv_poll_start");
        else
            must(uv_poll_stop(&w->uv), "uv_poll_stop");
    }
}

/* Timers. */

void loop_arm(struct loop *loop, struct loop_timer *t, uint64_t deadline)
{
    /* What is due at once is due in the next turn: a callback that re-arms
     * itself for the past must not hold this one. */
    if (loop->is_in_turn && deadline <= loop->now)
        deadline = loop->now + 1;
    heap_remove(&loop->timers, &t->node);
    heap_insert(&loop->timers, &t->node, deadline);
}

void loop_disarm(struct loop *loop, struct loop_timer *t)
{
    heap_remove(&loop->timers, &t->node);
}

static void run_timers(struct loop *loop)
{
    for (;;) {
        struct heap_node *first = heap_first(&loop->timers);
        if (first == NULL || first->key > loop->now)
            return;
        struct loop_timer *t = container_of(first, struct loop_timer, node);
        heap_remove(&loop->timers, first);
        t->on_expired(t, loop->now);
    }
}

/* Tasks. */

void loop_later(struct loop *loop, struct loop_task *task)
{
    if (task->is_queued)
        return;
    task->is_queued = true;
    list_append(&loop->tasks, &task->link);
}

void loop_forget(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    if (!task->is_queued)
        return;
    task->is_queued = false;
    list_remove(&task->link);
}

void loop_reap(struct loop *loop, struct loop_task *task)
{
    loop_forget(loop, task);
    task->is_queued = true;
    list_append(&loop->reaps, &task->link);
}

/*
 * Tasks queue tasks, which run in the same turn: what a response's end starts
 * is written at once.  Those that go on for ever (one bad URL after the other,
 * no byte on any wire) let the loop look at signals and free memory in between,
 * after so many of them: a hundred that go on are a hundred times as slow.
 */
static void run_tasks(struct list *tasks)
{
    enum {
        ENOUGH = 4096
    };
    for (unsigned n = 0; n < ENOUGH && !list_is_empty(tasks);) {
        struct list these;
        list_init(&these);
        list_splice(&these, tasks);
        while (!list_is_empty(&these)) {
            struct loop_task *t =
                container_of(these.next, struct loop_task, link);
            list_remove(&t->link);
            t->is_queued = false;
            t->run(t);
            n++;
        }
    }
}

static void run_all_tasks(struct list *tasks)
{
    while (!list_is_empty(tasks))
        run_tasks(tasks);
}

/* Signals: they do not keep the loop running. */

static void on_uv_signal(uv_signal_t *handle, int signum)
{
    struct loop_signal *s = handle->data;
    (void)signum;
    if (s == NULL)
        return;
    end_wait(s->loop);
    s->on_signal(s);
}

void loop_on_signal(struct loop *loop, struct loop_signal *s, int signum)
{
    uv_signal_t *handle = XALLOC_NEW(uv_signal_t);
    must(uv_signal_init(&loop->uv, handle), "uv_signal_init");
    must(uv_signal_start(handle, on_uv_signal, signum), "uv_signal_start");
    uv_unref((uv_handle_t *)handle);
    handle->data = s;
    s->signum = signum;
    s->loop = loop;
    s->handle = handle;
}

static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

void loop_off_signal(struct loop_signal *s)
{
    uv_signal_t *handle = s->handle;
    if (handle == NULL)
        return;
    s->handle = NULL;
    handle->data = NULL;
    uv_close((uv_handle_t *)handle, free_handle);
}

/* The end. */

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (uv_is_closing(handle))
        return;
    if (uv_handle_get_type(handle) == UV_POLL)
        uv_close(handle, on_closed);
    else if (uv_handle_get_type(handle) == UV_SIGNAL)
        uv_close(handle, free_handle);
    else
        uv_close(handle, NULL);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    /* What was closed after the last turn still says goodbye and is freed. */
    run_all_tasks(&loop->tasks);
    run_all_tasks(&loop->reaps);
    /* Descriptors that are still watched belong to owners that are gone. */
    uv_walk(&loop->uv, close_handle, NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    must(uv_loop_close(&loop->uv), "closing the event loop");
    while (loop->free_watches) {
        struct watch *w = loop->free_watches;
        loop->free_watches = w->next_free;
        free(w);
    }
    heap_fini(&loop->timers);
    buf_pool_fini(&loop->buffers);
    free(loop->scratch);
    free(loop);
}

/* The turn. */

static void set_wake(struct loop *loop, uint64_t deadline, uint64_t ns)
{
    if (loop->wake_at == deadline)
        return;
    loop->wake_at = deadline;
    uv_update_time(&loop->uv);
    must(uv_timer_start(&loop->wake, on_wake, ns / LOOP_MS, 0), "uv_timer");
}

/* Without anything alive libuv would not even look for signals. */
static void poll_now(struct loop *loop)
{
    if (!uv_loop_alive(&loop->uv))
        set_wake(loop, clock_ns() + LOOP_MS, LOOP_MS);
    (void)uv_run(&loop->uv, UV_RUN_NOWAIT);
}

/* Until the first timer, less than a millisecond from now. */
static void wait_fine(struct loop *loop, uint64_t ns)
{
    struct timespec timeout = {.tv_nsec = (long)ns};
    struct pollfd p = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN};
    poll_now(loop); /* tells epoll what is new */
    if (!loop->is_waiting)
        return;
    (void)ppoll(&p, 1, &timeout, NULL);
    poll_now(loop);
}

static void wait_ready(struct loop *loop)
{
    const struct heap_node *first = heap_first(&loop->timers);
    if (first == NULL && loop->wake_at) {
        loop->wake_at = 0;
        (void)uv_timer_stop(&loop->wake);
    }
    if (!list_is_empty(&loop->tasks) || !list_is_empty(&loop->reaps)) {
        poll_now(loop);
        return;
    }
    if (first == NULL) {
        (void)uv_run(&loop->uv, UV_RUN_ONCE);
        return;
    }
    uint64_t now = clock_ns();
    uint64_t ns = first->key > now ? first->key - now : 0;
    if (ns >= LOOP_MS) {
        set_wake(loop, first->key, ns);
        (void)uv_run(&loop->uv, UV_RUN_ONCE);
    } else if (ns > 0) {
        wait_fine(loop, ns);
    } else {
        poll_now(loop);
    }
}

static void run_turn(struct loop *loop)
{
    apply_interest(loop);
    loop->is_in_turn = true;
    loop->is_waiting = true;
    wait_ready(loop);
    end_wait(loop);
    run_timers(loop);
    run_tasks(&loop->tasks);
    run_tasks(&loop->reaps);
    loop->is_in_turn = false;
}

static bool has_more(const struct loop *loop)
{
    return !list_is_empty(&loop->tasks) || !list_is_empty(&loop->reaps) ||
           !list_is_empty(&loop->dirty) || heap_first(&loop->timers) ||
           uv_loop_alive(&loop->uv);
}

void loop_run(struct loop *loop)
{
    while (!loop->is_stopped && has_more(loop))
        run_turn(loop);
    loop->is_stopped = false;
}

void loop_stop(struct loop *loop)
{
    loop->is_stopped = true;
}

/* Shared things. */

struct buf_pool *loop_buffers(struct loop *loop)
{
    return &loop->buffers;
}

uint8_t *loop_scratch(struct loop *loop, size_t *cap)
{
    if (loop->scratch == NULL)
        loop->scratch = xalloc_bytes(SCRATCH_SIZE);
    *cap = SCRATCH_SIZE;
    return loop->scratch;
}

struct trace *loop_trace(const struct loop *loop)
{
    return loop->trace;
}

void loop_set_trace(struct loop *loop, struct trace *trace)
{
    loop->trace = trace;
}

struct qlog_files *loop_qlog(const struct loop *loop)
{
    return loop->qlog;
}

void loop_set_qlog(struct loop *loop, struct qlog_files *files)
{
    loop->qlog = files;
}
