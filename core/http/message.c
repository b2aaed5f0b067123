#include "http/message.h"

#include <stddef.h>

enum method_trait {
    METHOD_SAFE = 1,
    METHOD_IDEMPOTENT = 2,
    METHOD_CONTENT = 4,
};

/* What RFC 9110 9.2 and 9.3 and RFC 10008 say; of any other method nothing is
 * known.  Methods are case-sensitive (RFC 9110 9.1). */
static const struct {
    const char *name;
    unsigned traits;
} methods[] = {
    {"GET", METHOD_SAFE | METHOD_IDEMPOTENT},
    {"HEAD", METHOD_SAFE | METHOD_IDEMPOTENT},
    {"OPTIONS", METHOD_SAFE | METHOD_IDEMPOTENT},
    {"TRACE", METHOD_SAFE | METHOD_IDEMPOTENT},
    {"QUERY", METHOD_SAFE | METHOD_IDEMPOTENT | METHOD_CONTENT},
    {"PUT", METHOD_IDEMPOTENT | METHOD_CONTENT},
    {"DELETE", METHOD_IDEMPOTENT},
    {"POST", METHOD_CONTENT},
    {"PATCH", METHOD_CONTENT},
};

static bool method_has(struct span method, enum method_trait trait)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (span_equal(method, span_str(methods[i].name)))
            return methods[i].traits & trait;
    return false;
}

bool message_is_switched(const struct response_head *head)
{
    if (head->version < HTTP_VERSION_2)
        return head->status == 101;
    return head->status >= 200 && head->status < 300;
}

bool message_wants_switch(const struct request *r)
{
    return r->protocol.base || span_equal(r->method, SPAN_LIT("CONNECT"));
}

bool message_is_plain_connect(const struct request *r)
{
    return !r->protocol.base && span_equal(r->method, SPAN_LIT("CONNECT"));
}

bool message_is_safe(struct span method)
{
    return method_has(method, METHOD_SAFE);
}

bool message_is_idempotent(struct span method)
{
    return method_has(method, METHOD_IDEMPOTENT);
}

bool message_means_content(struct span method)
{
    return method_has(method, METHOD_CONTENT);
}

/* 205 is not here: it may say Content-Length: 0, or end a chunked body at
 * once (RFC 9110 15.3.6), and the framing has to be read. */
bool message_is_bodyless(struct span method, int status)
{
    if (status < 200 || status == 204 || status == 304)
        return true;
    if (span_equal(method, SPAN_LIT("HEAD")))
        return true;
    return span_equal(method, SPAN_LIT("CONNECT")) && status < 300;
}

static const char *const never_in_trailers[] = {
    "age",
    "alt-svc",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "host",
    "keep-alive",
    "location",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "retry-after",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "warning",
    "www-authenticate",
};

bool message_may_trail(struct span name)
{
    size_t n = sizeof never_in_trailers / sizeof *never_in_trailers;
    for (size_t i = 0; i < n; i++)
        if (span_equal_nocase(name, span_str(never_in_trailers[i])))
            return false;
    return true;
}

/* An empty element is no length: a program that looks at the last, or at the
 * first, would read another one.  So the lenient list of fields.h is not for
 * this field. */
enum message_length message_content_length(const struct fields *fields,
                                           uint64_t *len)
{
    enum message_length found = MESSAGE_LENGTH_NONE;
    for (size_t i = 0; i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (!span_equal_nocase(f->name, SPAN_LIT("content-length")))
            continue;
        struct span rest = f->value;
        struct span element;
        while (span_next(&rest, ',', &element)) {
            uint64_t n = 0;
            if (!span_to_u64(span_trim(element), &n) || n > INT64_MAX)
                return MESSAGE_LENGTH_BAD;
            if (found == MESSAGE_LENGTH_KNOWN && n != *len)
                return MESSAGE_LENGTH_DISPUTED;
            found = MESSAGE_LENGTH_KNOWN;
            *len = n;
        }
    }
    return found;
}

const char *message_version_name(enum http_version v)
{
    switch (v) {
    case HTTP_VERSION_NONE:
        return "0";
    case HTTP_VERSION_1_0:
        return "1.0";
    case HTTP_VERSION_1_1:
        return "1.1";
    case HTTP_VERSION_2:
        return "2";
    case HTTP_VERSION_3:
        return "3";
    }
    return "0";
}

static const struct {
    int status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {511, "Network Authentication Required"},
};

const char *message_reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "";
}
