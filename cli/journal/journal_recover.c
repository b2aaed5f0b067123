#include "journal/journal_recover.h"

#include <stddef.h>
#include <string.h>
#include <yyjson.h>

#include "base/line_reader.h"

uint64_t journal_recover_check(int fd, uint64_t from, uint64_t end)
{
    struct line_reader l;
    size_t len;
    bool is_whole;
    const char *line;
    line_reader_init(&l, fd, from);
    while (from < end && (line = line_reader_next(&l, &len, &is_whole))) {
        /* A disk that lost power leaves zeros, or nothing. */
        if (!is_whole || *line != '{' || line[len - 1] != '}' ||
            memchr(line, '\0', len))
            break;
        from = l.at;
    }
    line_reader_fini(&l);
    return from;
}

static bool read_seq(char *line, size_t len, uint64_t *seq)
{
    yyjson_doc *doc = yyjson_read(line, len, 0);
    yyjson_val *value = yyjson_obj_get(yyjson_doc_get_root(doc), "seq");
    bool is_record = yyjson_is_uint(value);
    *seq = yyjson_get_uint(value);
    yyjson_doc_free(doc);
    return is_record;
}

void journal_recover_tail(int fd, uint64_t from,
                          bool (*on_record)(void *user, uint64_t seq,
                                            uint64_t len),
                          void *user)
{
    struct line_reader l;
    size_t len;
    uint64_t seq;
    bool is_whole;
    char *line;
    line_reader_init(&l, fd, from);
    while ((line = line_reader_next(&l, &len, &is_whole))) {
        if (!is_whole || !read_seq(line, len, &seq) ||
            !on_record(user, seq, len + 1))
            break;
    }
    line_reader_fini(&l);
}
