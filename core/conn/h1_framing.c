#include "conn/h1_framing.h"

#include <stdio.h>

#include "base/fault.h"

static bool refuse(struct fault *fault, const char *what, struct span value)
{
    fault_set(fault, ERR_WEIRD_REPLY, 0, "%s: \"%.*s\"", what,
              (int)(value.len < 60 ? value.len : 60), (const char *)value.base);
    return false;
}

/* What the framing fields of a head say, each checked by itself. */
struct claims {
    bool has_length;
    bool is_chunked;
    uint64_t len;
};

/* "5", and "5, 5" or a second field only if they say the same (RFC 9112
 * 6.3 item 5). */
static bool add_length(struct claims *c, struct span value, struct fault *fault)
{
    struct span rest = value;
    struct span element;
    while (span_next(&rest, ',', &element)) {
        uint64_t len = 0;
        if (!span_to_u64(span_trim(element), &len) || len > INT64_MAX)
            return refuse(fault, "bad Content-Length", value);
        if (c->has_length && len != c->len)
            return refuse(fault, "contradicting Content-Length", value);
        c->has_length = true;
        c->len = len;
    }
    return true;
}

/* "chunked", once: no other coding was asked for (RFC 9112 6.1). */
static bool add_coding(struct claims *c, struct span value, struct fault *fault)
{
    if (c->is_chunked || !span_equal_nocase(value, SPAN_LIT("chunked")))
        return refuse(fault, "Transfer-Encoding not supported", value);
    c->is_chunked = true;
    return true;
}

static bool read_claims(struct claims *c, enum http_version version,
                        const struct fields *fields, struct fault *fault)
{
    *c = (struct claims){.has_length = false};
    for (size_t i = 0; i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (span_equal_nocase(f->name, SPAN_LIT("content-length"))) {
            if (!add_length(c, f->value, fault))
                return false;
        } else if (span_equal_nocase(f->name, SPAN_LIT("transfer-encoding"))) {
            if (!add_coding(c, f->value, fault))
                return false;
        }
    }
    if (c->is_chunked && c->has_length) {
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  "both Content-Length and Transfer-Encoding");
        return false;
    }
    if (c->is_chunked && version == HTTP_VERSION_1_0) {
        fault_set(fault, ERR_WEIRD_REPLY, 0, "Transfer-Encoding in HTTP/1.0");
        return false;
    }
    return true;
}

static bool keeps_alive(enum http_version version, const struct fields *fields)
{
    if (fields_has_token(fields, "connection", "close"))
        return false;
    return version != HTTP_VERSION_1_0 ||
           fields_has_token(fields, "connection", "keep-alive");
}

bool h1_framing_response(struct h1_framing *f, struct span method, int status,
                         enum http_version version, const struct fields *fields,
                         struct fault *fault)
{
    struct claims c;
    if (!read_claims(&c, version, fields, fault))
        return false;
    *f = (struct h1_framing){
        .len = c.len,
        .keep_alive = keeps_alive(version, fields),
    };
    if (message_is_bodyless(method, status))
        f->kind = H1_FRAMING_NONE;
    else if (c.is_chunked)
        f->kind = H1_FRAMING_CHUNKED;
    else if (c.has_length)
        f->kind = c.len > 0 ? H1_FRAMING_LENGTH : H1_FRAMING_NONE;
    else
        f->kind = H1_FRAMING_CLOSE;
    if (f->kind == H1_FRAMING_CLOSE)
        f->keep_alive = false;
    return true;
}

static bool check_host(enum http_version version, const struct fields *fields,
                       struct fault *fault)
{
    unsigned n = 0;
    for (size_t i = 0; i < fields->len; i++)
        if (span_equal_nocase(fields->items[i].name, SPAN_LIT("host")))
            n++;
    if (n == 1 || (n == 0 && version == HTTP_VERSION_1_0))
        return true;
    fault_set(fault, ERR_WEIRD_REPLY, 0, "%u Host fields", n);
    return false;
}

bool h1_framing_request(struct h1_framing *f, enum http_version version,
                        const struct fields *fields, struct fault *fault)
{
    struct claims c;
    if (!read_claims(&c, version, fields, fault) ||
        !check_host(version, fields, fault))
        return false;
    *f = (struct h1_framing){
        .len = c.len,
        .keep_alive = keeps_alive(version, fields),
    };
    if (c.is_chunked)
        f->kind = H1_FRAMING_CHUNKED;
    else
        f->kind = c.len > 0 ? H1_FRAMING_LENGTH : H1_FRAMING_NONE;
    return true;
}

/* Longer ones mean nothing to us. */
#define IDLE_MAX ((uint64_t)24 * 3600)
#define SECOND   UINT64_C(1000000000)

uint64_t h1_framing_idle(const struct fields *fields)
{
    const struct span name = SPAN_LIT("timeout=");
    struct span v = fields_value(fields, "keep-alive");
    while (v.len > 0 && !span_starts_nocase(v, name))
        v = span_of(v.base + 1, v.len - 1);
    uint64_t seconds = 0;
    for (size_t i = name.len; i < v.len && v.base[i] >= '0' &&
                              v.base[i] <= '9' && seconds < IDLE_MAX;
         i++)
        seconds = 10 * seconds + (uint64_t)(v.base[i] - '0');
    return (seconds < IDLE_MAX ? seconds : IDLE_MAX) * SECOND;
}
