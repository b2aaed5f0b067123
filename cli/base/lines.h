/*
 * lines -- a file line by line, whatever its size.
 */
#ifndef CLI_BASE_LINES_H
#define CLI_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines {
    int fd; /* borrowed; its own position is used only if it cannot seek */
    bool can_seek;
    bool is_edited; /* a byte order mark at its start is skipped */
    int failed;     /* errno of a read that failed, 0 */
    uint64_t at;    /* of the line that comes next */
    char *buffer;
    size_t start;
    size_t end;
    size_t cap;
};

void lines_init(struct lines *l, int fd, uint64_t at);
void lines_fini(struct lines *l);
/* Goes on there; cheap for a place that was read lately. */
void lines_seek(struct lines *l, uint64_t at);
/*
 * The next line, NULL at the end; valid until the next call, and the byte
 * behind it may be overwritten.  *len: without the newline.  *is_whole: false
 * for what stands behind the last newline.
 */
char *lines_next(struct lines *l, size_t *len, bool *is_whole);

#endif
