#include "http/url_path.h"

/* How many bytes a dot at the front of s takes: ".", "%2e", or none. */
static size_t dot_at(struct span s)
{
    if (s.len >= 1 && s.base[0] == '.')
        return 1;
    if (s.len >= 3 && s.base[0] == '%' && s.base[1] == '2' &&
        (s.base[2] | 0x20) == 'e')
        return 3;
    return 0;
}

/* 0: an ordinary segment; 1: "."; 2: "..". */
static unsigned count_dots(struct span segment)
{
    unsigned n = 0;
    while (segment.len > 0) {
        size_t dot = dot_at(segment);
        if (dot == 0 || n == 2)
            return 0;
        segment = span_of(segment.base + dot, segment.len - dot);
        n++;
    }
    return n;
}

struct span url_path_remove_dots(struct span path, struct arena *arena)
{
    uint8_t *out = arena_alloc(arena, path.len + 1);
    size_t len = 0;
    struct span rest = span_of(path.base + 1, path.len - 1);
    struct span segment;
    while (span_next(&rest, '/', &segment)) {
        unsigned dots = count_dots(segment);
        bool is_last = rest.base == NULL;
        if (dots == 2)
            while (len > 0 && out[--len] != '/')
                ;
        if (dots == 0) {
            out[len++] = '/';
            if (segment.len > 0)
                memcpy(out + len, segment.base, segment.len);
            len += segment.len;
        } else if (is_last) {
            out[len++] = '/'; /* "/a/.." is a folder: "/" */
        }
    }
    out[len] = '\0';
    return span_of(out, len);
}

static bool is_plain(uint8_t c)
{
    return c > 0x20 && c < 0x7f;
}

struct span url_path_encode(struct span part, char space, struct arena *arena)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t odd = 0;
    for (size_t i = 0; i < part.len; i++)
        odd += !is_plain(part.base[i]);
    if (odd == 0)
        return arena_copy(arena, part);
    uint8_t *out = arena_alloc(arena, part.len + 2 * odd + 1);
    size_t len = 0;
    for (size_t i = 0; i < part.len; i++) {
        uint8_t c = part.base[i];
        if (is_plain(c)) {
            out[len++] = c;
        } else if (c == ' ' && space != '\0') {
            out[len++] = (uint8_t)space;
        } else {
            out[len++] = '%';
            out[len++] = (uint8_t)digits[c >> 4];
            out[len++] = (uint8_t)digits[c & 15];
        }
    }
    out[len] = '\0';
    return span_of(out, len);
}

struct span url_path_merge(struct span base, struct span reference,
                           struct arena *arena)
{
    size_t keep = base.len;
    while (keep > 0 && base.base[keep - 1] != '/')
        keep--;
    uint8_t *out = arena_alloc(arena, keep + reference.len + 1);
    memcpy(out, base.base, keep);
    if (reference.len > 0)
        memcpy(out + keep, reference.base, reference.len);
    out[keep + reference.len] = '\0';
    return span_of(out, keep + reference.len);
}
