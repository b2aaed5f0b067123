#include "files/special_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/line_writer.h"
#include "base/nonblocking.h"
#include "core/base/xalloc.h"

enum {
    FULL_AT = 1024 * 1024, /* heads of some thousand responses */
};

struct special_file {
    struct special_file *next;
    char *path;
    int fd; /* -1: a named pipe, which its writer opens */
    struct line_writer writer;
};

/* A command line names a handful at most. */
static struct special_file *all;

bool special_file_is(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static struct special_file *find(const char *path)
{
    struct special_file *f = all;
    while (f != NULL && strcmp(f->path, path) != 0)
        f = f->next;
    return f;
}

/* NULL with errno. */
static struct special_file *add(const char *path)
{
    int fd = -1;
    bool waits = nonblocking_is_fifo(path);
    if (!waits && (fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC)) < 0)
        return NULL;

    struct special_file *f = xalloc_zeroed(1, sizeof *f);
    *f = (struct special_file){
        .next = all, .path = xalloc_string(path), .fd = fd};
    line_writer_open(&f->writer, &(struct line_writer_options){
                                     .fd = fd,
                                     .fifo = waits ? f->path : NULL,
                                     .max = SIZE_MAX,
                                 });
    all = f;
    return f;
}

static struct special_file *get(const char *path)
{
    struct special_file *f = find(path);
    return f != NULL ? f : add(path);
}

bool special_file_is_terminal(const char *path)
{
    const struct special_file *f = get(path);
    return f != NULL && f->fd >= 0 && isatty(f->fd);
}

bool special_file_write(const char *path, const struct str *lines)
{
    struct special_file *f = get(path);
    if (f == NULL)
        return false;
    line_writer_urge(&f->writer, lines->base, lines->len);
    errno = line_writer_failed(&f->writer);
    return errno == 0;
}

bool special_file_is_behind(const char *path)
{
    struct special_file *f = find(path);
    return f != NULL && line_writer_is_behind(&f->writer);
}

bool special_files_are_full(void)
{
    for (struct special_file *f = all; f != NULL; f = f->next) {
        if (line_writer_queued(&f->writer) >= FULL_AT)
            return true;
    }
    return false;
}

void special_files_close(void)
{
    while (all != NULL) {
        struct special_file *f = all;
        all = f->next;
        (void)line_writer_close(&f->writer);
        if (f->fd >= 0)
            close(f->fd);
        free(f->path);
        free(f);
    }
}
