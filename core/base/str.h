/*
 * str -- a growing run of bytes, always followed by a NUL.
 *
 * For text that is built once and for small buffers; a queue of bytes that
 * come and go is a struct buf.
 */
#ifndef CORE_BASE_STR_H
#define CORE_BASE_STR_H

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/span.h"

struct str {
    char *base; /* NULL until something was added; see str_text() */
    size_t len;
    size_t cap;
};

void str_init(struct str *s);
void str_fini(struct str *s);
void str_clear(struct str *s); /* keeps the memory */
void str_add_text(struct str *s, const char *text);
void str_add_spaces(struct str *s, size_t n);
void str_add_u64(struct str *s, uint64_t value);
void str_printf(struct str *s, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void str_vprintf(struct str *s, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Memory for n more bytes and the NUL. */
void str_grow(struct str *s, size_t n);

/* Room for n more bytes; returns where they go. Then str_commit() them. */
static inline char *str_reserve(struct str *s, size_t n)
{
    if (s->cap - s->len <= n)
        str_grow(s, n);
    return s->base + s->len;
}

static inline void str_commit(struct str *s, size_t n)
{
    assert(s->cap - s->len > n);
    s->len += n;
    s->base[s->len] = '\0';
}

/* The same, for a caller who knows where the bytes end. */
static inline void str_commit_to(struct str *s, const char *end)
{
    size_t len = (size_t)(end - s->base);
    assert(len < s->cap);
    s->len = len;
    s->base[len] = '\0';
}

/* These have made their room, which nobody needs to check. */
static inline void str_add(struct str *s, struct span bytes)
{
    char *to = str_reserve(s, bytes.len);
    if (bytes.len > 0)
        memcpy(to, bytes.base, bytes.len);
    to[bytes.len] = '\0';
    s->len += bytes.len;
}

/* ASCII's capitals become small letters. */
void str_add_lower(struct str *s, struct span text);

static inline void str_add_char(struct str *s, char c)
{
    char *to = str_reserve(s, 1);
    to[0] = c;
    to[1] = '\0';
    s->len++;
}

/* Never NULL. */
const char *str_text(const struct str *s);
struct span str_span(const struct str *s);

/* What was built, for the caller to free; never NULL.  *s is empty again. */
char *str_take(struct str *s);

#endif
