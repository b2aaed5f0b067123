#include "conn/h1_write.h"

#include "base/fault.h"
#include "conn/h1_upgrade.h"
#include "http/request_check.h"

static void add_field(struct str *to, struct span name, struct span value)
{
    str_add(to, name);
    str_add_text(to, value.len ? ": " : ":");
    str_add(to, value);
    str_add_text(to, "\r\n");
}

static bool is_named(const struct field *f, const char *name)
{
    return span_equal_nocase(f->name, span_str(name));
}

static bool has(const struct fields *fields, const char *name)
{
    return fields_find(fields, span_str(name)) != NULL;
}

static void add_length(struct str *to, uint64_t len)
{
    str_add_text(to, "Content-Length: ");
    str_add_u64(to, len);
    str_add_text(to, "\r\n");
}

static bool request_framing(const struct request *r, enum http_version version,
                            struct h1_framing *f, struct fault *fault)
{
    *f = (struct h1_framing){
        .kind = H1_FRAMING_NONE,
        .keep_alive = r->protocol.base ||
                      !fields_has_token(&r->fields, "connection", "close"),
    };
    if (r->protocol.base && version == HTTP_VERSION_1_0) {
        fault_set(fault, ERR_NOT_NEGOTIATED, 0,
                  "HTTP/1.0 has no Upgrade to another protocol");
        return false;
    }
    if (message_wants_switch(r)) /* what follows the switch is no body */
        return true;
    if (r->body_len == BODY_LEN_NONE)
        return true;
    if (r->body_len >= 0 && !r->trailers &&
        !has(&r->fields, "transfer-encoding")) {
        f->kind = H1_FRAMING_LENGTH;
        f->len = (uint64_t)r->body_len;
        return true;
    }
    f->kind = H1_FRAMING_CHUNKED;
    if (version == HTTP_VERSION_1_0) {
        fault_set(fault, ERR_USAGE, 0, "HTTP/1.0 cannot send %s",
                  r->trailers ? "trailers" : "a body of unknown length");
        return false;
    }
    if (!r->trailers || !has(&r->fields, "content-length"))
        return true;
    fault_set(fault, ERR_USAGE, 0,
              "HTTP/1.1 cannot send trailers beside a Content-Length");
    return false;
}

static void add_length_or_coding(struct str *to, const struct request *r,
                                 const struct h1_framing *f)
{
    if (has(&r->fields, "content-length") ||
        has(&r->fields, "transfer-encoding"))
        return;
    if (f->kind == H1_FRAMING_LENGTH)
        add_length(to, f->len);
    else if (f->kind == H1_FRAMING_CHUNKED)
        str_add_text(to, "Transfer-Encoding: chunked\r\n");
    else if (message_means_content(r->method))
        add_length(to, 0);
}

static void add_request_framing(struct str *to, const struct request *r,
                                const struct h1_framing *f)
{
    add_length_or_coding(to, r, f);
    if (r->content_type.base)
        add_field(to, SPAN_LIT("Content-Type"), r->content_type);
}

/* The request's own fields.  Where the codec asks for a protocol, it alone says
 * what belongs to the connection.  Connection is the last of all, as curl's. */
static void add_request_fields(struct str *to, const struct request *r)
{
    for (size_t i = 0; i < r->fields.len; i++) {
        const struct field *f = &r->fields.items[i];
        if ((!r->protocol.base || !request_check_is_connection_field(f)) &&
            !is_named(f, "connection"))
            add_field(to, f->name, f->value);
    }
}

static void add_connection(struct str *to, const struct request *r)
{
    for (size_t i = 0; i < r->fields.len && !r->protocol.base; i++) {
        const struct field *f = &r->fields.items[i];
        if (is_named(f, "connection"))
            add_field(to, f->name, f->value);
    }
}

static void add_upgrade(struct str *to, const struct request *r)
{
    add_field(to, SPAN_LIT("Connection"), SPAN_LIT("Upgrade"));
    add_field(to, SPAN_LIT("Upgrade"), r->protocol);
    for (size_t i = 0; r->upgrade_fields && i < r->upgrade_fields->len; i++) {
        const struct field *f = &r->upgrade_fields->items[i];
        add_field(to, f->name, f->value);
    }
}

bool h1_write_request(struct str *to, const struct request *r,
                      enum http_version version, struct h1_framing *f,
                      struct fault *fault)
{
    if (!request_framing(r, version, f, fault))
        return false;
    str_add(to, h1_upgrade_method(r));
    str_add_char(to, ' ');
    str_add(to, r->absolute.base ? r->absolute : r->target);
    str_add_text(to, version == HTTP_VERSION_1_0 ? " HTTP/1.0\r\n"
                                                 : " HTTP/1.1\r\n");
    add_field(to, SPAN_LIT("Host"), r->authority);
    if (r->protocol.base)
        add_upgrade(to, r);
    add_request_fields(to, r);
    add_request_framing(to, r, f);
    if (r->expect_continue && !message_wants_switch(r) &&
        version != HTTP_VERSION_1_0 && !has(&r->fields, "expect"))
        str_add_text(to, "Expect: 100-continue\r\n");
    add_connection(to, r);
    str_add_text(to, "\r\n");
    return true;
}

static void add_status_line(struct str *to, int status)
{
    str_add_text(to, "HTTP/1.1 ");
    str_add_u64(to, (uint64_t)status);
    str_add_char(to, ' ');
    str_add_text(to, message_reason(status));
    str_add_text(to, "\r\n");
}

static void add_response_fields(struct str *to, const struct fields *fields)
{
    for (size_t i = 0; fields && i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (!request_check_is_connection_field(f) &&
            !is_named(f, "content-length"))
            add_field(to, f->name, f->value);
    }
}

/* What the client should ask for (RFC 9110 15.5.22). */
static void add_upgrade_wanted(struct str *to, const struct fields *fields)
{
    struct span protocol = fields_value(fields, "upgrade");
    if (protocol.base == NULL)
        return;
    add_field(to, SPAN_LIT("Connection"), SPAN_LIT("Upgrade"));
    add_field(to, SPAN_LIT("Upgrade"), protocol);
}

void h1_write_response(struct str *to, const struct h1_write_status *s,
                       const struct h1_framing *f)
{
    add_status_line(to, s->status);
    add_response_fields(to, s->fields);
    if (s->status == 426 && s->fields)
        add_upgrade_wanted(to, s->fields);
    if (f->kind == H1_FRAMING_LENGTH)
        add_length(to, f->len);
    else if (f->kind == H1_FRAMING_CHUNKED)
        str_add_text(to, "Transfer-Encoding: chunked\r\n");
    if (!f->keep_alive)
        str_add_text(to, "Connection: close\r\n");
    else if (s->version == HTTP_VERSION_1_0)
        str_add_text(to, "Connection: keep-alive\r\n");
    str_add_text(to, "\r\n");
}

void h1_write_switch(struct str *to, struct span protocol,
                     const struct fields *fields)
{
    add_status_line(to, 101);
    add_field(to, SPAN_LIT("Connection"), SPAN_LIT("Upgrade"));
    add_field(to, SPAN_LIT("Upgrade"), protocol);
    add_response_fields(to, fields);
    str_add_text(to, "\r\n");
}

void h1_write_interim(struct str *to, int status, const struct fields *fields)
{
    add_status_line(to, status);
    add_response_fields(to, fields);
    str_add_text(to, "\r\n");
}
