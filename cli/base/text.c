#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

void text_grow(struct text *t, size_t more)
{
    size_t want = t->len + more + 1;
    size_t cap = t->cap ? t->cap : 64;
    if (want <= t->cap)
        return;
    while (cap < want)
        cap *= 2;
    t->at = mem_resize(t->at, cap, 1);
    t->cap = cap;
}

void text_add(struct text *t, const void *bytes, size_t len)
{
    char *to = text_room(t, len);
    if (len)
        memcpy(to, bytes, len);
    to[len] = '\0';
    t->len += len;
}

void text_puts(struct text *t, const char *s)
{
    text_add(t, s, strlen(s));
}

void text_putc(struct text *t, char c)
{
    char *to = text_room(t, 1);
    to[0] = c;
    to[1] = '\0';
    t->len++;
}

void text_vaddf(struct text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n <= 0)
        return;
    text_grow(t, (size_t)n);
    (void)vsnprintf(t->at + t->len, (size_t)n + 1, format, args);
    t->len += (size_t)n;
}

void text_addf(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vaddf(t, format, args);
    va_end(args);
}

void text_spaces(struct text *t, size_t n)
{
    while (n--)
        text_putc(t, ' ');
}

void text_clear(struct text *t)
{
    t->len = 0;
    if (t->at)
        t->at[0] = '\0';
}

void text_fini(struct text *t)
{
    free(t->at);
    *t = (struct text){0};
}

char *text_take(struct text *t)
{
    char *at;
    text_grow(t, 0);
    t->at[t->len] = '\0';
    at = t->at;
    *t = (struct text){0};
    return at;
}

bool text_add_file(struct text *t, const char *path)
{
    enum {
        STEP = 65536
    };
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;
    if (fd < 0)
        return false;
    do {
        text_grow(t, STEP);
        n = read(fd, t->at + t->len, STEP);
        if (n > 0)
            t->len += (size_t)n;
    } while (n > 0 || (n < 0 && errno == EINTR));
    int failed = n < 0 ? errno : 0;
    t->at[t->len] = '\0';
    if (!is_stdin)
        close(fd);
    errno = failed;
    return !failed;
}

size_t text_mark_len(const char *bytes, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t mark_len = sizeof mark - 1;
    return len >= mark_len && memcmp(bytes, mark, mark_len) == 0 ? mark_len : 0;
}

bool text_add_edited(struct text *t, const char *path)
{
    size_t before = t->len;
    if (!text_add_file(t, path))
        return false;
    size_t mark = text_mark_len(t->at + before, t->len - before);
    memmove(t->at + before, t->at + before + mark, t->len - before - mark + 1);
    t->len -= mark;
    return true;
}

bool text_write(const struct text *t, int fd)
{
    size_t done = 0;
    while (done < t->len) {
        ssize_t n = write(fd, t->at + done, t->len - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN) {
            /* Somebody else made our descriptor non-blocking. */
            struct pollfd wait = {.fd = fd, .events = POLLOUT};
            poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}
