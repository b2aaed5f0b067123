/*
 * JSON as a terminal shows it: however the bytes are cut the same is shown; what is
 * JSON loses nothing but its white space; nothing that is obeyed gets through; and
 * a few bytes do not become kilobytes.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/base/utf8.h"
#include "view/body_view.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void show(struct str *out, enum json_text_form form, bool has_colours,
                 const uint8_t *data, size_t len, size_t piece)
{
    struct json_text t;
    json_text_init(&t, form, has_colours);
    for (size_t at = 0; at < len; at += piece)
        json_text_add(&t, out, data + at, len - at < piece ? len - at : piece);
    json_text_finish(&t, out);
}

static bool is_same(const struct str *a, const struct str *b)
{
    return a->len == b->len && memcmp(str_text(a), str_text(b), a->len) == 0;
}

static void assert_harmless(const struct str *out)
{
    const uint8_t *s = (const uint8_t *)str_text(out);
    size_t len = out->len;
    while (len) {
        size_t n = utf8_sequence(span_of(s, len));
        assert(n > 0);
        assert(n > 1 || (*s >= ' ' && *s != 0x7f) || strchr("\t\n\r", *s));
        assert(*s != '\r' || (len > 1 && s[1] == '\n'));
        assert(n == 1 || !utf8_control(s, n));
        s += n;
        len -= n;
    }
}

/* Without white space. */
static void squeeze(struct str *out, const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!strchr(" \t\r\n", s[i]) || !s[i])
            str_add_char(out, s[i]);
    }
}

/* Of text without anything that is escaped. */
static bool is_plain(const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] >= 0x7f || (data[i] < ' ' && !strchr("\t\n", data[i])))
            return false;
        if (!data[i])
            return false;
    }
    return true;
}

static void strip_colours(struct str *out, const struct str *in)
{
    const char *s = str_text(in);
    while (*s) {
        if (*s == '\x1b') {
            s = strchr(s, 'm');
            assert(s);
            s++;
        } else {
            str_add_char(out, *s++);
        }
    }
}

static void try_form(enum json_text_form form, const uint8_t *data, size_t len,
                     size_t piece)
{
    struct str whole = {0};
    struct str cut = {0};
    struct str coloured = {0};
    struct str bare = {0};
    struct str a = {0};
    struct str b = {0};
    show(&whole, form, false, data, len, len + 1);
    show(&cut, form, false, data, len, piece);
    assert(is_same(&whole, &cut));
    assert_harmless(&whole);
    assert(whole.len <=
           len * (JSON_TEXT_INDENT * JSON_TEXT_INDENTED_MAX + 4) * 2);
    show(&coloured, form, true, data, len, piece);
    strip_colours(&bare, &coloured);
    assert(is_same(&whole, &bare));
    if (is_plain(data, len)) {
        squeeze(&a, str_text(&whole), whole.len);
        squeeze(&b, (const char *)data, len);
        assert(is_same(&a, &b));
        assert(form != JSON_TEXT_LINES ||
               (whole.len == len && memcmp(str_text(&whole), data, len) == 0));
    }
    str_fini(&whole);
    str_fini(&cut);
    str_fini(&coloured);
    str_fini(&bare);
    str_fini(&a);
    str_fini(&b);
}

static void try_body(const char *type, const uint8_t *data, size_t len,
                     size_t piece)
{
    const struct body_view_how how = {.is_formatted = true};
    struct body_view v = {0};
    struct str out = {0};
    bool ok = true;
    body_view_begin(&v, &how, type);
    for (size_t at = 0; ok && at < len; at += piece)
        ok = body_view_add(&v, &out, data + at,
                           len - at < piece ? len - at : piece);
    body_view_finish(&v, &out, true);
    assert_harmless(&out);
    assert(!ok || !out.len || out.base[out.len - 1] == '\n');
    body_view_fini(&v);
    str_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const types[] = {
        NULL,
        "application/json",
        "application/x-ndjson",
        "text/event-stream",
        "text/plain; charset=latin1",
        "text/plain; charset=utf-16",
    };
    if (len == 0)
        return 0;
    size_t piece = data[0] % 16 + 1;
    try_form(JSON_TEXT_INDENTED, data + 1, len - 1, piece);
    try_form(JSON_TEXT_LINES, data + 1, len - 1, piece);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        try_body(types[i], data + 1, len - 1, piece);
    return 0;
}
