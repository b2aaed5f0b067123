#include "serve/target.h"

#include "http/percent.h"

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The byte that "%XX" at s stands for, or -1. */
static int escaped_byte(struct span s)
{
    if (s.len < 3)
        return -1;
    int high = hex_digit(s.base[1]);
    int low = hex_digit(s.base[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static struct span skip(struct span s, size_t n)
{
    return span_of(s.base + n, s.len - n);
}

/* From the first byte c on, or the empty span at the end. */
static struct span find_byte(struct span s, uint8_t c)
{
    const uint8_t *at = s.len > 0 ? memchr(s.base, c, s.len) : NULL;
    return at ? skip(s, (size_t)(at - s.base)) : skip(s, s.len);
}

/* Without "http://authority" in front (RFC 9112 3.2.2). */
static struct span origin_form(struct span target)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        struct span scheme = span_str(schemes[i]);
        if (!span_starts_nocase(target, scheme))
            continue;
        struct span rest = skip(target, scheme.len);
        size_t at = 0;
        while (at < rest.len && rest.base[at] != '/' && rest.base[at] != '?')
            at++;
        return skip(rest, at);
    }
    return target;
}

struct span target_path(struct span target)
{
    struct span s = origin_form(target);
    s.len -= find_byte(s, '?').len;
    return s.len > 0 ? s : SPAN_LIT("/");
}

struct span target_query(struct span target)
{
    struct span s = find_byte(origin_form(target), '?');
    return s.len > 0 ? skip(s, 1) : s;
}

/* Still encoded. */
static bool find_param(struct span target, const char *name, struct span *value)
{
    struct span rest = target_query(target);
    struct span pair;
    while (span_next(&rest, '&', &pair)) {
        struct span from_equals = find_byte(pair, '=');
        pair.len -= from_equals.len;
        if (!span_equal(pair, span_str(name)))
            continue;
        *value = from_equals.len > 0 ? skip(from_equals, 1) : from_equals;
        return true;
    }
    return false;
}

bool target_param(struct span target, const char *name, struct arena *arena,
                  struct span *value)
{
    if (!find_param(target, name, value))
        return false;
    uint8_t *spaced = arena_alloc(arena, value->len + 1);
    for (size_t i = 0; i < value->len; i++)
        spaced[i] = value->base[i] == '+' ? ' ' : value->base[i];
    *value = percent_decode(span_of(spaced, value->len), arena);
    return true;
}

uint64_t target_number(struct span target, const char *name, uint64_t otherwise)
{
    struct span value;
    uint64_t number;
    if (find_param(target, name, &value) && span_to_u64(value, &number))
        return number;
    return otherwise;
}

/* One segment, appended decoded; false when no file can be called so. */
static bool add_segment(struct str *file, struct span segment)
{
    size_t start = file->len;
    while (segment.len > 0) {
        int byte = segment.base[0];
        bool is_escape = byte == '%';
        if (is_escape)
            byte = escaped_byte(segment);
        if (byte <= 0 || byte == '/')
            return false;
        str_add_char(file, (char)byte);
        segment = skip(segment, is_escape ? 3 : 1);
    }
    struct span name = skip(str_span(file), start);
    return !span_equal(name, SPAN_LIT(".")) &&
           !span_equal(name, SPAN_LIT(".."));
}

bool target_file(struct span path, struct str *file)
{
    struct span rest = path;
    struct span segment;
    bool ends_in_slash = path.len > 0 && path.base[path.len - 1] == '/';
    while (span_next(&rest, '/', &segment)) {
        if (segment.len == 0)
            continue;
        if (file->len > 0)
            str_add_char(file, '/');
        if (!add_segment(file, segment))
            return false;
    }
    if (ends_in_slash && file->len > 0)
        str_add_char(file, '/');
    return true;
}

void target_encode(struct str *out, struct span bytes)
{
    struct span segment;
    for (bool first = true; span_next(&bytes, '/', &segment); first = false) {
        if (!first)
            str_add_char(out, '/');
        percent_encode(out, segment);
    }
}
