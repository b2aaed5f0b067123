#include "args/variables_functions.h"

#include <string.h>

#include "core/base/base64.h"

/* All are curl's; each appends what it makes of the bytes. */

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void trim(struct str *out, struct span bytes)
{
    while (bytes.len && is_space(bytes.base[0]))
        bytes = span_of(bytes.base + 1, bytes.len - 1);
    while (bytes.len && is_space(bytes.base[bytes.len - 1]))
        bytes.len--;
    str_add(out, bytes);
}

/* The inside of a string of JSON (RFC 8259 7). */
static void json(struct str *out, struct span bytes)
{
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.base[i];
        const char *name = NULL;
        for (const char *n = named; *n && !name; n += 2)
            name = (uint8_t)*n == c ? n + 1 : NULL;
        if (name) {
            str_add_char(out, '\\');
            str_add_char(out, *name);
        } else if (c < ' ') {
            str_printf(out, "\\u%04x", (unsigned)c);
        } else {
            str_add_char(out, (char)c);
        }
    }
}

/* All but unreserved characters (RFC 3986 2.3). */
static void url(struct str *out, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.base[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || (c && strchr("-._~", c));
        if (is_plain)
            str_add_char(out, (char)c);
        else
            str_printf(out, "%%%02X", c);
    }
}

static void to_base64(struct str *out, struct span bytes)
{
    base64_add(out, bytes);
}

static void from_base64(struct str *out, struct span bytes)
{
    size_t n = 0;
    char *room = str_reserve(out, base64_room(bytes.len));
    if (bytes.len % 4 == 0 &&
        base64_decode(room, &n, bytes.base ? (const char *)bytes.base : "",
                      bytes.len))
        str_commit(out, n);
    else
        str_add_text(out, "[64dec-fail]");
}

static const struct {
    const char *name;
    void (*make)(struct str *out, struct span bytes);
} rows[] = {
    {"trim", trim},     {"json", json},         {"url", url},
    {"b64", to_base64}, {"64dec", from_base64},
};

static bool apply(struct str *value, struct span name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str made = {0};
        if (!span_equal(name, span_str(rows[i].name)))
            continue;
        rows[i].make(&made, str_span(value));
        str_fini(value);
        *value = made;
        return true;
    }
    return false;
}

bool variables_apply(struct str *value, struct span functions, struct span *bad)
{
    struct span rest = functions;
    if (rest.len == 0)
        return true;
    rest = span_of(rest.base + 1, rest.len - 1); /* the first colon */
    for (;;) {
        size_t len = 0;
        while (len < rest.len && rest.base[len] != ':')
            len++;
        if (!apply(value, span_of(rest.base, len))) {
            *bad = span_of(rest.base, len);
            return false;
        }
        if (len == rest.len)
            return true;
        rest = span_of(rest.base + len + 1, rest.len - len - 1);
    }
}
