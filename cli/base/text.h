/*
 * text -- a growing string of bytes, for what is printed as a whole.
 *
 * `at` is NUL-terminated as soon as something was added, NULL before.  The
 * NUL is not counted in `len`.
 */
#ifndef CLI_BASE_TEXT_H
#define CLI_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct text {
    char *at;
    size_t len;
    size_t cap;
};

/* Memory for `more` bytes and a NUL behind what is there. */
void text_grow(struct text *t, size_t more);

/* The same, and where to write them: text_end() tells how far it went. */
static inline char *text_room(struct text *t, size_t more)
{
    if (t->cap - t->len <= more)
        text_grow(t, more);
    return t->at + t->len;
}

static inline void text_end(struct text *t, char *end)
{
    *end = '\0';
    t->len = (size_t)(end - t->at);
}

void text_add(struct text *t, const void *bytes, size_t len);
void text_puts(struct text *t, const char *s);
void text_putc(struct text *t, char c);
void text_addf(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_vaddf(struct text *t, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void text_spaces(struct text *t, size_t n);
void text_clear(struct text *t); /* keeps the memory */
void text_fini(struct text *t);
char *text_take(struct text *t); /* the caller frees it; never NULL */

/* Appends a whole file, "-" is standard input.  False with errno. */
bool text_add_file(struct text *t, const char *path);
/* The same for one that people edit: without its byte order mark. */
bool text_add_edited(struct text *t, const char *path);

/* Length of the byte order mark (of UTF-8) that editors put in front of a
 * text; 0: there is none. */
size_t text_mark_len(const char *bytes, size_t len);

/* Writes all of it to a blocking descriptor; false with errno. */
bool text_write(const struct text *t, int fd);

#endif
