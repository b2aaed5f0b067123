/*
 * A descriptor needs a uv_poll_t, whose memory must outlive the registration
 * until libuv has closed it.  So it is not part of struct loop_fd but of a
 * struct loop_watch, which goes back to a free list.  Every change of interest
 * costs libuv two epoll_ctl calls; changes are therefore noted, and applied
 * once before the next wait: what a turn takes back costs nothing.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "io/loop_self.h"

/* One registration.  h is NULL once it is unwatched. */
struct loop_watch {
    uv_poll_t uv;
    struct loop *loop;
    struct loop_fd *h;
    unsigned applied;  /* the interest that libuv knows */
    struct list dirty; /* linked when it differs from h->interest */
    struct loop_watch *next_free;
};

static bool is_far_from_limit(int fd)
{
    enum {
        FAR = 256
    };
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
           (rlim_t)fd + FAR < limit.rlim_cur;
}

/* Two pipes for signals, one event and three for polling.  When the first that is
 * free is far from the limit, the others are there as well. */
int loop_fds_try(void)
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

static void on_poll(uv_poll_t *uv, int status, int events)
{
    struct loop_watch *w = container_of(uv, struct loop_watch, uv);
    struct loop *loop = w->loop;
    loop_end_wait(loop);
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
    loop_must(uv_poll_init(&loop->uv, poll, fd), "watching a descriptor");
    if (flags >= 0 && !(flags & O_NONBLOCK))
        (void)fcntl(fd, F_SETFL, flags);
}

static struct loop_watch *new_watch(struct loop *loop, struct loop_fd *h)
{
    struct loop_watch *w = loop->free_watches;
    if (w)
        loop->free_watches = w->next_free;
    else
        w = xalloc_bytes(sizeof *w);
    *w = (struct loop_watch){.loop = loop, .h = h};
    list_init(&w->dirty);
    init_poll(loop, &w->uv, h->fd);
    return w;
}

void loop_watch(struct loop *loop, struct loop_fd *h, unsigned interest)
{
    if (h->poll == NULL)
        h->poll = new_watch(loop, h);
    struct loop_watch *w = h->poll;
    h->interest = interest;
    if (interest != w->applied && list_is_empty(&w->dirty))
        list_append(&loop->dirty, &w->dirty);
}

void loop_fds_on_closed(uv_handle_t *handle)
{
    struct loop_watch *w =
        container_of((uv_poll_t *)handle, struct loop_watch, uv);
    w->next_free = w->loop->free_watches;
    w->loop->free_watches = w;
}

void loop_unwatch(struct loop *loop, struct loop_fd *h)
{
    struct loop_watch *w = h->poll;
    if (w == NULL)
        return;
    assert(w->loop == loop && w->h == h);
    h->poll = NULL;
    h->interest = 0;
    w->h = NULL;
    list_remove(&w->dirty);
    /* This also takes it out of the batch of events being delivered. */
    uv_close((uv_handle_t *)&w->uv, loop_fds_on_closed);
}

void loop_fds_apply(struct loop *loop)
{
    while (!list_is_empty(&loop->dirty)) {
        struct loop_watch *w =
            container_of(loop->dirty.next, struct loop_watch, dirty);
        list_remove(&w->dirty);
        if (w->applied == w->h->interest)
            continue;
        w->applied = w->h->interest;
        int events = (w->applied & LOOP_READ ? UV_READABLE : 0) |
                     (w->applied & LOOP_WRITE ? UV_WRITABLE : 0);
        if (events)
            loop_must(uv_poll_start(&w->uv, events, on_poll), "uv_poll_start");
        else
            loop_must(uv_poll_stop(&w->uv), "uv_poll_stop");
    }
}

void loop_fds_fini(struct loop *loop)
{
    while (loop->free_watches) {
        struct loop_watch *w = loop->free_watches;
        loop->free_watches = w->next_free;
        free(w);
    }
}
