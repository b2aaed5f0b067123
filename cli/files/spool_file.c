#include "files/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "core/quiver.h"
#include "files/tempfile.h"
#include "terminal/complain.h"

enum {
    GATHER = 64 * 1024
};

bool spool_file_open(struct spool_file *o, const char *path)
{
    bool is_stdout = !path || strcmp(path, "-") == 0;
    *o = (struct spool_file){.path = path};
    o->fd = is_stdout
                ? STDOUT_FILENO
                : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (o->fd < 0)
        complain_error(QV_EXIT_WRITE, path, strerror(errno));
    o->is_terminal = o->fd >= 0 && isatty(o->fd);
    return o->fd >= 0;
}

bool spool_file_open_spool(struct spool_file *o)
{
    *o = (struct spool_file){.path = "a file in TMPDIR"};
    o->fd = tempfile_nameless();
    if (o->fd < 0)
        complain_error(QV_EXIT_WRITE, o->path, strerror(errno));
    return o->fd >= 0;
}

static void write_text(struct spool_file *o, const struct str *text)
{
    if (!o->failed && !whole_file_write(text, o->fd))
        o->failed = errno;
}

static void flush(struct spool_file *o)
{
    struct str shown = {0};
    if (o->is_terminal && o->text.len) {
        escape_piece(&o->terminal, &shown, o->text.base, o->text.len);
        write_text(o, &shown);
        str_fini(&shown);
    } else {
        write_text(o, &o->text);
    }
    str_clear(&o->text);
}

/* What the last piece has left open. */
static void finish_terminal(struct spool_file *o)
{
    struct str rest = {0};
    if (!o->is_terminal)
        return;
    escape_finish(&o->terminal, &rest);
    write_text(o, &rest);
    str_fini(&rest);
}

void spool_file_relieve(struct spool_file *o)
{
    if (o->text.len >= GATHER)
        flush(o);
}

static void rewind_spool(struct spool_file *spool)
{
    flush(spool);
    if (lseek(spool->fd, 0, SEEK_SET) < 0 && !spool->failed)
        spool->failed = errno;
}

void spool_file_append(struct spool_file *o, struct spool_file *spool)
{
    char *buffer = xalloc_zeroed(GATHER, 1);
    ssize_t n;
    rewind_spool(spool);
    while ((n = read(spool->fd, buffer, GATHER)) > 0) {
        str_add(&o->text, span_of(buffer, (size_t)n));
        spool_file_relieve(o);
    }
    if (n < 0 && !o->failed)
        o->failed = errno;
    if (spool->failed && !o->failed)
        o->failed = spool->failed;
    free(buffer);
}

void spool_file_each(struct spool_file *spool, size_t size,
                     void (*on_piece)(void *user, const void *piece),
                     void *user)
{
    size_t cap = GATHER / size * size;
    char *buffer = xalloc_zeroed(cap, 1);
    size_t len = 0;
    ssize_t n;
    rewind_spool(spool);
    while ((n = read(spool->fd, buffer + len, cap - len)) > 0) {
        size_t at = 0;
        for (len += (size_t)n; len - at >= size; at += size)
            on_piece(user, buffer + at);
        memmove(buffer, buffer + at, len - at);
        len -= at;
    }
    if (n < 0 && !spool->failed)
        spool->failed = errno;
    free(buffer);
}

bool spool_file_close(struct spool_file *o)
{
    if (o->fd < 0)
        return true;
    flush(o);
    finish_terminal(o);
    if (o->fd != STDOUT_FILENO && close(o->fd) < 0 && !o->failed)
        o->failed = errno;
    o->fd = -1;
    str_fini(&o->text);
    if (o->failed && o->failed != EPIPE)
        complain_error(QV_EXIT_WRITE, o->path, strerror(o->failed));
    return !o->failed;
}
