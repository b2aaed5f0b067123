#include "telemetry/trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/console.h"

/* Some ten thousand requests' events. */
#define BEHIND_MAX ((size_t)16 * 1024 * 1024)

/* Takes back what a write that failed in the middle has left of a line. */
static void cut(int fd, off_t good)
{
    if (good >= 0 && ftruncate(fd, good) == 0)
        (void)lseek(fd, good, SEEK_SET);
}

void trace_file_write(struct trace_file *f, const struct str *lines)
{
    if (lines->len == 0 || f->failed)
        return;
    if (f->is_console) {
        console_write(lines);
        f->failed = console_failed();
        return;
    }
    off_t good = f->fd < 0 ? -1 : lseek(f->fd, 0, SEEK_CUR);
    line_writer_write(&f->writer, lines->base, lines->len);
    f->failed = line_writer_failed(&f->writer);
    if (f->failed)
        cut(f->fd, good);
}

/* A named pipe is opened by its writer, when it has a reader. */
bool trace_file_open(struct trace_file *f, const char *path)
{
    struct line_writer_options o = {.max = BEHIND_MAX};
    struct stat st;
    *f = (struct trace_file){.path = path, .fd = -1};
    if (strcmp(path, "%") == 0) {
        f->is_console = f->is_open = true;
        return true;
    }
    if (strcmp(path, "-") == 0) {
        f->fd = STDOUT_FILENO;
    } else if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode)) {
        o.fifo = path;
    } else {
        f->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (f->fd < 0)
            return false;
    }
    o.fd = f->fd;
    line_writer_open(&f->writer, &o);
    f->is_open = true;
    return true;
}

int trace_file_close(struct trace_file *f, uint64_t *dropped)
{
    *dropped = 0;
    if (!f->is_open)
        return 0;
    f->is_open = false;
    if (!f->is_console) {
        line_writer_flush(&f->writer);
        f->failed = f->failed ? f->failed : line_writer_failed(&f->writer);
        *dropped = line_writer_close(&f->writer);
    }
    if (f->fd > STDERR_FILENO && close(f->fd) && !f->failed)
        f->failed = errno;
    return f->failed;
}
