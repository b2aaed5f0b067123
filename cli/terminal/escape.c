#include "terminal/escape.h"

#include <string.h>
#include <unistd.h>

#include "core/base/utf8.h"

static void hex(struct str *to, const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        str_printf(to, "\\x%02x", bytes[i]);
}

/* All of what is there is what its first byte promised. */
static bool is_continued(const unsigned char *s, size_t len)
{
    for (size_t i = 1; i < len; i++) {
        if (!utf8_is_continuation(s[i]))
            return false;
    }
    return true;
}

static bool is_control(const unsigned char *s, size_t len)
{
    if (len == 1)
        return s[0] < 0x20 || s[0] == 0x7f;
    return utf8_control(s, len) != 0;
}

/* One character off the front of s: how many bytes were used, 0 when more are
 * needed to tell. */
static size_t put_character(struct str *to, const unsigned char *s, size_t len)
{
    size_t n = utf8_promised(s[0]);
    if (!n) {
        hex(to, s, 1);
        return 1;
    }
    if (s[0] == '\r') {
        if (len < 2)
            return 0;
        if (s[1] == '\n') {
            str_add(to, span_of(s, 2));
            return 2;
        }
    }
    if (n > len && is_continued(s, len))
        return 0;
    if (utf8_sequence(span_of(s, len)) == 0) {
        hex(to, s, 1);
        return 1;
    }
    if (is_control(s, n) && s[0] != '\n' && s[0] != '\t')
        hex(to, s, n);
    else
        str_add(to, span_of(s, n));
    return n;
}

/* Finishes the held character byte by byte; then `held` is empty or the piece
 * is used up. */
static size_t put_held(struct escape *t, struct str *to, const unsigned char *s,
                       size_t len)
{
    size_t used = 0;
    while (t->nheld && used < len) {
        size_t n;
        t->held[t->nheld++] = s[used++];
        n = put_character(to, t->held, t->nheld);
        if (n) {
            memmove(t->held, t->held + n, t->nheld - n);
            t->nheld -= n;
            /* What is left begins a character of its own. */
            while (t->nheld && (n = put_character(to, t->held, t->nheld))) {
                memmove(t->held, t->held + n, t->nheld - n);
                t->nheld -= n;
            }
        }
    }
    return used;
}

void escape_piece(struct escape *t, struct str *to, const void *bytes,
                  size_t len)
{
    const unsigned char *s = bytes;
    size_t i = put_held(t, to, s, len);
    while (i < len) {
        size_t n = put_character(to, s + i, len - i);
        if (!n) {
            t->nheld = len - i;
            memcpy(t->held, s + i, t->nheld);
            return;
        }
        i += n;
    }
}

void escape_finish(struct escape *t, struct str *to)
{
    hex(to, t->held, t->nheld);
    t->nheld = 0;
}

void escape_all(struct str *to, const void *bytes, size_t len)
{
    struct escape t = {0};
    escape_piece(&t, to, bytes, len);
    escape_finish(&t, to);
}

void escape_bytes(struct str *to, const char *s, size_t len)
{
    const unsigned char *at = (const unsigned char *)s;
    while (len) {
        size_t n = 1;
        if (*at < 0x20)
            hex(to, at, 1);
        else if (!(n = put_character(to, at, len)))
            hex(to, at, n = 1);
        at += n;
        len -= n;
    }
}

void escape_line(struct str *to, const char *s)
{
    escape_bytes(to, s, strlen(s));
}

void escape_for_fd(struct str *to, int fd, const struct str *text)
{
    if (isatty(fd))
        escape_all(to, text->base, text->len);
    else
        str_add(to, span_of(text->base, text->len));
}

bool escape_is_binary(const void *bytes, size_t len)
{
    return len && memchr(bytes, 0, len);
}
