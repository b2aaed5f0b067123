/*
 * line_reader -- a file line by line, whatever its size.
 */
#ifndef CLI_BASE_LINE_READER_H
#define CLI_BASE_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_reader {
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

void line_reader_init(struct line_reader *l, int fd, uint64_t at);
void line_reader_fini(struct line_reader *l);
/* Goes on there; cheap for a place that was read lately. */
void line_reader_seek(struct line_reader *l, uint64_t at);
/*
 * The next line, NULL at the end; valid until the next call, and the byte
 * behind it may be overwritten.  *len: without the newline.  *is_whole: false
 * for what stands behind the last newline.
 */
char *line_reader_next(struct line_reader *l, size_t *len, bool *is_whole);

#endif
