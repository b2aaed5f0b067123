#include "report/report_shorten.h"

#include <string.h>

#include "core/base/utf8.h"

void report_shorten(struct str *out, const char *text, size_t max)
{
    size_t len = strlen(text);
    if (len <= max) {
        str_add_text(out, text);
        return;
    }
    str_add(out, span_of(text, utf8_cut(span_of(text, len), max)));
    str_add_text(out, "\u2026");
}
