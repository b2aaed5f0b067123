#include "results/results_output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a reader of standard output has to take the rest of a line. */
enum {
    LAST_LINE_MS = 1000
};

void results_output_init(struct results_output *o, struct qv_client *client,
                         void (*on_drain)(struct writer *writer))
{
    *o = (struct results_output){.fd = -1};
    writer_init(&o->writer, client);
    o->writer.on_drain = on_drain;
}

static bool is_stdout(const char *path)
{
    return !path || strcmp(path, "-") == 0;
}

bool results_output_open(struct results_output *o, const char *path, bool keeps)
{
    struct stat st;
    if (!is_stdout(path) && stat(path, &st) == 0 && S_ISFIFO(st.st_mode)) {
        o->writer.fifo = path; /* opened when somebody reads there */
        return true;
    }
    o->fd =
        is_stdout(path)
            ? STDOUT_FILENO
            : open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (keeps ? 0 : O_TRUNC),
                   0666);
    if (o->fd < 0 || fstat(o->fd, &st) < 0)
        return false;
    o->is_file = S_ISREG(st.st_mode);
    if (is_stdout(path) && !o->is_file) {
        errno = ESPIPE;
        return false;
    }
    if (!o->is_file) { /* its reader may be slow */
        o->writer.to.fd = o->fd;
        return true;
    }
    o->end = (uint64_t)st.st_size;
    return lseek(o->fd, 0, SEEK_END) >= 0;
}

void results_output_fini(struct results_output *o)
{
    str_fini(&o->lines);
    writer_fini(&o->writer);
    if (o->fd > STDOUT_FILENO)
        close(o->fd);
}

bool results_output_cut(struct results_output *o, uint64_t end)
{
    if (ftruncate(o->fd, (off_t)end) < 0 ||
        lseek(o->fd, (off_t)end, SEEK_SET) < 0)
        return false;
    o->end = end;
    return true;
}

/* How much of it is whole lines. */
static size_t whole_lines(const char *text, size_t len)
{
    while (len && text[len - 1] != '\n')
        len--;
    return len;
}

static void write_file(struct results_output *o)
{
    const char *at = o->lines.base;
    size_t done = 0;
    while (done < o->lines.len && !o->failed) {
        ssize_t n = write(o->fd, at + done, o->lines.len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            o->failed = errno;
    }
    size_t whole = whole_lines(at, done);
    if (whole < done)
        (void)results_output_cut(o, o->end + whole);
    else
        o->end += whole;
    str_clear(&o->lines);
}

void results_output_line(struct results_output *o, const char *line, size_t len)
{
    if (results_output_failed(o))
        return;
    str_add(&o->lines, span_of(line, len));
    str_add_char(&o->lines, '\n');
    if (!o->is_file) {
        /* With its newline, so that both leave in one write. */
        writer_write(&o->writer, o->lines.base, o->lines.len);
        str_clear(&o->lines);
    } else if (o->lines.len >= RESULTS_OUTPUT_GATHER) {
        write_file(o);
    }
}

void results_output_flush(struct results_output *o)
{
    if (!o->is_file)
        writer_flush(&o->writer);
    else if (o->lines.len && !o->failed)
        write_file(o);
}

void results_output_stop(struct results_output *o)
{
    results_output_flush(o);
    if (!o->is_file)
        writer_end_line(&o->writer, LAST_LINE_MS);
}

bool results_output_is_full(const struct results_output *o)
{
    return !o->is_file && writer_is_full(&o->writer);
}

int results_output_failed(const struct results_output *o)
{
    return o->is_file ? o->failed : o->writer.failed;
}
