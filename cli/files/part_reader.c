#include "files/part_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/xalloc.h"

/*
 * A file has no descriptor that becomes ready, and a thread would be the only one
 * of the program: so little is read in a turn that the others do not notice.  Two
 * files at once would be ready no sooner, and each would need a descriptor.
 */
enum {
    SLICE = 256 * 1024, /* some 0.2 ms of a digest */
};

static struct part_reader *first_of(struct part_readers *all)
{
    return container_of(all->list.next, struct part_reader, link);
}

static void next_turn(struct part_readers *all)
{
    qv_timer_arm(all->client, &all->turn, 0);
}

static void forget(struct part_reader *r)
{
    struct part_readers *all = r->all;
    list_remove(&r->link);
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    r->all = NULL;
    qv_client_release(all->client);
}

static void end(struct part_reader *r, bool is_read)
{
    int why = errno;
    forget(r);
    errno = why;
    r->on_end(r, is_read);
}

/* False: nothing more of it can be read, as errno says. */
static bool read_slice(struct part_reader *r)
{
    struct part_readers *all = r->all;
    ssize_t n;
    if (r->fd < 0)
        r->fd = open(r->path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (r->fd < 0)
        return false;
    if (!all->slice)
        all->slice = xalloc_array(NULL, SLICE, 1);
    do
        n = read(r->fd, all->slice, r->left < SLICE ? (size_t)r->left : SLICE);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = 0;
    if (n <= 0)
        return false;
    r->left -= (uint64_t)n;
    r->on_bytes(r, all->slice, (size_t)n);
    return true;
}

static void on_turn(struct qv_timer *t)
{
    struct part_readers *all = QV_OWNER(t, struct part_readers, turn);
    if (list_is_empty(&all->list))
        return;
    struct part_reader *r = first_of(all);
    bool ok = r->left == 0 || read_slice(r);
    next_turn(all);
    if (!ok || r->left == 0)
        end(r, ok);
}

void part_readers_init(struct part_readers *all, struct qv_client *client)
{
    *all = (struct part_readers){.client = client, .turn.on_expired = on_turn};
    list_init(&all->list);
}

void part_readers_fini(struct part_readers *all)
{
    qv_timer_disarm(all->client, &all->turn);
    free(all->slice);
    all->slice = NULL;
}

void part_reader_start(struct part_readers *all, struct part_reader *r,
                       const char *path, uint64_t len)
{
    r->all = all;
    r->path = path;
    r->left = len;
    r->fd = -1;
    list_append(&all->list, &r->link);
    qv_client_hold(all->client);
    next_turn(all);
}

bool part_reader_is_active(const struct part_reader *r)
{
    return r->all != NULL;
}

void part_reader_cancel(struct part_reader *r)
{
    if (r->all)
        forget(r);
}
