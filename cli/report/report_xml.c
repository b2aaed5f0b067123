#include "report/report_xml.h"

#include <string.h>

#include "core/base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* U+FFFE and U+FFFF are no characters of XML (XML 1.0 2.2). */
static bool is_no_character(const char *s, size_t len)
{
    return len >= 3 && (memcmp(s, "\xef\xbf\xbe", 3) == 0 ||
                        memcmp(s, "\xef\xbf\xbf", 3) == 0);
}

/* One that has a meaning in XML, or none at all; gives its length, 0: it is
 * like any other. */
static size_t add_special(struct str *out, const char *s, size_t len)
{
    if (is_no_character(s, len)) {
        str_add_text(out, REPLACEMENT);
        return 3;
    }
    struct span rest = span_of(s, len);
    size_t n = utf8_sequence(rest);
    if (utf8_control(rest.base, n)) {
        str_add_text(out, REPLACEMENT);
        return n;
    }
    if (*s == '&')
        str_add_text(out, "&amp;");
    else if (*s == '<')
        str_add_text(out, "&lt;");
    else if (*s == '>')
        str_add_text(out, "&gt;");
    else if (*s == '"')
        str_add_text(out, "&quot;");
    else if (*s == '\n' || *s == '\t')
        str_add_char(out, ' ');
    else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
        return 0;
    return 1;
}

void report_xml_text(struct str *out, const char *s, size_t max)
{
    size_t len = strlen(s);
    if (len > max)
        len = utf8_cut(span_of(s, len), max);
    while (len) {
        size_t n = add_special(out, s, len);
        if (!n) {
            str_add_char(out, *s);
            n = 1;
        }
        s += n;
        len -= n;
    }
}
