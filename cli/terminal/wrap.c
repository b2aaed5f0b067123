#include "terminal/wrap.h"

#include "terminal/screen.h"

void wrap_words(struct str *out, struct span text, unsigned indent,
                unsigned width)
{
    unsigned used = indent;
    struct span word;
    while (span_next(&text, ' ', &word)) {
        unsigned columns = screen_columns((const char *)word.base, word.len);
        if (word.len == 0)
            continue;
        if (used > indent && used + 1 + columns >= width) {
            str_printf(out, "\n%*s", (int)indent, "");
            used = indent;
        } else if (used > indent) {
            str_add_char(out, ' ');
            used++;
        }
        str_add(out, word);
        used += columns;
    }
}
