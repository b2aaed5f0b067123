/*
 * message -- request and response heads as data.
 *
 * A request stays a struct until the codec writes it: no intermediate text.
 * What the codec adds on its own: Host or :authority and the other pseudo
 * fields, Content-Length or Transfer-Encoding from body_len.  Everything else
 * stands in `fields`, already checked (http/request_check.h); a Host never
 * does: `authority` is what became of it.
 */
#ifndef CORE_HTTP_MESSAGE_H
#define CORE_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "http/fields.h"

enum http_version {
    HTTP_VERSION_NONE,
    HTTP_VERSION_1_0,
    HTTP_VERSION_1_1,
    HTTP_VERSION_2,
    HTTP_VERSION_3,
};

#define BODY_LEN_NONE    ((int64_t)-2) /* no body at all */
#define BODY_LEN_UNKNOWN ((int64_t)-1) /* a body that ends when it ends */

struct request {
    struct span method;    /* "GET" */
    struct span scheme;    /* "https" */
    struct span authority; /* "example.com:8443": Host, :authority */
    struct span target;    /* "/path?query", "*" : request-target, :path */
    /* What HTTP/1 sends as its target to a proxy that forwards the request (RFC
     * 9112 3.2.2): "http://example.com/path"; base NULL: the target. */
    struct span absolute;
    struct fields fields;
    /* Behind the length of the body, as curl has it; base NULL: none. */
    struct span content_type;
    /* What the stream is to become, "websocket"; base NULL: nothing else.  The
     * method is CONNECT then, and body_len BODY_LEN_UNKNOWN.  HTTP/2 and HTTP/3
     * have :protocol for it (RFC 8441 4, RFC 9220 3); HTTP/1.1 says GET,
     * Connection: Upgrade and Upgrade (RFC 9110 7.8), and there alone stand
     * `upgrade_fields` as well (NULL: none). */
    struct span protocol;
    const struct fields *upgrade_fields;
    /* Sent behind the body (RFC 9110 6.5), checked; NULL: none.  HTTP/1.1 has
     * chunks for it, whatever body_len says. */
    const struct fields *trailers;
    /* Of HTTP/2 and 3, PRIORITY_UPDATE beside the field (RFC 9218 7); base NULL:
     * none. */
    struct span priority;
    bool is_raw;          /* HTTP/1: codings of the transfer are not undone */
    bool takes_coding;    /* HTTP/1: the answer's may be gzip before chunked */
    bool ignores_length;  /* HTTP/1: the answer's Content-Length says nothing */
    int64_t body_len;     /* BODY_LEN_*, or bytes */
    bool expect_continue; /* the codec waits for 100 before the body */
};

/* status 101-199 is an interim head; a final one follows (not after 101). */
struct response_head {
    int status;
    enum http_version version;
    struct span reason; /* HTTP/1 only */
    const struct fields *fields;
    size_t wire_len; /* bytes the head took on the wire, after decoding */
};

/* Has the stream become what request.protocol asked for?  101 in HTTP/1.1, any
 * 2xx above it. */
bool message_is_switched(const struct response_head *head);
/* Does the request ask that its stream become something else: a protocol's, or
 * a tunnel (a plain CONNECT)?  No byte of its body is read before the answer
 * says that it has. */
bool message_wants_switch(const struct request *r);
/* CONNECT without a protocol has no scheme and no path in HTTP/2 and 3 (RFC 9113
 * 8.5, RFC 9114 4.4), one with a protocol has both (RFC 8441 4, RFC 9220 3). */
bool message_is_plain_connect(const struct request *r);

/* GET, HEAD, OPTIONS, TRACE, QUERY (RFC 9110 9.2.1, RFC 10008). */
bool message_is_safe(struct span method);
/* The safe ones, PUT and DELETE (RFC 9110 9.2.2). */
bool message_is_idempotent(struct span method);
/* POST, PUT, PATCH, QUERY: content means something to them, and a request says that
 * it has none (RFC 9110 8.6). */
bool message_means_content(struct span method);
/* Has a response to this request with this status never a body, whatever its
 * fields say (RFC 9110 6.4.1)? */
bool message_is_bodyless(struct span method, int status);
/* May this field stand in a trailer section?  False for those that frame,
 * route, authenticate or change how the content is read (RFC 9110 6.5.1): a
 * codec drops them. */
bool message_may_trail(struct span name);

enum message_length {
    MESSAGE_LENGTH_NONE, /* no Content-Length */
    MESSAGE_LENGTH_KNOWN,
    MESSAGE_LENGTH_BAD,      /* not a number, or one over 2^63 - 1 */
    MESSAGE_LENGTH_DISPUTED, /* two that differ */
};

/* What all Content-Length fields say together: "5", "5, 5" and two fields
 * that say 5 are one length (RFC 9110 8.6).  *len is set with KNOWN. */
enum message_length message_content_length(const struct fields *fields,
                                           uint64_t *len);

const char *message_version_name(enum http_version v); /* "1.1", "2", "3" */
/* The reason phrase of RFC 9110 15, "" for unknown ones. */
const char *message_reason(int status);

#endif
