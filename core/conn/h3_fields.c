#include "conn/h3_fields.h"

#include <nghttp3/nghttp3.h>

#include "base/span.h"

/* RFC 9114 4.2.2, as RFC 9113 6.5.2. */
#define PAIR_OVERHEAD 32

/* ": " and CR LF. */
#define LINE_OVERHEAD 4

/* Pseudo fields, :protocol among them, content-length and content-type. */
#define PAIRS_OF_OURS 7

#define NAME(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static const struct span content_length = NAME("content-length");

/* Fields that belong to one HTTP/1 connection (RFC 9114 4.2). */
static const struct span not_carried[] = {
    NAME("connection"), NAME("keep-alive"),     NAME("proxy-connection"),
    NAME("upgrade"),    NAME("http2-settings"), NAME("transfer-encoding"),
};

static bool is_carried(const struct field *f)
{
    for (size_t i = 0; i < sizeof not_carried / sizeof *not_carried; i++)
        if (span_equal_nocase(f->name, not_carried[i]))
            return false;
    return true;
}

static bool is_te(const struct field *f)
{
    return span_equal_nocase(f->name, SPAN_LIT("te"));
}

/* Content-length and te are written from the request as a whole. */
static bool is_request_field(const struct field *f)
{
    return is_carried(f) && !is_te(f) &&
           !span_equal_nocase(f->name, content_length);
}

/* TE may say "trailers" and nothing else (RFC 9114 4.2). */
static bool wants_trailers(const struct request *r)
{
    return fields_has_token(&r->fields, "te", "trailers");
}

static struct span lower(struct span name, struct arena *arena)
{
    size_t i = 0;
    while (i < name.len && !(name.base[i] >= 'A' && name.base[i] <= 'Z'))
        i++;
    if (i == name.len)
        return name;
    uint8_t *to = arena_alloc(arena, name.len);
    for (i = 0; i < name.len; i++) {
        uint8_t c = name.base[i];
        to[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
    }
    return span_of(to, name.len);
}

static struct span number(uint64_t value, struct arena *arena)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    return arena_copy(arena, span_of(digits + at, sizeof digits - at));
}

static void start(struct h3_fields_out *out, const struct fields *fields,
                  struct arena *arena)
{
    size_t cap = PAIRS_OF_OURS + (fields ? fields->len : 0);
    *out = (struct h3_fields_out){
        .pairs = arena_alloc(arena, cap * sizeof *out->pairs),
        .text = 2, /* the empty line */
    };
}

static void add(struct h3_fields_out *out, struct span name, struct span value)
{
    out->pairs[out->len++] = (nghttp3_nv){
        .name = name.base,
        .namelen = name.len,
        .value = value.base ? value.base : (const uint8_t *)"",
        .valuelen = value.len,
        .flags = NGHTTP3_NV_FLAG_NO_COPY_NAME | NGHTTP3_NV_FLAG_NO_COPY_VALUE,
    };
    out->section += name.len + value.len + PAIR_OVERHEAD;
    out->text += name.len + value.len + LINE_OVERHEAD;
}

static void add_all(struct h3_fields_out *out, const struct fields *fields,
                    struct span except, struct arena *arena)
{
    for (size_t i = 0; fields && i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (!is_carried(f) || is_te(f) || span_equal_nocase(f->name, except))
            continue;
        add(out, lower(f->name, arena), f->value);
    }
}

void h3_fields_request(struct h3_fields_out *out, const struct request *r,
                       struct arena *arena)
{
    start(out, &r->fields, arena);
    bool is_plain = message_is_plain_connect(r);
    add(out, SPAN_LIT(":method"), r->method);
    if (r->protocol.base)
        add(out, SPAN_LIT(":protocol"), r->protocol);
    if (!is_plain)
        add(out, SPAN_LIT(":scheme"), r->scheme);
    add(out, SPAN_LIT(":authority"), r->authority);
    if (!is_plain)
        add(out, SPAN_LIT(":path"), r->target);
    for (size_t i = 0; i < r->fields.len; i++) {
        const struct field *f = &r->fields.items[i];
        if (is_request_field(f))
            add(out, lower(f->name, arena), f->value);
    }
    if (wants_trailers(r))
        add(out, SPAN_LIT("te"), SPAN_LIT("trailers"));
    if (r->body_len >= 0)
        add(out, content_length, number((uint64_t)r->body_len, arena));
    if (r->content_type.base)
        add(out, SPAN_LIT("content-type"), r->content_type);
}

void h3_fields_response(struct h3_fields_out *out, int status,
                        const struct fields *fields, int64_t body_len,
                        struct arena *arena)
{
    start(out, fields, arena);
    add(out, SPAN_LIT(":status"), number((uint64_t)status, arena));
    add_all(out, fields,
            body_len >= 0 ? content_length : (struct span){NULL, 0}, arena);
    if (body_len >= 0)
        add(out, content_length, number((uint64_t)body_len, arena));
}

void h3_fields_trailers(struct h3_fields_out *out, const struct fields *fields,
                        struct arena *arena)
{
    start(out, fields, arena);
    add_all(out, fields, content_length, arena);
}

void h3_fields_begin(struct h3_fields_in *in, struct arena *arena)
{
    *in = (struct h3_fields_in){
        .fields = ARENA_NEW(arena, struct fields),
        .content_length = -1,
        .text = 2,
    };
    fields_init(in->fields, arena);
}

static int status_of(struct span value)
{
    uint64_t status = 0;
    return span_to_u64(value, &status) && status < 1000 ? (int)status : 0;
}

void h3_fields_take(struct h3_fields_in *in, int token, struct span name,
                    struct span value, const struct settings_limits *limits)
{
    if (in->is_too_large)
        return;
    in->text += name.len + value.len + LINE_OVERHEAD;
    if (in->fields->bytes + name.len + value.len + PAIR_OVERHEAD >
            limits->head ||
        in->fields->len >= limits->fields) {
        in->is_too_large = true;
        return;
    }
    struct arena *arena = in->fields->arena;
    uint64_t length = 0;
    switch (token) {
    case NGHTTP3_QPACK_TOKEN__STATUS:
        in->status = status_of(value);
        return;
    case NGHTTP3_QPACK_TOKEN__METHOD:
        in->method = arena_copy(arena, value);
        return;
    case NGHTTP3_QPACK_TOKEN__SCHEME:
        in->scheme = arena_copy(arena, value);
        return;
    case NGHTTP3_QPACK_TOKEN__AUTHORITY:
        in->authority = arena_copy(arena, value);
        return;
    case NGHTTP3_QPACK_TOKEN__PATH:
        in->path = arena_copy(arena, value);
        return;
    case NGHTTP3_QPACK_TOKEN__PROTOCOL:
        in->protocol = arena_copy(arena, value);
        return;
    case NGHTTP3_QPACK_TOKEN_CONTENT_LENGTH:
        if (span_to_u64(value, &length) && length <= INT64_MAX)
            in->content_length = (int64_t)length;
        break;
    default:
        break;
    }
    fields_add(in->fields, name, value);
}

bool h3_fields_to_request(const struct h3_fields_in *in, bool has_body,
                          struct request *r)
{
    struct span host = fields_value(in->fields, "host");
    if (host.base && in->authority.base &&
        !span_equal_nocase(host, in->authority))
        return false;
    *r = (struct request){
        .method = in->method,
        .scheme = in->scheme,
        .authority = in->authority.base ? in->authority : host,
        /* A plain CONNECT has no :path: its target is the authority. */
        .target = in->path.base ? in->path : in->authority,
        .fields = *in->fields,
        .protocol = in->protocol,
        .body_len = BODY_LEN_NONE,
    };
    if (in->content_length >= 0 && !in->protocol.base)
        r->body_len = in->content_length;
    else if (has_body)
        r->body_len = BODY_LEN_UNKNOWN;
    return true;
}

static void print_field(struct str *to, const struct field *f)
{
    str_add(to, f->name);
    str_add_text(to, ": ");
    str_add(to, f->value);
    str_add_text(to, "\r\n");
}

void h3_fields_print(struct str *to, const struct fields *fields)
{
    for (size_t i = 0; i < fields->len; i++)
        print_field(to, &fields->items[i]);
}

void h3_fields_print_request(struct str *to, const struct request *r)
{
    str_add(to, r->method);
    str_add_char(to, ' ');
    str_add(to, r->target);
    str_add_text(to, " HTTP/3\r\n");
    if (r->protocol.base)
        print_field(to, &(struct field){.name = SPAN_LIT(":protocol"),
                                        .value = r->protocol});
    print_field(
        to, &(struct field){.name = SPAN_LIT("Host"), .value = r->authority});
    for (size_t i = 0; i < r->fields.len; i++)
        if (is_request_field(&r->fields.items[i]))
            print_field(to, &r->fields.items[i]);
    if (wants_trailers(r))
        str_add_text(to, "te: trailers\r\n");
    if (r->body_len >= 0) {
        str_add_text(to, "Content-Length: ");
        str_add_u64(to, (uint64_t)r->body_len);
        str_add_text(to, "\r\n");
    }
    if (r->content_type.base)
        print_field(to, &(struct field){.name = SPAN_LIT("Content-Type"),
                                        .value = r->content_type});
    str_add_text(to, "\r\n");
}

void h3_fields_print_response(struct str *to, const struct response_head *head)
{
    str_add_text(to, "HTTP/3 ");
    str_add_u64(to, (uint64_t)head->status);
    str_add_text(to, "\r\n");
    h3_fields_print(to, head->fields);
    str_add_text(to, "\r\n");
}
