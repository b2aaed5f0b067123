#include "conn/h1_framing.h"

#include <stdio.h>

#include "base/fault.h"

static bool refuse(struct fault *fault, const char *what, struct span value)
{
    fault_set(fault, ERR_WEIRD_REPLY, 0, "%s: \"%.*s\"", what,
              (int)(value.len < 60 ? value.len : 60), (const char *)value.base);
    return false;
}

enum coding {
    CODING_NONE,
    CODING_IDENTITY, /* of RFC 2616; RFC 7230 took it away */
    CODING_CHUNKED,
    CODING_GZIP, /* to the end of the connection (RFC 9112 6.1) */
};

/* What the framing fields of a head say, each checked by itself. */
struct claims {
    bool has_length;
    uint64_t len;
    enum coding coding;
};

static bool read_length(struct claims *c, const struct fields *fields,
                        struct fault *fault)
{
    switch (message_content_length(fields, &c->len)) {
    case MESSAGE_LENGTH_NONE:
        return true;
    case MESSAGE_LENGTH_KNOWN:
        c->has_length = true;
        return true;
    case MESSAGE_LENGTH_BAD:
        return refuse(fault, "bad Content-Length",
                      fields_value(fields, "content-length"));
    case MESSAGE_LENGTH_DISPUTED:
        return refuse(fault, "contradicting Content-Length",
                      fields_value(fields, "content-length"));
    }
    return true;
}

static bool is_gzip(struct span name)
{
    return span_equal_nocase(name, SPAN_LIT("gzip")) ||
           span_equal_nocase(name, SPAN_LIT("x-gzip"));
}

/* "gzip, chunked", or gzip alone. */
static enum coding asked_coding(struct span list)
{
    struct span first = {0};
    struct span second = {0};
    (void)fields_next_part(&list, ',', &first);
    bool has_second = fields_next_part(&list, ',', &second);
    if (!is_gzip(span_trim(first)) || list.len > 0)
        return CODING_NONE;
    if (!has_second)
        return CODING_GZIP;
    return span_equal_nocase(span_trim(second), SPAN_LIT("chunked"))
               ? CODING_CHUNKED
               : CODING_NONE;
}

/* One coding in one field: no other was asked for (RFC 9112 6.1), and a list
 * that has to be put together first is read differently elsewhere. */
static bool read_coding(struct claims *c, const struct fields *fields,
                        bool takes_gzip, struct fault *fault)
{
    const struct field *f = fields_find(fields, SPAN_LIT("transfer-encoding"));
    if (f == NULL)
        return true;
    struct span only = fields_only_value(fields, "transfer-encoding");
    if (takes_gzip)
        c->coding = asked_coding(only);
    if (c->coding != CODING_NONE)
        return true;
    if (span_equal_nocase(only, SPAN_LIT("chunked")))
        c->coding = CODING_CHUNKED;
    else if (span_equal_nocase(only, SPAN_LIT("identity")))
        c->coding = CODING_IDENTITY;
    else
        return refuse(fault, "Transfer-Encoding not supported", f->value);
    return true;
}

static bool read_claims(struct claims *c, const struct fields *fields,
                        const struct h1_framing_asked *asked,
                        struct fault *fault)
{
    *c = (struct claims){.coding = CODING_NONE};
    if ((!asked->ignores_length && !read_length(c, fields, fault)) ||
        !read_coding(c, fields, asked->takes_coding, fault))
        return false;
    if ((c->coding == CODING_CHUNKED || c->coding == CODING_GZIP) &&
        c->has_length) {
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  "both Content-Length and Transfer-Encoding");
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

/* Old ways to say it, which are understood; but whoever sends them may mean
 * something else by what follows, so nothing follows (RFC 9112 6.1: a message
 * in HTTP/1.0 with Transfer-Encoding is processed, then the connection is
 * closed). */
static bool is_outdated(const struct claims *c, enum http_version version)
{
    return c->coding == CODING_IDENTITY ||
           (c->coding == CODING_CHUNKED && version == HTTP_VERSION_1_0);
}

static void set_body(struct h1_framing *f, const struct claims *c)
{
    f->len = c->len;
    if (c->coding == CODING_CHUNKED)
        f->kind = H1_FRAMING_CHUNKED;
    else if (c->has_length)
        f->kind = c->len > 0 ? H1_FRAMING_LENGTH : H1_FRAMING_NONE;
    else
        f->kind = H1_FRAMING_CLOSE;
}

bool h1_framing_response(struct h1_framing *f,
                         const struct h1_framing_asked *asked, int status,
                         enum http_version version, const struct fields *fields,
                         struct fault *fault)
{
    struct claims c;
    struct fault ignored;
    *f = (struct h1_framing){
        .kind = H1_FRAMING_NONE,
        .keep_alive = keeps_alive(version, fields),
    };
    if (message_is_bodyless(asked->method, status)) {
        /* It ends with its head (RFC 9112 6.3 rule 1).  What its fields say of
         * a body is at most a hint that the server is not to be trusted with
         * another request. */
        if (!read_claims(&c, fields, asked, &ignored))
            f->keep_alive = false;
        return true;
    }
    if (!read_claims(&c, fields, asked, fault))
        return false;
    set_body(f, &c);
    if (f->kind == H1_FRAMING_CLOSE || is_outdated(&c, version))
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

/* Stricter than with responses: a server stands behind others, and what it
 * reads differently from them is how requests are smuggled. */
bool h1_framing_request(struct h1_framing *f, enum http_version version,
                        const struct fields *fields, struct fault *fault)
{
    static const struct h1_framing_asked nothing;
    struct claims c;
    if (!read_claims(&c, fields, &nothing, fault) ||
        !check_host(version, fields, fault))
        return false;
    if (is_outdated(&c, version)) {
        fault_set(fault, ERR_WEIRD_REPLY, 0,
                  c.coding == CODING_IDENTITY
                      ? "Transfer-Encoding: identity"
                      : "Transfer-Encoding in HTTP/1.0");
        return false;
    }
    set_body(f, &c);
    if (f->kind == H1_FRAMING_CLOSE)
        f->kind = H1_FRAMING_NONE; /* no length, no body (RFC 9112 6.3) */
    f->keep_alive = keeps_alive(version, fields);
    return true;
}

/* Longer ones mean nothing to us. */
#define IDLE_MAX ((uint64_t)24 * 3600)
#define SECOND   UINT64_C(1000000000)

/* The digits at the front of s, as seconds. */
static uint64_t leading_seconds(struct span s)
{
    size_t len = 0;
    uint64_t seconds = 0;
    while (len < s.len && s.base[len] >= '0' && s.base[len] <= '9')
        len++;
    (void)span_to_u64_capped(span_of(s.base, len), &seconds);
    return seconds < IDLE_MAX ? seconds : IDLE_MAX;
}

uint64_t h1_framing_idle(const struct fields *fields)
{
    const struct span name = SPAN_LIT("timeout=");
    struct fields_list list = fields_list_of(fields, "keep-alive");
    struct span element;
    struct span part;
    /* "timeout=5, max=100", and with a semicolon between them. */
    while (fields_list_next(&list, &element))
        while (fields_next_part(&element, ';', &part))
            if (span_starts_nocase(part, name))
                return leading_seconds(
                           span_of(part.base + name.len, part.len - name.len)) *
                       SECOND;
    return 0;
}
