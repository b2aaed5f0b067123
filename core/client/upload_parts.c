#include "client/upload_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"
#include "http/mime_encoder.h"

/* Of a part that is read to its end. */
#define LEN_UNKNOWN ((int64_t)-1)

#define SAME_ENCODING(one, other)                                              \
    _Static_assert((int)(one) == (int)(other), #one " is not " #other)
SAME_ENCODING(QV_ENCODER_NONE, MIME_ENCODING_NONE);
SAME_ENCODING(QV_ENCODER_7BIT, MIME_ENCODING_7BIT);
SAME_ENCODING(QV_ENCODER_BASE64, MIME_ENCODING_BASE64);
SAME_ENCODING(QV_ENCODER_QUOTED_PRINTABLE, MIME_ENCODING_QUOTED_PRINTABLE);

static enum io fail_file(struct fault *fault, const char *path, int error)
{
    return fault_set(fault, ERR_READ, (uint64_t)error, "cannot read %.150s: %s",
                     path, strerror(error));
}

/* ---- how long it is ---- */

/* Is it what this part may be read from? */
static bool check_kind(const struct qv_body_part *p, const struct stat *st,
                       struct fault *fault)
{
    if (S_ISREG(st->st_mode) || (p->is_stream && !S_ISDIR(st->st_mode)))
        return true;
    if (p->is_stream)
        fail_file(fault, p->path, EISDIR);
    else
        fault_set(fault, ERR_READ, 0, "cannot read %.150s: not a regular file",
                  p->path);
    return false;
}

static int64_t file_len(const struct qv_body_part *p, const struct stat *st)
{
    if (!S_ISREG(st->st_mode))
        return LEN_UNKNOWN;
    if ((uint64_t)st->st_size < p->from)
        return 0;
    return st->st_size - (int64_t)p->from;
}

static bool measure_part(const struct qv_body_part *p, int64_t *len,
                         struct fault *fault)
{
    struct stat st;
    *len = (int64_t)p->len;
    if (!p->path)
        return true;
    if (stat(p->path, &st) != 0) {
        fail_file(fault, p->path, errno);
        return false;
    }
    *len = file_len(p, &st);
    return check_kind(p, &st, fault);
}

bool upload_parts_measure(struct upload_parts *u, struct fault *fault)
{
    u->lens = xalloc_zeroed(u->nparts, sizeof *u->lens);
    u->total = 0;
    for (size_t i = 0; i < u->nparts; i++) {
        const struct qv_body_part *p = &u->parts[i];
        if (!measure_part(p, &u->lens[i], fault))
            return false;
        int64_t sent =
            mime_encoder_len((enum mime_encoding)p->encoder, u->lens[i]);
        if (u->total == LEN_UNKNOWN || sent == LEN_UNKNOWN ||
            __builtin_add_overflow(u->total, sent, &u->total))
            u->total = LEN_UNKNOWN;
    }
    return true;
}

/* ---- a part before it is encoded ---- */

static bool is_streamed(const struct upload_parts *u)
{
    return u->lens[u->at] == LEN_UNKNOWN;
}

static void close_part(struct upload_parts *u)
{
    if (u->fd < 0)
        return;
    if (is_streamed(u))
        upload_fini(u->file);
    close(u->fd);
    u->fd = -1;
}

/* What stands there now, which may be something else than was measured. */
static enum io check_open(struct upload_parts *u, const struct qv_body_part *p,
                          int fd)
{
    struct fault *fault = &u->source.fault;
    struct stat st;
    if (fstat(fd, &st) != 0)
        return fail_file(fault, p->path, errno);
    if (is_streamed(u))
        return check_kind(p, &st, fault) ? IO_OK : IO_FAILED;
    if (!S_ISREG(st.st_mode))
        return fault_set(fault, ERR_READ, 0,
                         "cannot read %.150s: not a regular file", p->path);
    if (p->from && lseek(fd, (off_t)p->from, SEEK_SET) < 0)
        return fail_file(fault, p->path, errno);
    return IO_OK;
}

/* Not blocking: a FIFO may stand there by now. */
static enum io open_part(struct upload_parts *u, const struct qv_body_part *p)
{
    int fd = open(p->path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fail_file(&u->source.fault, p->path, errno);
    enum io io = check_open(u, p, fd);
    if (io != IO_OK) {
        close(fd);
        return io;
    }
    u->fd = fd;
    if (is_streamed(u)) {
        void (*on_ready)(struct upload *) = u->file->on_ready;
        upload_init(u->file, u->loop, fd, LEN_UNKNOWN);
        u->file->on_ready = on_ready;
    }
    return IO_OK;
}

static enum io read_regular(struct upload_parts *u, const char *path,
                            uint8_t *buf, size_t cap, size_t *n)
{
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

static enum io read_stream(struct upload_parts *u, const char *path,
                           uint8_t *buf, size_t cap, size_t *n)
{
    struct body_source *from = &u->file->source;
    enum io io = from->read(from, buf, cap, n);
    if (io == IO_FAILED)
        return fail_file(&u->source.fault, path, (int)from->fault.wire);
    return io;
}

/* IO_EOF: all of it was read. */
static enum io read_raw(struct upload_parts *u, uint8_t *buf, size_t cap,
                        size_t *n)
{
    const struct qv_body_part *p = &u->parts[u->at];
    int64_t left = u->lens[u->at] - u->pos;
    enum io io = IO_OK;
    *n = 0;
    if (!is_streamed(u)) {
        if (left == 0)
            return IO_EOF;
        if ((uint64_t)cap > (uint64_t)left)
            cap = (size_t)left;
    }
    if (p->path && u->fd < 0)
        io = open_part(u, p);
    if (io != IO_OK)
        return io;
    if (p->path && is_streamed(u)) {
        io = read_stream(u, p->path, buf, cap, n);
    } else if (p->path) {
        io = read_regular(u, p->path, buf, cap, n);
    } else {
        memcpy(buf, (const uint8_t *)p->bytes + u->pos, cap);
        *n = cap;
    }
    u->pos += (int64_t)*n;
    return io;
}

/* ---- a part as it is sent ---- */

static void begin_encoding(struct upload_parts *u)
{
    if (u->is_encoding)
        return;
    if (!u->encoder)
        u->encoder = XALLOC_NEW(struct mime_encoder);
    mime_encoder_init(u->encoder, (enum mime_encoding)u->parts[u->at].encoder);
    u->is_encoding = true;
}

static enum io read_encoded(struct upload_parts *u, uint8_t *buf, size_t cap,
                            size_t *n)
{
    begin_encoding(u);
    for (;;) {
        enum io io =
            mime_encoder_read(u->encoder, buf, cap, n, &u->source.fault);
        if (io != IO_AGAIN)
            return io;
        size_t room = 0;
        size_t got = 0;
        uint8_t *to = mime_encoder_room(u->encoder, &room);
        io = read_raw(u, to, room, &got);
        if (io == IO_EOF)
            mime_encoder_end(u->encoder);
        else if (io != IO_OK)
            return io;
        mime_encoder_commit(u->encoder, got);
    }
}

static void end_part(struct upload_parts *u)
{
    close_part(u);
    u->at++;
    u->pos = 0;
    u->is_encoding = false;
}

/* Fills the buffer from as many parts as it takes: small ones share a frame.
 * What has come is not held back for one that may have nothing yet. */
static enum io parts_pull(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct upload_parts *u = container_of(src, struct upload_parts, source);
    *n = 0;
    if (cap == 0)
        return u->at < u->nparts ? IO_AGAIN : IO_EOF;
    while (u->at < u->nparts && *n < cap) {
        size_t got = 0;
        if (*n > 0 && is_streamed(u))
            return IO_OK;
        enum io io = u->parts[u->at].encoder
                         ? read_encoded(u, buf + *n, cap - *n, &got)
                         : read_raw(u, buf + *n, cap - *n, &got);
        *n += got;
        if (io == IO_EOF)
            end_part(u);
        else if (io != IO_OK)
            return io;
        else if (is_streamed(u))
            return IO_OK;
    }
    return *n > 0 ? IO_OK : IO_EOF;
}

/* What was taken from a stream does not come again. */
static bool has_begun_stream(const struct upload_parts *u)
{
    for (size_t i = 0; u->lens && i <= u->at && i < u->nparts; i++)
        if (u->lens[i] == LEN_UNKNOWN && (i < u->at || u->fd >= 0))
            return true;
    return false;
}

static bool parts_rewind(struct body_source *src)
{
    struct upload_parts *u = container_of(src, struct upload_parts, source);
    if (has_begun_stream(u))
        return false;
    close_part(u);
    u->at = 0;
    u->pos = 0;
    u->is_encoding = false;
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

void upload_parts_use(struct upload_parts *u, struct loop *loop,
                      struct upload *file)
{
    u->loop = loop;
    u->file = file;
}

void upload_parts_fini(struct upload_parts *u)
{
    if (u->lens)
        close_part(u);
    free(u->lens);
    free(u->encoder);
    u->lens = NULL;
    u->encoder = NULL;
}
