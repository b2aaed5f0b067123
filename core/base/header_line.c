#include "base/header_line.h"

bool header_line_split(const char *text, struct header_line *line)
{
    struct span rest = span_str(text);
    *line = (struct header_line){.name = rest};
    if (rest.len > 0 && memchr(text, ':', rest.len)) {
        (void)span_next(&rest, ':', &line->name);
        line->value = span_trim(rest);
        line->is_removal = line->value.len == 0;
        return true;
    }
    if (rest.len > 1 && text[rest.len - 1] == ';') {
        line->name.len--;
        return true;
    }
    return false;
}

struct span header_line_name(const char *text)
{
    struct header_line line;
    (void)header_line_split(text, &line);
    return line.name;
}

bool header_line_is_named(const char *text, struct span name)
{
    size_t len = strnlen(text, name.len + 1);
    if (!span_starts_nocase(span_of(text, len), name) || len == name.len)
        return false;
    char end = text[name.len];
    return end == ':' || (end == ';' && text[name.len + 1] == '\0');
}
