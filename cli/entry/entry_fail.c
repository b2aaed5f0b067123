#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entry/entry_memory.h"

/* What stands in a line goes to terminals with the message. */
static void make_printable(char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            *s = '?';
    }
}

bool entry_fail(struct entry *e, int status, const char *format, ...)
{
    va_list args;
    e->status = status;
    int n =
        snprintf(e->message, sizeof e->message,
                 "%s %llu: ", entry_memory_ask(e)->is_item ? "entry" : "line",
                 (unsigned long long)e->line);
    if (!e->line)
        n = 0; /* --defaults is no line */
    va_start(args, format);
    (void)vsnprintf(e->message + n, sizeof e->message - (size_t)n, format,
                    args);
    va_end(args);
    make_printable(e->message);
    return false;
}
