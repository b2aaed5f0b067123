#include "files/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nonblocking.h"
#include "core/base/xalloc.h"
#include "files/writer.h"

struct outlet {
    struct list link; /* in outlets.list */
    struct outlets *all;
    char *path;
    int fd; /* -1: a named pipe, which the writer opens */
    struct writer writer;
    void (*on_drain)(void *user);
    void *user;
    bool is_finished; /* nothing more comes, but something is left */
    bool is_writing;
    struct qv_timer reap;
};

void outlets_init(struct outlets *all, struct qv_client *client)
{
    *all = (struct outlets){.client = client};
    list_init(&all->list);
}

static struct outlet *outlet_at(struct list *link)
{
    return container_of(link, struct outlet, link);
}

static void free_outlet(struct outlet *o)
{
    list_remove(&o->link);
    qv_timer_disarm(o->all->client, &o->reap);
    writer_fini(&o->writer);
    if (o->fd >= 0)
        close(o->fd);
    free(o->path);
    free(o);
}

void outlets_fini(struct outlets *all)
{
    list_each_safe (link, &all->list)
        free_outlet(outlet_at(link));
}

static void on_reap(struct qv_timer *t)
{
    struct outlet *o = QV_OWNER(t, struct outlet, reap);
    if (o->is_finished)
        free_outlet(o);
}

static bool is_empty(const struct outlet *o)
{
    return o->writer.start == o->writer.end;
}

/* The writer is still at work: it is freed in a turn of its own. */
static void end_finished(struct outlet *o)
{
    if (o->writer.failed && !o->all->failed)
        o->all->failed = o->writer.failed;
    if (o->writer.failed || is_empty(o))
        qv_timer_arm(o->all->client, &o->reap, 0);
}

static void on_writer_drain(struct writer *writer)
{
    struct outlet *o = QV_OWNER(writer, struct outlet, writer);
    if (o->is_finished)
        end_finished(o);
    else if (!o->is_writing)
        o->on_drain(o->user);
}

/* Another body to the same place comes behind the one before. */
static struct outlet *find_finished(const struct outlets *all, const char *path)
{
    list_each (link, &all->list) {
        struct outlet *o = outlet_at(link);
        if (o->is_finished && strcmp(o->path, path) == 0)
            return o;
    }
    return NULL;
}

static struct outlet *add(struct outlets *all, const char *path)
{
    int fd = -1;
    bool waits = nonblocking_is_fifo(path);
    if (!waits && (fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)) < 0)
        return NULL;

    struct outlet *o = xalloc_zeroed(1, sizeof *o);
    *o = (struct outlet){
        .all = all,
        .path = xalloc_string(path),
        .fd = fd,
        .reap.on_expired = on_reap,
    };
    writer_init(&o->writer, all->client);
    o->writer.to.fd = fd;
    o->writer.fifo = waits ? o->path : NULL;
    o->writer.on_drain = on_writer_drain;
    list_prepend(&all->list, &o->link);
    return o;
}

struct outlet *outlet_open(struct outlets *all, const char *path,
                           void (*on_drain)(void *user), void *user)
{
    struct outlet *o = find_finished(all, path);
    if (o == NULL)
        o = add(all, path);
    if (o == NULL)
        return NULL;
    o->is_finished = false;
    o->on_drain = on_drain;
    o->user = user;
    return o;
}

static bool is_good(const struct outlet *o)
{
    errno = o->writer.failed;
    return errno == 0;
}

bool outlet_write(struct outlet *o, const void *data, size_t len)
{
    o->is_writing = true;
    writer_write(&o->writer, data, len);
    o->is_writing = false;
    return is_good(o);
}

bool outlet_is_full(const struct outlet *o)
{
    return writer_is_full(&o->writer);
}

bool outlet_finish(struct outlet *o)
{
    o->is_writing = true;
    writer_flush(&o->writer);
    bool ok = is_good(o);
    int why = errno;
    if (!ok || is_empty(o)) {
        free_outlet(o);
    } else {
        o->is_writing = false;
        o->is_finished = true;
    }
    errno = why;
    return ok;
}
