#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void make_printable(char *text)
{
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7e)
            *text = '?';
}

enum io fault_set(struct fault *f, enum err code, uint64_t wire,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    f->code = code;
    f->remedy = REMEDY_UNKNOWN;
    f->wire = wire;
    f->wire_name = NULL;
    (void)vsnprintf(f->detail, sizeof f->detail, format, args);
    va_end(args);
    make_printable(f->detail);
    return IO_FAILED;
}

enum io fault_set_errno(struct fault *f, enum err code, int error,
                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    f->code = code;
    f->remedy = code == ERR_CONNECT && error == ECONNREFUSED ? REMEDY_LISTENER
                                                             : REMEDY_UNKNOWN;
    f->wire = (uint64_t)error;
    f->wire_name = NULL;
    (void)vsnprintf(f->detail, sizeof f->detail, format, args);
    va_end(args);
    size_t len = strlen(f->detail);
    (void)snprintf(f->detail + len, sizeof f->detail - len, ": %s",
                   strerror(error));
    make_printable(f->detail);
    return IO_FAILED;
}

void fault_prefix(struct fault *f, const char *text)
{
    char old[FAULT_DETAIL_MAX];
    memcpy(old, f->detail, sizeof old);
    (void)snprintf(f->detail, sizeof f->detail, "%s%.*s", text,
                   FAULT_DETAIL_MAX - 1, old);
    make_printable(f->detail);
}

void fault_hide_quoted(struct fault *f)
{
    char old[FAULT_DETAIL_MAX];
    memcpy(old, f->detail, sizeof old);
    const char *first = strchr(old, '"');
    const char *last = strrchr(old, '"');
    if (first == NULL)
        return;
    /* What was cut off at the end may have been the second mark. */
    (void)snprintf(f->detail, sizeof f->detail, "%.*s<redacted>%s",
                   (int)(first - old), old, last > first ? last + 1 : "");
}

void fault_reword(struct fault *f, const char *format, ...)
{
    char text[FAULT_DETAIL_MAX]; /* the old one may be among the arguments */
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    memcpy(f->detail, text, sizeof text);
    make_printable(f->detail);
}

bool fault_is_shortage(const struct fault *f)
{
    return (f->code == ERR_CONNECT || f->code == ERR_HOST_NAME) &&
           (f->wire == EMFILE || f->wire == ENFILE);
}
