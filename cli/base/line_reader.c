#include "base/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/whole_file.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"

enum {
    READ_SIZE = 64 * 1024 /* more is not faster, and is mapped each time */
};

void line_reader_init(struct line_reader *l, int fd, uint64_t at)
{
    *l = (struct line_reader){
        .fd = fd, .can_seek = lseek(fd, 0, SEEK_CUR) >= 0, .at = at};
}

void line_reader_fini(struct line_reader *l)
{
    free(l->buffer);
    *l = (struct line_reader){0};
}

void line_reader_seek(struct line_reader *l, uint64_t at)
{
    uint64_t first = l->at - l->start; /* of what is in the buffer */
    if (at >= first && at <= first + l->end)
        l->start = (size_t)(at - first);
    else
        l->start = l->end = 0;
    l->at = at;
}

/* Reads behind what is there; false at the end of the file. */
static bool read_more(struct line_reader *l)
{
    size_t kept = l->end - l->start;
    ssize_t n;
    if (l->start)
        memmove(l->buffer, l->buffer + l->start, kept);
    l->start = 0;
    l->end = kept;
    /* One byte stays free for a NUL behind a last line. */
    if (kept + 1 >= l->cap) {
        l->cap = l->cap ? 2 * l->cap : READ_SIZE;
        l->buffer = xalloc_array(l->buffer, l->cap, 1);
    }
    do {
        n = l->can_seek ? pread(l->fd, l->buffer + kept, l->cap - kept - 1,
                                (off_t)(l->at + kept))
                        : read(l->fd, l->buffer + kept, l->cap - kept - 1);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        l->failed = errno;
    if (n > 0)
        l->end += (size_t)n;
    return n > 0;
}

char *line_reader_next(struct line_reader *l, size_t *len, bool *is_whole)
{
    size_t looked = 0;
    char *newline = NULL;
    while (!newline) {
        size_t there = l->end - l->start;
        if (there > looked)
            newline =
                memchr(l->buffer + l->start + looked, '\n', there - looked);
        looked = there;
        if (!newline && !read_more(l))
            break;
    }
    *is_whole = newline;
    *len = newline ? (size_t)(newline - (l->buffer + l->start))
                   : l->end - l->start;
    if (!newline && !*len)
        return NULL;
    char *line = l->buffer + l->start;
    size_t mark = l->is_edited && !l->at ? whole_file_mark_len(line, *len) : 0;
    l->start += *len + (newline ? 1 : 0);
    l->at += *len + (newline ? 1 : 0);
    *len -= mark;
    return line + mark;
}
