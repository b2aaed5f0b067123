#include "help/help_wrap.h"

#include <string.h>

#include "terminal/wrap.h"

void help_wrap(struct str *out, const char *text, unsigned indent)
{
    enum {
        WIDTH = 80
    };
    while (*text) {
        size_t len = strcspn(text, "\n");
        str_printf(out, "%*s", (int)indent, "");
        wrap_words(out, span_of(text, len), indent, WIDTH);
        str_add_char(out, '\n');
        text += len;
        if (*text)
            str_add_char(out, '\n');
        text += strspn(text, "\n ");
    }
}
