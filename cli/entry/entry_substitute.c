/*
 * It works on what the line says (entry_fields), after which the request is made
 * as for any entry.  So what is wrong with a value, a line end in a header for
 * one, is found where it is found of any header.
 */
#include "entry/entry_substitute.h"

#include <string.h>

#include "base/jsonl.h"
#include "entry/capture.h"
#include "entry/entry_memory.h"
#include "request/postdata.h"

enum text_form {
    FORM_PLAIN,
    FORM_JSON, /* within the strings of a JSON text */
    FORM_FORM, /* application/x-www-form-urlencoded: names stand encoded there */
};

/* How a name stands in a text. */
static const struct marks {
    struct span open;
    struct span close;
} marks[] = {
    [FORM_PLAIN] = {SPAN_LIT("${"), SPAN_LIT("}")},
    [FORM_JSON] = {SPAN_LIT("${"), SPAN_LIT("}")},
    [FORM_FORM] = {SPAN_LIT("%24%7B"), SPAN_LIT("%7D")},
};

struct substitution {
    struct entry *entry;
    const struct entry_values *values;
};

static bool starts(struct span text, size_t at, struct span with)
{
    return text.len - at >= with.len &&
           memcmp(text.base + at, with.base, with.len) == 0;
}

/* A name and what is to be done to its value, at `at`, which is behind the
 * opening mark; the end is behind the closing one.  False: it is none. */
static bool read_name(struct span text, size_t at, struct span close,
                      struct span *name, bool *is_url, size_t *end)
{
    static const struct span urls[] = {SPAN_LIT(":url"), SPAN_LIT("%3Aurl")};
    size_t to = at;
    while (to < text.len && !starts(text, to, close))
        to++;
    if (to == text.len)
        return false;
    *end = to + close.len;
    *name = span_of(text.base + at, to - at);
    *is_url = false;
    for (size_t i = 0; i < 2; i++) {
        size_t n = urls[i].len;
        if (name->len > n &&
            memcmp(name->base + name->len - n, urls[i].base, n) == 0) {
            name->len -= n;
            *is_url = true;
        }
    }
    return capture_is_name((const char *)name->base, name->len);
}

/* RFC 3986 2.3 */
static bool is_unreserved(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (c && strchr("-._~", c) != NULL);
}

static void add_percent(struct str *out, struct span value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (is_unreserved(value.base[i]))
            str_add_char(out, (char)value.base[i]);
        else
            str_printf(out, "%%%02X", value.base[i]);
    }
}

static void add_value(struct str *out, struct span value, enum text_form form,
                      bool is_url)
{
    struct str encoded = {0};
    if (is_url)
        add_percent(&encoded, value);
    else if (form == FORM_FORM)
        postdata_encode(&encoded, (const char *)value.base, value.len);
    if (encoded.len > 0)
        value = str_span(&encoded);
    if (form == FORM_JSON) {
        size_t from = out->len;
        jsonl_quote(out, (const char *)value.base, value.len);
        /* Without its quotes. */
        memmove(out->base + from, out->base + from + 1, out->len - from - 2);
        out->len -= 2;
    } else {
        str_add(out, value);
    }
    str_fini(&encoded);
}

/* Appends the text with its values; false: the entry is a bad one. */
static bool add_text(const struct substitution *s, struct str *out,
                     struct span text, enum text_form form)
{
    const struct marks *m = &marks[form];
    const struct span dollar =
        form == FORM_FORM ? SPAN_LIT("%24") : SPAN_LIT("$");
    size_t at = 0;
    while (at < text.len) {
        struct span name;
        bool is_url;
        size_t end;
        if (starts(text, at, dollar) &&
            starts(text, at + dollar.len, m->open)) {
            str_add(out, m->open);
            at += dollar.len + m->open.len;
            continue;
        }
        if (!starts(text, at, m->open) ||
            !read_name(text, at + m->open.len, m->close, &name, &is_url,
                       &end)) {
            str_add_char(out, (char)text.base[at++]);
            continue;
        }
        struct span value = s->values->find(s->values, name);
        if (value.base == NULL)
            return entry_fail(s->entry, QV_EXIT_USAGE,
                              "${%.*s}: no entry that this one is after "
                              "captures it",
                              SPAN_ARG(name));
        add_value(out, value, form, is_url);
        at = end;
    }
    return true;
}

static bool has_mark(const void *text, size_t len, enum text_form form)
{
    struct span open = marks[form].open;
    return len > 0 && memmem(text, len, open.base, open.len) != NULL;
}

/* Those without a name in them stay where they are. */
static bool replace(const struct substitution *s, const char **text)
{
    struct str out = {0};
    if (*text == NULL || !has_mark(*text, strlen(*text), FORM_PLAIN))
        return true;
    bool ok = add_text(s, &out, span_str(*text), FORM_PLAIN);
    if (ok && out.len > 0 && memchr(out.base, '\0', out.len))
        ok = entry_fail(s->entry, QV_EXIT_USAGE,
                        "a captured value has a NUL in it");
    if (ok)
        *text = entry_memory_copy(s->entry, out.base ? out.base : "", out.len);
    str_fini(&out);
    return ok;
}

static bool replace_bytes(const struct substitution *s, const void **bytes,
                          size_t *len, enum text_form form)
{
    struct str out = {0};
    if (!has_mark(*bytes, *len, form))
        return true;
    bool ok = add_text(s, &out, span_of(*bytes, *len), form);
    if (ok) {
        *bytes = entry_memory_copy(s->entry, out.base ? out.base : "", out.len);
        *len = out.len;
    }
    str_fini(&out);
    return ok;
}

static bool replace_parts(const struct substitution *s, struct qv_body *body)
{
    struct qv_body_part *parts =
        entry_memory_alloc(s->entry, body->nparts * sizeof *parts);
    for (size_t i = 0; i < body->nparts; i++) {
        parts[i] = body->parts[i];
        if (parts[i].path == NULL &&
            !replace_bytes(s, &parts[i].bytes, &parts[i].len, FORM_PLAIN))
            return false;
    }
    body->parts = parts;
    return true;
}

static enum text_form form_of(const struct entry_fields *a)
{
    if (a->is_json)
        return FORM_JSON;
    return a->content_type && strstr(a->content_type, "x-www-form-urlencoded")
               ? FORM_FORM
               : FORM_PLAIN;
}

static bool replace_body(const struct substitution *s, struct entry_fields *a)
{
    if (!(a->given & ENTRY_FIELD_BODY))
        return true;
    switch (a->body.kind) {
    case QV_BODY_BYTES:
        return replace_bytes(s, &a->body.bytes, &a->body.len, form_of(a));
    case QV_BODY_PARTS:
        return replace_parts(s, &a->body);
    case QV_BODY_NONE:
    case QV_BODY_FD:
        break;
    }
    return true;
}

bool entry_substitute(struct entry *e, const struct entry_values *values)
{
    const struct substitution s = {.entry = e, .values = values};
    struct entry_fields *a = entry_memory_ask(e);
    if (e->status)
        return false;
    bool ok =
        replace(&s, &a->url) && replace(&s, &e->output) && replace_body(&s, a);
    for (size_t i = 0; ok && i < a->nheaders; i++)
        ok = replace(&s, &a->headers[i]);
    for (size_t i = 0; ok && i < a->ntrailers; i++)
        ok = replace(&s, &a->trailers[i]);
    if (ok)
        entry_apply(e, e->op);
    return ok;
}
