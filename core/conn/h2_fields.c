#include "conn/h2_fields.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* :method, :protocol, :scheme, :authority, :path, content-length and
 * content-type. */
#define EXTRA_MAX 7

/* What a field counts beside its bytes (RFC 9113 6.5.2). */
#define FIELD_OVERHEAD 32

#define NAME(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

/* RFC 9113 8.2.2; content-length is ours. */
static const struct span left_out[] = {
    NAME("connection"),     NAME("proxy-connection"),  NAME("keep-alive"),
    NAME("upgrade"),        NAME("transfer-encoding"), NAME("http2-settings"),
    NAME("content-length"),
};

/* What a compression table should not keep (RFC 7541 7.1.3). */
static const struct span secret[] = {
    NAME("authorization"),
    NAME("proxy-authorization"),
    NAME("cookie"),
    NAME("set-cookie"),
};

static bool is_one_of(struct span name, const struct span *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (name.len == names[i].len && span_equal_nocase(name, names[i]))
            return true;
    return false;
}

#define IS_ONE_OF(name, names)                                                 \
    is_one_of((name), (names), sizeof(names) / sizeof *(names))

static void begin(struct h2_fields_out *out, struct arena *arena,
                  const struct fields *fields)
{
    size_t cap = EXTRA_MAX + (fields ? fields->len : 0);
    *out = (struct h2_fields_out){
        .items = arena_alloc(arena, cap * sizeof *out->items),
    };
}

static void add(struct h2_fields_out *out, struct span name, struct span value)
{
    unsigned flags =
        NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE;
    if (IS_ONE_OF(name, secret))
        flags |= NGHTTP2_NV_FLAG_NO_INDEX;
    out->items[out->len++] = (nghttp2_nv){
        .name = (uint8_t *)name.base,
        .namelen = name.len,
        .value = (uint8_t *)value.base,
        .valuelen = value.len,
        .flags = (uint8_t)flags,
    };
    out->bytes += name.len + value.len + FIELD_OVERHEAD;
}

static struct span lower_case(struct arena *arena, struct span name)
{
    bool has_upper = false;
    for (size_t i = 0; i < name.len && !has_upper; i++)
        has_upper = name.base[i] >= 'A' && name.base[i] <= 'Z';
    if (!has_upper)
        return name;
    uint8_t *lower = arena_alloc(arena, name.len);
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.base[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
    }
    return span_of(lower, name.len);
}

static void add_fields(struct h2_fields_out *out, struct arena *arena,
                       const struct fields *fields)
{
    for (size_t i = 0; fields && i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (IS_ONE_OF(f->name, left_out))
            continue;
        struct span value = f->value;
        if (span_equal_nocase(f->name, SPAN_LIT("te"))) {
            if (f != fields_find(fields, f->name) ||
                !fields_has_token(fields, "te", "trailers"))
                continue;                 /* one list, one line */
            value = SPAN_LIT("trailers"); /* and nothing else, 8.2.2 */
        }
        add(out, lower_case(arena, f->name), value);
    }
}

static void add_length(struct h2_fields_out *out, struct arena *arena,
                       const struct fields *fields, int64_t body_len)
{
    if (body_len >= 0) {
        char digits[24];
        int n = snprintf(digits, sizeof digits, "%lld", (long long)body_len);
        struct span value = arena_copy(arena, span_of(digits, (size_t)n));
        add(out, SPAN_LIT("content-length"), value);
    } else if (body_len == BODY_LEN_UNKNOWN && fields) {
        /* Whoever set it knows; nobody else does. */
        struct span value = fields_value(fields, "content-length");
        if (value.base)
            add(out, SPAN_LIT("content-length"), value);
    }
}

void h2_fields_request(struct h2_fields_out *out, struct arena *arena,
                       const struct request *r)
{
    begin(out, arena, &r->fields);
    add(out, SPAN_LIT(":method"), r->method);
    bool is_plain = message_is_plain_connect(r);
    if (r->protocol.base)
        add(out, SPAN_LIT(":protocol"), r->protocol);
    if (!is_plain)
        add(out, SPAN_LIT(":scheme"), r->scheme);
    add(out, SPAN_LIT(":authority"), r->authority);
    if (!is_plain)
        add(out, SPAN_LIT(":path"), r->target);
    add_fields(out, arena, &r->fields);
    add_length(out, arena, &r->fields, r->body_len);
    if (r->content_type.base)
        add(out, SPAN_LIT("content-type"), r->content_type);
}

void h2_fields_response(struct h2_fields_out *out, struct arena *arena,
                        int status, const struct fields *fields,
                        int64_t body_len)
{
    begin(out, arena, fields);
    char digits[16];
    int n = snprintf(digits, sizeof digits, "%03d", status);
    add(out, SPAN_LIT(":status"),
        arena_copy(arena, span_of(digits, (size_t)n)));
    add_fields(out, arena, fields);
    add_length(out, arena, fields, body_len);
}

void h2_fields_trailers(struct h2_fields_out *out, struct arena *arena,
                        const struct fields *fields)
{
    begin(out, arena, fields);
    add_fields(out, arena, fields);
}

static int to_status(struct span value)
{
    uint64_t status = 0;
    return span_to_u64(value, &status) && status <= 999 ? (int)status : 0;
}

void h2_fields_take(struct fields *section, struct h2_pseudo *pseudo,
                    struct span name, struct span value)
{
    if (name.len == 0 || name.base[0] != ':') {
        fields_add(section, name, value);
        return;
    }
    if (span_equal(name, SPAN_LIT(":status")))
        pseudo->status = to_status(value);
    else if (span_equal(name, SPAN_LIT(":method")))
        pseudo->method = arena_copy(section->arena, value);
    else if (span_equal(name, SPAN_LIT(":scheme")))
        pseudo->scheme = arena_copy(section->arena, value);
    else if (span_equal(name, SPAN_LIT(":authority")))
        pseudo->authority = arena_copy(section->arena, value);
    else if (span_equal(name, SPAN_LIT(":path")))
        pseudo->path = arena_copy(section->arena, value);
    else if (span_equal(name, SPAN_LIT(":protocol")))
        pseudo->protocol = arena_copy(section->arena, value);
}

void h2_fields_print_section(struct str *text, const struct fields *fields)
{
    for (size_t i = 0; fields && i < fields->len; i++) {
        str_add(text, fields->items[i].name);
        str_add_text(text, ": ");
        str_add(text, fields->items[i].value);
        str_add_text(text, "\r\n");
    }
}

void h2_fields_print_request(struct str *text, const struct request *r,
                             const struct h2_fields_out *out)
{
    str_printf(text, "%.*s %.*s HTTP/2\r\n", SPAN_ARG(r->method),
               SPAN_ARG(r->target));
    for (size_t i = 0; i < out->len; i++) {
        struct span name = span_of(out->items[i].name, out->items[i].namelen);
        if (span_equal(name, SPAN_LIT(":authority")))
            name = SPAN_LIT("Host");
        if (name.base[0] == ':' && !span_equal(name, SPAN_LIT(":protocol")))
            continue;
        str_add(text, name);
        str_add_text(text, ": ");
        str_add(text, span_of(out->items[i].value, out->items[i].valuelen));
        str_add_text(text, "\r\n");
    }
    str_add_text(text, "\r\n");
}

void h2_fields_print_response(struct str *text, int status,
                              const struct fields *fields)
{
    str_printf(text, "HTTP/2 %d\r\n", status);
    h2_fields_print_section(text, fields);
    str_add_text(text, "\r\n");
}
