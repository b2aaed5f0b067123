#include "journal/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WINDOW_FIRST = 128 * 1024, /* most journals have no second one */
    WINDOW = 1024 * 1024,      /* some 25,000 entries */
    PAGE = 64 * 1024 /* the largest page of the machines that Linux has */
};

bool journal_file_open(struct journal_file *f, const char *path)
{
    struct stat st;
    *f = (struct journal_file){0};
    f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (f->fd < 0)
        return false;
    if (flock(f->fd, LOCK_EX | LOCK_NB) == 0 && fstat(f->fd, &st) == 0) {
        f->size = (uint64_t)st.st_size;
        return true;
    }
    int saved = errno;

    close(f->fd);
    errno = saved;
    return false;
}

static void unmap(struct journal_file *f)
{
    if (f->window)
        (void)munmap(f->window, f->window_len);
    f->window = NULL;
}

/* The zeros behind what was written are no harm if they stay. */
static void cut_zeros(struct journal_file *f)
{
    int ignored = ftruncate(f->fd, (off_t)f->size);
    (void)ignored;
}

void journal_file_close(struct journal_file *f)
{
    bool has_zeros = f->window;
    unmap(f);
    if (has_zeros)
        cut_zeros(f);
    close(f->fd);
}

bool journal_file_cut(struct journal_file *f, uint64_t size)
{
    unmap(f);
    f->size = size;
    return ftruncate(f->fd, (off_t)size) == 0;
}

static void write_at_end(struct journal_file *f, const char *data, size_t len)
{
    while (len) {
        ssize_t n = pwrite(f->fd, data, len, (off_t)f->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            f->failed = n ? errno : ENOSPC;
            return;
        }
        data += n;
        len -= (size_t)n;
        f->size += (uint64_t)n;
    }
}

/* The blocks are allocated first: a store into a page for which the disk has
 * no room would end the program. */
static void move_window(struct journal_file *f)
{
    uint64_t at = f->size / PAGE * PAGE;
    size_t len = f->window ? WINDOW : WINDOW_FIRST;
    void *window;
    unmap(f);
    if (fallocate(f->fd, 0, (off_t)at, (off_t)len) < 0) {
        f->is_written = true; /* a nearly full disk may hold small pieces */
        return;
    }
    window =
        mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, (off_t)at);
    if (window == MAP_FAILED) {
        cut_zeros(f);
        f->is_written = true;
        return;
    }
    f->window = window;
    f->window_at = at;
    f->window_len = len;
}

/* What fits into the window; a short piece is not cut in two. */
static size_t room_for(struct journal_file *f, size_t len)
{
    size_t most = WINDOW_FIRST - PAGE;
    if (len > most)
        len = most;
    if (!f->window || f->size + len > f->window_at + f->window_len)
        move_window(f);
    return len;
}

void journal_file_append(struct journal_file *f, const void *data, size_t len)
{
    const char *at = data;
    while (len && !f->is_written) {
        size_t n = room_for(f, len);
        if (!f->window)
            break;
        memcpy(f->window + (f->size - f->window_at), at, n);
        f->size += n;
        at += n;
        len -= n;
    }
    if (len && !f->failed)
        write_at_end(f, at, len);
}

void journal_file_sync(struct journal_file *f)
{
    if (!f->failed && fdatasync(f->fd) < 0)
        f->failed = errno;
}
