#include "base/trace.h"

#include <stdarg.h>

#include "base/str.h"

void trace_emit(struct trace *t, enum trace_kind kind, uint64_t at,
                uint64_t conn_id, struct span text)
{
    if (t == NULL)
        return;
    struct trace_event event = {
        .kind = kind, .at = at, .conn_id = conn_id, .text = text};
    t->on_event(t, &event);
}

void trace_printf(struct trace *t, enum trace_kind kind, uint64_t at,
                  uint64_t conn_id, const char *format, ...)
{
    if (t == NULL)
        return;
    struct str text;
    str_init(&text);
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    trace_emit(t, kind, at, conn_id, str_span(&text));
    str_fini(&text);
}
