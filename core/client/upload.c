#include "client/upload.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct upload *u = container_of(h, struct upload, watch);
    (void)events;
    u->is_ready = true;
    loop_watch(u->loop, h, 0);
    u->on_ready(u);
}

static enum io end_of_input(struct upload *u)
{
    if (u->len < 0 || u->pos == u->len)
        return IO_EOF;
    return fault_set(&u->source.fault, ERR_READ, 0,
                     "the body to send ended after %lld of %lld bytes",
                     (long long)u->pos, (long long)u->len);
}

static enum io upload_pull(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct upload *u = container_of(src, struct upload, source);
    *n = 0;
    if (u->len >= 0 && u->pos == u->len)
        return IO_EOF;
    if (u->is_pollable && !u->is_ready) {
        loop_watch(u->loop, &u->watch, LOOP_READ);
        return IO_AGAIN;
    }
    if (u->len >= 0 && (uint64_t)cap > (uint64_t)(u->len - u->pos))
        cap = (size_t)(u->len - u->pos);
    ssize_t got;
    do
        got = read(u->watch.fd, buf, cap);
    while (got < 0 && errno == EINTR);
    u->is_ready = false;
    if (got < 0 && errno == EAGAIN) {
        loop_watch(u->loop, &u->watch, LOOP_READ);
        return IO_AGAIN;
    }
    if (got < 0)
        return fault_set_errno(&src->fault, ERR_READ, errno,
                               "reading the body to send");
    if (got == 0)
        return end_of_input(u);
    u->pos += got;
    *n = (size_t)got;
    return IO_OK;
}

static bool upload_rewind(struct body_source *src)
{
    struct upload *u = container_of(src, struct upload, source);
    if (u->pos == 0)
        return true;
    if (!u->is_file || lseek(u->watch.fd, u->start, SEEK_SET) < 0)
        return false;
    u->pos = 0;
    return true;
}

/* epoll knows pipes, sockets and terminals; a regular file and the likes of
 * /dev/zero always have an answer. */
static bool is_pollable(int fd, const struct stat *st)
{
    return S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode) ||
           (S_ISCHR(st->st_mode) && isatty(fd));
}

void upload_init(struct upload *u, struct loop *loop, int fd, int64_t len)
{
    struct stat st;
    *u = (struct upload){
        .source = {.read = upload_pull, .rewind = upload_rewind},
        .loop = loop,
        .watch = {.fd = fd, .on_ready = on_ready},
        .len = len,
    };
    if (fstat(fd, &st) != 0)
        return; /* read() will say what is wrong */
    u->is_file = S_ISREG(st.st_mode);
    u->is_pollable = is_pollable(fd, &st);
    if (u->is_file)
        u->start = lseek(fd, 0, SEEK_CUR);
}

void upload_fini(struct upload *u)
{
    loop_unwatch(u->loop, &u->watch);
}
