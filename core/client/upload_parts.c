#include "client/upload_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"

static enum io fail_file(struct fault *fault, const char *path, int error)
{
    return fault_set(fault, ERR_READ, (uint64_t)error, "cannot read %.150s: %s",
                     path, strerror(error));
}

static bool is_regular(const struct stat *st, const char *path,
                       struct fault *fault)
{
    if (S_ISREG(st->st_mode))
        return true;
    fault_set(fault, ERR_READ, 0, "cannot read %.150s: not a regular file",
              path);
    return false;
}

bool upload_parts_measure(struct upload_parts *u, struct fault *fault)
{
    u->lens = xalloc_zeroed(u->nparts, sizeof *u->lens);
    u->total = 0;
    for (size_t i = 0; i < u->nparts; i++) {
        const struct qv_body_part *p = &u->parts[i];
        struct stat st = {.st_size = (off_t)p->len};
        if (p->path && stat(p->path, &st) != 0) {
            fail_file(fault, p->path, errno);
            return false;
        }
        if (p->path && !is_regular(&st, p->path, fault))
            return false;
        u->lens[i] = st.st_size;
        u->total += st.st_size;
    }
    return true;
}

static void close_part(struct upload_parts *u)
{
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
}

/* Not blocking: a FIFO may stand there by now. */
static enum io open_part(struct upload_parts *u, const char *path)
{
    struct stat st;
    u->fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (u->fd < 0 || fstat(u->fd, &st) != 0)
        return fail_file(&u->source.fault, path, errno);
    return is_regular(&st, path, &u->source.fault) ? IO_OK : IO_FAILED;
}

static enum io read_file(struct upload_parts *u, const char *path, uint8_t *buf,
                         size_t cap, size_t *n)
{
    if (u->fd < 0 && open_part(u, path) != IO_OK)
        return IO_FAILED;
    ssize_t got;
    do
        got = read(u->fd, buf, cap);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_file(&u->source.fault, path, errno);
    if (got == 0)
        return fault_set(&u->source.fault, ERR_READ, 0,
                         "%.150s has become shorter: %lld of %lld bytes were "
                         "there to send",
                         path, (long long)u->pos, (long long)u->lens[u->at]);
    *n = (size_t)got;
    return IO_OK;
}

/* A piece of one part, which has more than u->pos bytes. */
static enum io read_part(struct upload_parts *u, uint8_t *buf, size_t cap,
                         size_t *n)
{
    const struct qv_body_part *p = &u->parts[u->at];
    int64_t left = u->lens[u->at] - u->pos;
    if ((uint64_t)cap > (uint64_t)left)
        cap = (size_t)left;
    if (p->path)
        return read_file(u, p->path, buf, cap, n);
    memcpy(buf, (const uint8_t *)p->bytes + u->pos, cap);
    *n = cap;
    return IO_OK;
}

/* Fills the buffer from as many parts as it takes: small ones share a frame. */
static enum io parts_pull(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct upload_parts *u = container_of(src, struct upload_parts, source);
    *n = 0;
    while (u->at < u->nparts && *n < cap) {
        size_t got = 0;
        if (u->pos < u->lens[u->at] &&
            read_part(u, buf + *n, cap - *n, &got) != IO_OK)
            return IO_FAILED;
        *n += got;
        u->pos += (int64_t)got;
        if (u->pos == u->lens[u->at]) {
            close_part(u);
            u->at++;
            u->pos = 0;
        }
    }
    return *n > 0 ? IO_OK : cap > 0 ? IO_EOF : IO_AGAIN;
}

static bool parts_rewind(struct body_source *src)
{
    struct upload_parts *u = container_of(src, struct upload_parts, source);
    close_part(u);
    u->at = 0;
    u->pos = 0;
    return true;
}

void upload_parts_init(struct upload_parts *u, const struct qv_body_part *parts,
                       size_t nparts)
{
    *u = (struct upload_parts){
        .source = {.read = parts_pull, .rewind = parts_rewind},
        .parts = parts,
        .nparts = nparts,
        .fd = -1,
    };
}

void upload_parts_fini(struct upload_parts *u)
{
    close_part(u);
    free(u->lens);
    u->lens = NULL;
}
