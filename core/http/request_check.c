#include "http/request_check.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "http/percent.h"

static const char *const connection_fields[] = {
    "connection",        "keep-alive", "proxy-connection",
    "transfer-encoding", "upgrade",    "http2-settings",
};

static bool has_name(const struct field *f, const char *name)
{
    return span_equal_nocase(f->name, span_str(name));
}

bool request_check_is_connection_field(const struct field *f)
{
    for (size_t i = 0; i < sizeof connection_fields / sizeof *connection_fields;
         i++)
        if (has_name(f, connection_fields[i]))
            return true;
    return has_name(f, "te") &&
           !span_equal_nocase(span_trim(f->value), SPAN_LIT("trailers"));
}

/* What of a peer's or user's bytes is worth printing. */
static int shown(struct span s)
{
    return (int)(s.len < 60 ? s.len : 60);
}

static bool check_target(struct span target, struct fault *fault)
{
    if (target.len == 0) {
        fault_set(fault, ERR_BAD_URL, 0, "empty request target");
        return false;
    }
    for (size_t i = 0; i < target.len; i++) {
        if (target.base[i] > 0x20 && target.base[i] != 0x7f)
            continue;
        fault_set(fault, ERR_BAD_URL, 0,
                  "byte 0x%02x in the request target at %zu", target.base[i],
                  i);
        return false;
    }
    return true;
}

/* Bytes of a host, a port, and brackets; it is made by url_authority(), but a
 * Host field is the user's own. */
static bool is_authority(struct span authority)
{
    for (size_t i = 0; i < authority.len; i++) {
        uint8_t c = authority.base[i];
        if (!percent_is_unreserved(c) && c != ':' && c != '[' && c != ']')
            return false;
    }
    return true;
}

static bool check_field(const struct field *f, struct fault *fault)
{
    if (!fields_is_name(f->name)) {
        fault_set(fault, ERR_USAGE, 0, "\"%.*s\" is no header name",
                  shown(f->name), (const char *)f->name.base);
        return false;
    }
    if (!fields_is_value(f->value)) {
        fault_set(fault, ERR_USAGE, 0,
                  "header %.*s: its value has a control byte, or a blank at "
                  "an end",
                  shown(f->name), (const char *)f->name.base);
        return false;
    }
    return true;
}

/* RFC 9110 7.8: a token, and its version behind a slash. */
static bool is_protocol(struct span s)
{
    const uint8_t *slash = memchr(s.base, '/', s.len);
    size_t len = slash ? (size_t)(slash - s.base) : s.len;
    if (!fields_is_name(span_of(s.base, len)))
        return false;
    return !slash || fields_is_name(span_of(slash + 1, s.len - len - 1));
}

static bool check_protocol(const struct request *r, struct fault *fault)
{
    if (!r->protocol.base)
        return true;
    if (!is_protocol(r->protocol)) {
        fault_set(fault, ERR_USAGE, 0, "\"%.*s\" is no name of a protocol",
                  shown(r->protocol), (const char *)r->protocol.base);
        return false;
    }
    for (size_t i = 0; r->upgrade_fields && i < r->upgrade_fields->len; i++)
        if (!check_field(&r->upgrade_fields->items[i], fault))
            return false;
    return true;
}

static bool check_length(const struct request *r, const struct field *f,
                         struct fault *fault)
{
    uint64_t len = 0;
    uint64_t body = r->body_len < 0 ? 0 : (uint64_t)r->body_len;
    if (r->body_len != BODY_LEN_UNKNOWN && span_to_u64(f->value, &len) &&
        len == body)
        return true;
    fault_set(fault, ERR_USAGE, 0,
              "Content-Length: %.*s does not fit the request body",
              shown(f->value), (const char *)f->value.base);
    return false;
}

/* Framing and routing fields: one meaning, or none. */
static bool check_framing(const struct request *r, struct fault *fault)
{
    unsigned nhosts = 0;
    unsigned nlengths = 0;
    unsigned ncodings = 0;
    for (size_t i = 0; i < r->fields.len; i++) {
        const struct field *f = &r->fields.items[i];
        if (has_name(f, "host")) {
            nhosts++;
            if (!is_authority(f->value)) {
                fault_set(fault, ERR_USAGE, 0, "Host: %.*s is no host",
                          shown(f->value), (const char *)f->value.base);
                return false;
            }
        } else if (has_name(f, "content-length")) {
            nlengths++;
            if (!check_length(r, f, fault))
                return false;
        } else if (has_name(f, "transfer-encoding")) {
            ncodings++;
            if (r->body_len == BODY_LEN_NONE ||
                !span_equal_nocase(f->value, SPAN_LIT("chunked"))) {
                fault_set(fault, ERR_USAGE, 0,
                          "Transfer-Encoding: %.*s is not supported here",
                          shown(f->value), (const char *)f->value.base);
                return false;
            }
        }
    }
    if (nhosts > 1 || nlengths + ncodings > 1) {
        fault_set(fault, ERR_USAGE, 0, "%s given twice",
                  nhosts > 1 ? "Host" : "the length of the body");
        return false;
    }
    return true;
}

/* What becomes a field, or a frame, in its own place. */
static bool check_apart(const struct request *r, struct fault *fault)
{
    const struct field type = {SPAN_LIT("Content-Type"), r->content_type};
    const struct field priority = {SPAN_LIT("Priority"), r->priority};
    return (!type.value.base || check_field(&type, fault)) &&
           (!priority.value.base || check_field(&priority, fault));
}

static bool check_trailers(const struct request *r, struct fault *fault)
{
    for (size_t i = 0; r->trailers && i < r->trailers->len; i++) {
        const struct field *f = &r->trailers->items[i];
        if (!check_field(f, fault))
            return false;
        if (message_may_trail(f->name))
            continue;
        fault_set(fault, ERR_USAGE, 0,
                  "%.*s cannot be sent as a trailer (RFC 9110 6.5.1)",
                  shown(f->name), (const char *)f->name.base);
        return false;
    }
    return true;
}

bool request_check_head(const struct request *r, struct fault *fault)
{
    if (!fields_is_name(r->method)) {
        fault_set(fault, ERR_USAGE, 0, "\"%.*s\" is no request method",
                  shown(r->method), (const char *)r->method.base);
        return false;
    }
    if (!check_target(r->target, fault))
        return false;
    if (r->authority.len == 0 || !is_authority(r->authority)) {
        fault_set(fault, ERR_BAD_URL, 0, "\"%.*s\" is no host",
                  shown(r->authority), (const char *)r->authority.base);
        return false;
    }
    for (size_t i = 0; i < r->fields.len; i++)
        if (!check_field(&r->fields.items[i], fault))
            return false;
    if (!check_apart(r, fault) || !check_trailers(r, fault) ||
        !check_protocol(r, fault))
        return false;
    return check_framing(r, fault);
}
