#include "input/input_lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/xalloc.h"
#include "files/reader.h"
#include "input/input_spool.h"

/*
 * One buffer is read into, and lines are given out where they lie in it.  What
 * is left at its end moves to its front before the next read, so a byte is
 * moved once at most for each line.  Only a line longer than the buffer is put
 * together elsewhere, up to the limit; of one that is longer still the
 * beginning is kept, for its id, and the rest is read and forgotten.
 *
 * `scanned` keeps a writer that brings a line byte by byte from making us
 * search the same bytes for its end each time.
 */
enum {
    BUFFER_LEN = 64 * 1024,
    /* Of a line that is too long: enough to find its id in. */
    BEGINNING_LEN = 4096,
    /* A long line's memory above this is not kept for the next. */
    LONG_KEPT = 1024 * 1024,
};

struct input_lines {
    struct qv_client *client;
    struct input_lines_options o;
    void (*on_ready)(void *user);
    void *user;

    size_t nopened;
    struct reader source;
    bool is_open;
    bool is_over;    /* nothing more comes from the source */
    bool is_resumed; /* it is the spool of an earlier run */
    uint64_t nlines; /* of the file */

    char *buf;
    size_t start;
    size_t end;
    size_t scanned;  /* bytes behind start without a line's end */
    struct str line; /* what came before the buffer of a long one */
    bool is_long;
    bool is_too_long;
    bool is_given; /* ... and the caller may still look at it */

    struct input_spool spool;
    bool is_spooling; /* what is read now */

    uint64_t nread;
    uint64_t size;
};

static bool is_stdin(const char *file)
{
    return strcmp(file, "-") == 0;
}

static void set_error(struct qv_error *e, int error, const char *file)
{
    *e = (struct qv_error){.status = QV_EXIT_READ,
                           .name = "read",
                           .class_name = "invalid",
                           .wire = (uint64_t)error};
    (void)snprintf(e->text, sizeof e->text, "cannot read %.150s: %s",
                   is_stdin(file) ? "standard input" : file, strerror(error));
}

/* ---- before the first byte ---- */

static bool look_at(const struct input_lines *in, const char *file,
                    struct stat *st)
{
    bool ok;
    if (is_stdin(file) && in->is_resumed)
        file = in->o.spool;
    if (is_stdin(file))
        ok = fstat(STDIN_FILENO, st) == 0;
    else
        ok = stat(file, st) == 0 && access(file, R_OK) == 0;
    if (ok && S_ISDIR(st->st_mode)) {
        errno = EISDIR;
        ok = false;
    }
    return ok;
}

/* Adds up the sizes; false with *error for a file that is not there. */
static bool check_files(struct input_lines *in, struct qv_error *error)
{
    bool is_known = true;
    for (size_t i = 0; i < in->o.nfiles; i++) {
        const char *file = in->o.files[i];
        struct stat st;
        if (!look_at(in, file, &st)) {
            set_error(error, errno, file);
            return false;
        }
        is_known = is_known && S_ISREG(st.st_mode);
        in->size += (uint64_t)st.st_size;
    }
    if (!is_known)
        in->size = 0;
    return true;
}

static bool reads_stdin(const struct input_lines *in)
{
    for (size_t i = 0; i < in->o.nfiles; i++) {
        if (is_stdin(in->o.files[i]))
            return true;
    }
    return false;
}

static bool open_spool(struct input_lines *in, struct qv_error *error)
{
    if (!in->o.spool || !reads_stdin(in) || in->is_resumed)
        return true;
    return input_spool_open(&in->spool, in->o.spool, error);
}

struct input_lines *input_lines_new(struct qv_client *client,
                                    const struct input_lines_options *o,
                                    void (*on_ready)(void *user), void *user,
                                    struct qv_error *error)
{
    struct input_lines *in = xalloc_zeroed(1, sizeof *in);
    in->client = client;
    in->o = *o;
    in->on_ready = on_ready;
    in->user = user;
    in->spool.fd = -1;
    in->buf = xalloc_zeroed(BUFFER_LEN, 1);
    in->is_resumed = o->resume && o->spool && access(o->spool, F_OK) == 0;
    if (!check_files(in, error) || !open_spool(in, error)) {
        input_lines_free(in);
        return NULL;
    }
    return in;
}

void input_lines_free(struct input_lines *in)
{
    if (!in)
        return;
    if (in->is_open)
        reader_close(&in->source);
    input_spool_close(&in->spool);
    str_fini(&in->line);
    free(in->buf);
    free(in);
}

/* ---- files ---- */

static void on_ready(struct reader *s)
{
    struct input_lines *in = QV_OWNER(s, struct input_lines, source);
    in->on_ready(in->user);
}

const char *input_lines_name(const struct input_lines *in)
{
    return in->o.files[in->nopened - 1];
}

/* Nothing is left of the file. */
static void drop_rest(struct input_lines *in)
{
    in->is_over = true;
    in->start = in->end = in->scanned = 0;
    in->is_given = in->is_long;
}

static enum input_lines_state fail_read(struct input_lines *in, int error,
                                        struct qv_error *e)
{
    set_error(e, error, input_lines_name(in));
    drop_rest(in);
    return INPUT_LINES_FAILED;
}

enum input_lines_state input_lines_open(struct input_lines *in,
                                        struct qv_error *error)
{
    if (in->is_open)
        reader_close(&in->source);
    in->is_open = false;
    if (in->nopened == in->o.nfiles)
        return INPUT_LINES_END;
    const char *path = in->o.files[in->nopened++];
    in->is_spooling = is_stdin(path) && in->spool.fd >= 0;
    if (is_stdin(path))
        path = in->is_resumed ? in->o.spool : NULL;
    in->nlines = 0;
    in->start = in->end = in->scanned = 0;
    in->is_over = false;
    if (!reader_open(&in->source, in->client, path, on_ready))
        return fail_read(in, errno, error);
    in->is_open = true;
    return INPUT_LINES_OK;
}

/* ---- bytes ---- */

static void make_room(struct input_lines *in)
{
    if (!in->start)
        return;
    memmove(in->buf, in->buf + in->start, in->end - in->start);
    in->end -= in->start;
    in->start = 0;
}

/* Behind a byte order mark (UTF-8) at the start of the file. */
static size_t mark_len(const struct input_lines *in)
{
    return in->nlines
               ? 0
               : whole_file_mark_len(in->buf + in->start, in->end - in->start);
}

/* Once from the source into the buffer, which has room. */
static enum input_lines_state fill(struct input_lines *in,
                                   struct qv_error *error)
{
    char *at = in->buf + in->end;
    ssize_t n = reader_read(&in->source, at, BUFFER_LEN - in->end);
    if (n < 0)
        return errno == EAGAIN ? INPUT_LINES_WAIT : fail_read(in, errno, error);
    if (n == 0)
        in->is_over = true;
    if (in->is_spooling &&
        !(n ? input_spool_add(&in->spool, at, (size_t)n, error)
            : input_spool_end(&in->spool, error))) {
        drop_rest(in);
        return INPUT_LINES_FAILED;
    }
    if (n == 0)
        return INPUT_LINES_END;
    in->nread += (uint64_t)n;
    in->end += (size_t)n;
    return INPUT_LINES_OK;
}

void input_lines_peek(const struct input_lines *in, const char **at,
                      size_t *len)
{
    *at = in->buf + in->start + mark_len(in);
    *len = in->end - in->start - mark_len(in);
}

enum input_lines_state input_lines_more(struct input_lines *in,
                                        struct qv_error *error)
{
    make_room(in);
    if (in->is_over || in->end == BUFFER_LEN)
        return INPUT_LINES_END;
    return fill(in, error);
}

void input_lines_skip(struct input_lines *in, size_t len)
{
    if (!len)
        return;
    in->start += mark_len(in) + len;
    in->nlines = 1; /* behind the byte order mark, if there was one */
}

/* ---- lines ---- */

/* The whole buffer is within a line: puts it aside. */
static void put_aside(struct input_lines *in, const char *bytes, size_t len)
{
    in->is_long = true;
    if (in->is_too_long)
        return;
    if (len > in->o.line_max || in->line.len > in->o.line_max - len)
        in->is_too_long = true;
    if (in->is_too_long && in->line.len >= BEGINNING_LEN)
        return;
    if (in->is_too_long && len > BEGINNING_LEN)
        len = BEGINNING_LEN;
    str_add(&in->line, span_of(bytes, len));
}

/* bytes: the line, or the end of a long one. */
static void give_line(struct input_lines *in, char *bytes, size_t len,
                      struct input_line *line)
{
    *line = (struct input_line){.number = ++in->nlines};
    in->scanned = 0;
    in->is_given = true;
    if (in->is_long) {
        put_aside(in, bytes, len);
        bytes = in->line.base;
        len = in->line.len;
    }
    line->is_too_long = in->is_too_long || len > in->o.line_max;
    if (line->is_too_long && len > BEGINNING_LEN)
        len = BEGINNING_LEN;
    else if (len && bytes[len - 1] == '\r')
        len--;
    line->at = bytes;
    line->len = len;
}

/* What the last line left behind. */
static void drop_long(struct input_lines *in)
{
    if (in->line.cap > LONG_KEPT)
        str_fini(&in->line);
    else if (in->line.len)
        str_clear(&in->line);
    in->is_long = false;
    in->is_too_long = false;
    in->is_given = false;
}

/* Behind the last line's end: is there a line without one? */
static bool give_last(struct input_lines *in, struct input_line *line)
{
    bool is_torn = in->is_resumed && is_stdin(input_lines_name(in));
    if ((in->start == in->end && !in->is_long) || is_torn)
        return false;
    give_line(in, in->buf + in->start, in->end - in->start, line);
    in->start = in->end;
    return true;
}

enum input_lines_state input_lines_line(struct input_lines *in,
                                        struct input_line *line,
                                        struct qv_error *error)
{
    if (in->is_given)
        drop_long(in);
    for (;;) {
        enum input_lines_state state;
        char *at;
        char *end;
        if (!in->is_long)
            in->start += mark_len(in);
        at = in->buf + in->start;
        end = memchr(at + in->scanned, '\n', in->end - in->start - in->scanned);
        if (end) {
            give_line(in, at, (size_t)(end - at), line);
            in->start = (size_t)(end + 1 - in->buf);
            return INPUT_LINES_OK;
        }
        in->scanned = in->end - in->start;
        make_room(in);
        if (in->end == BUFFER_LEN) {
            put_aside(in, in->buf, in->end);
            in->end = in->scanned = 0;
        }
        state = in->is_over ? INPUT_LINES_END : fill(in, error);
        if (state == INPUT_LINES_END && give_last(in, line))
            return INPUT_LINES_OK;
        if (state != INPUT_LINES_OK)
            return state;
    }
}

int input_lines_spool_fd(const struct input_lines *in)
{
    return in->spool.fd;
}

void input_lines_position(const struct input_lines *in, uint64_t *at,
                          uint64_t *size)
{
    *at = in->nread;
    *size = in->size;
}
