/*
 * h1_framing -- where the body of an HTTP/1 message ends (RFC 9112 6), and
 * whether the connection lives on (9.3).
 *
 * Pure functions of a head.  Whatever two programs could read differently is
 * an error, never a guess: that difference is how requests and responses are
 * smuggled (RFC 9112 11.1, 11.2).
 */
#ifndef CORE_CONN_H1_FRAMING_H
#define CORE_CONN_H1_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/message.h"

enum h1_framing_kind {
    H1_FRAMING_NONE,
    H1_FRAMING_LENGTH,
    H1_FRAMING_CHUNKED,
    H1_FRAMING_CLOSE, /* to the end of the connection */
};

struct h1_framing {
    enum h1_framing_kind kind;
    uint64_t len; /* of H1_FRAMING_LENGTH */
    bool keep_alive;
};

/* What the request has to do with the answer's framing. */
struct h1_framing_asked {
    struct span method;
    /* gzip may stand alone or before chunked: it has asked for that (TE), or
     * takes the body as it comes. */
    bool takes_coding;
    bool ignores_length; /* Content-Length says nothing */
};

/* False with *fault (ERR_WEIRD_REPLY). */
bool h1_framing_response(struct h1_framing *f,
                         const struct h1_framing_asked *asked, int status,
                         enum http_version version, const struct fields *fields,
                         struct fault *fault);

/* ns that the peer keeps an idle connection, by its Keep-Alive field's
 * "timeout" (RFC 2068 19.7.1.1, still sent by all); 0: it does not say. */
uint64_t h1_framing_idle(const struct fields *fields);

/* Also checks Host (RFC 9112 3.2). */
bool h1_framing_request(struct h1_framing *f, enum http_version version,
                        const struct fields *fields, struct fault *fault);

#endif
