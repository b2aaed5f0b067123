#include "base/str.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void str_init(struct str *s)
{
    *s = (struct str){.base = NULL};
}

void str_fini(struct str *s)
{
    free(s->base);
    str_init(s);
}

void str_clear(struct str *s)
{
    s->len = 0;
    if (s->base)
        s->base[0] = '\0';
}

void str_grow(struct str *s, size_t n)
{
    size_t cap = s->cap ? s->cap : 64;
    while (cap - s->len <= n)
        cap *= 2;
    s->base = xalloc_resize(s->base, cap);
    s->cap = cap;
}

void str_add_text(struct str *s, const char *text)
{
    str_add(s, span_str(text));
}

void str_add_spaces(struct str *s, size_t n)
{
    memset(str_reserve(s, n), ' ', n);
    str_commit(s, n);
}

void str_add_lower(struct str *s, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.base[i];
        str_add_char(s, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
}

void str_add_u64(struct str *s, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    str_add(s, span_of(digits + at, sizeof digits - at));
}

void str_printf(struct str *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    str_vprintf(s, format, args);
    va_end(args);
}

void str_vprintf(struct str *s, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    /* What there is suffices most of the time. */
    size_t room = s->base ? s->cap - s->len : 0;
    int len = vsnprintf(room ? s->base + s->len : NULL, room, format, args);
    assert(len >= 0);
    if ((size_t)len >= room) {
        char *to = str_reserve(s, (size_t)len + 1);
        (void)vsnprintf(to, (size_t)len + 1, format, again);
    }
    va_end(again);
    assert(s->base != NULL);
    str_commit(s, (size_t)len);
}

const char *str_text(const struct str *s)
{
    return s->base ? s->base : "";
}

struct span str_span(const struct str *s)
{
    return span_of(s->base, s->len);
}

char *str_take(struct str *s)
{
    char *taken = str_reserve(s, 0) - s->len;
    taken[s->len] = '\0';
    str_init(s);
    return taken;
}
