/*
 * Servers write this field in many ways that the RFC does not know: names with
 * blanks and no quotes, single quotes, backslashes of DOS paths that were meant
 * as separators.  What can be made sense of is taken, since the name is made safe
 * afterwards whatever it was.
 */
#include "files/disposition.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/base/utf8.h"
#include "files/filename.h"

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t");
}

/* A quoted value; a backslash quotes a quote or itself alone, since in others'
 * eyes it parts folders.  Returns what stands behind it. */
static const char *read_quoted(const char *s, struct str *value)
{
    char quote = *s++;
    while (*s && *s != quote) {
        if (*s == '\\' && (s[1] == quote || s[1] == '\\'))
            s++;
        str_add_char(value, *s++);
    }
    return *s ? s + 1 : s;
}

/* Up to one of `ends`, without the blanks around it. */
static const char *read_plain(const char *s, const char *ends,
                              struct str *value)
{
    size_t len = strcspn(s, ends);
    str_add(value, span_trim(span_of(s, len)));
    return s + len;
}

static int hex(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_byte(struct str *out, unsigned char c, bool is_latin)
{
    if (!is_latin || c < 0x80) {
        str_add_char(out, c ? (char)c : '_');
        return;
    }
    str_add_char(out, (char)(0xc0 | c >> 6));
    str_add_char(out, (char)(0x80 | (c & 0x3f)));
}

/* "UTF-8'en'%e2%82%ac" (RFC 8187 3.2.1); false: in no charset of ours, or not
 * written so. */
static bool decode(const struct str *value, struct str *out)
{
    const char *s = str_text(value);
    bool is_latin = strncasecmp(s, "ISO-8859-1'", 11) == 0;
    if (!is_latin && strncasecmp(s, "UTF-8'", 6) != 0)
        return false;
    s = strchr(strchr(s, '\'') + 1, '\'');
    for (s = s ? s + 1 : ""; *s; s++) {
        bool is_coded = *s == '%' && hex(s[1]) >= 0 && hex(s[2]) >= 0;
        add_byte(out,
                 is_coded ? (unsigned char)((unsigned)hex(s[1]) << 4 |
                                            (unsigned)hex(s[2]))
                          : (unsigned char)*s,
                 is_latin);
        s += is_coded ? 2 : 0;
    }
    return utf8_valid_len(str_span(out)) == out->len;
}

/* The last part of a path, by anybody's separators. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *from = slash ? slash + 1 : path;
    const char *backslash = strrchr(from, '\\');
    return backslash ? backslash + 1 : from;
}

/* The next parameter; false at the end. */
static bool next_parameter(const char **at, struct str *name, struct str *value)
{
    const char *s = *at + strspn(*at, "; \t");
    if (!*s)
        return false;
    str_clear(name);
    str_clear(value);
    s = read_plain(s, "=;", name);
    if (*s == '=') {
        s = skip_blanks(s + 1);
        s = *s == '"' || *s == '\'' ? read_quoted(s, value)
                                    : read_plain(s, ";", value);
        s += strcspn(s, ";");
    }
    *at = s;
    return true;
}

static char *safe(const struct str *value)
{
    return filename_safe(last_part(str_text(value)));
}

char *disposition_name(const char *value)
{
    struct str name = {0};
    struct str text = {0};
    struct str decoded = {0};
    char *plain = NULL;
    char *extended = NULL;
    while (next_parameter(&value, &name, &text)) {
        if (!plain && strcasecmp(str_text(&name), "filename") == 0)
            plain = safe(&text);
        if (extended || strcasecmp(str_text(&name), "filename*") != 0)
            continue;
        str_clear(&decoded);
        if (decode(&text, &decoded))
            extended = safe(&decoded);
    }
    str_fini(&name);
    str_fini(&text);
    str_fini(&decoded);
    if (!extended)
        return plain;
    free(plain);
    return extended;
}
