#include "files/head_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "files/special_file.h"
#include "terminal/escape.h"

/*
 * Heads are written as they come, since a script may read them before it reads
 * the body.  So they cannot be held back until a transfer is over, and with -Z
 * those of several lie between one another; what is taken back then leaves a
 * hole, which is closed by moving up what comes behind it.
 */
struct head_piece {
    /* In the order of the file; no struct list, since a struct head_file is
     * copied with the operation that it is a part of. */
    struct head_piece *next;
    struct head_piece *prev;
    const void *writer;
    off_t at;
    off_t len;
};

void head_file_init(struct head_file *f)
{
    *f = (struct head_file){.fd = -1};
}

static void drop(struct head_file *f, struct head_piece *p)
{
    *(p->prev ? &p->prev->next : &f->first) = p->next;
    *(p->next ? &p->next->prev : &f->last) = p->prev;
    free(p);
}

void head_file_fini(struct head_file *f)
{
    for (struct head_piece *p = f->first, *next; p; p = next) {
        next = p->next;
        free(p);
    }
    f->first = NULL;
    f->last = NULL;
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

static bool open_file(struct head_file *f, const char *path)
{
    if (f->fd >= 0)
        return true;
    f->fd = open(path,
                 O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOCTTY | O_CLOEXEC,
                 0666);
    return f->fd >= 0;
}

static void remember(struct head_file *f, const void *writer, off_t at,
                     size_t len)
{
    struct head_piece *p = xalloc_zeroed(1, sizeof *p);
    *p = (struct head_piece){
        .prev = f->last, .writer = writer, .at = at, .len = (off_t)len};
    *(f->last ? &f->last->next : &f->first) = p;
    f->last = p;
}

static bool add_special(const char *path, const struct str *head)
{
    struct str shown = {0};
    if (!special_file_is_terminal(path))
        return special_file_write(path, head);
    escape_all(&shown, head->base, head->len);
    bool ok = special_file_write(path, &shown);
    str_fini(&shown);
    return ok;
}

bool head_file_add(struct head_file *f, const char *path, const void *writer,
                   const struct str *head)
{
    if (f->fd < 0 && special_file_is(path))
        return add_special(path, head);
    if (!open_file(f, path))
        return false;
    off_t at = lseek(f->fd, 0, SEEK_END);
    if (!whole_file_write(head, f->fd))
        return false;
    if (at >= 0)
        remember(f, writer, at, head->len);
    return true;
}

/* Moves what stands from `from` on up to `to`.  O_APPEND would write it to the
 * end, so the file is opened another time. */
static bool move_up(int fd, off_t from, off_t to)
{
    char bytes[4096];
    for (;;) {
        ssize_t n = pread(fd, bytes, sizeof bytes, from);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            return ftruncate(fd, to) == 0;
        if (pwrite(fd, bytes, (size_t)n, to) != n)
            return false;
        from += n;
        to += n;
    }
}

/* The last one is the usual case. */
static bool cut(struct head_file *f, const char *path,
                const struct head_piece *p)
{
    int fd;
    if (!p->next && lseek(f->fd, 0, SEEK_END) == p->at + p->len)
        return ftruncate(f->fd, p->at) == 0;
    fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = move_up(fd, p->at + p->len, p->at);
    close(fd);
    for (struct head_piece *later = p->next; later; later = later->next)
        later->at -= p->len;
    return ok;
}

bool head_file_take_back(struct head_file *f, const char *path,
                         const void *writer)
{
    struct head_piece *before;
    bool ok = true;
    for (struct head_piece *p = f->last; p && ok; p = before) {
        before = p->prev;
        if (p->writer != writer)
            continue;
        ok = cut(f, path, p);
        drop(f, p);
    }
    return ok;
}

void head_file_settle(struct head_file *f, const void *writer)
{
    struct head_piece *next;
    for (struct head_piece *p = f->first; p; p = next) {
        next = p->next;
        if (p->writer == writer)
            drop(f, p);
    }
}
