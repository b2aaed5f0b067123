#include "report_xml.h"

#include <string.h>

void report_xml_text(struct text *out, const char *s, size_t max)
{
    size_t len = strnlen(s, max);

    /* Not between the bytes of a character. */
    while (len && s[len] && ((unsigned char)s[len] & 0xc0) == 0x80)
        len--;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '&')
            text_puts(out, "&amp;");
        else if (c == '<')
            text_puts(out, "&lt;");
        else if (c == '>')
            text_puts(out, "&gt;");
        else if (c == '"')
            text_puts(out, "&quot;");
        else if (c == '\n' || c == '\t')
            text_putc(out, ' ');
        else if (c >= 0x20 && c != 0x7f)
            text_putc(out, s[i]);
    }
}
