/*
 * stream -- one request that the embedded server is answering.
 *
 * The codec (h1_server, h2_server, h3_server) owns the stream and calls the
 * handler that the router chose; the handler answers through the stream's
 * ops.  Neither knows the other's protocol.
 *
 *   codec: request head complete -> router_route(server, s)
 *          then on_body()*, on_end(), and at the very end on_free()
 *   handler: inform()*, then respond() once; the body is pulled from its
 *          body_source; when that is exhausted the trailers are read
 *
 * A request with a protocol (message.h; in HTTP/1.1 its method is GET), and a
 * plain CONNECT, may be switched by a handler of which the router says so
 * (may_switch): with any 2xx, in HTTP/1.1 too, where the codec makes that 101 if
 * there is a protocol.  From then on the bytes of
 * on_body() and those of the response's body source are the protocol's, both
 * ways, whatever body_len says, and each side ends alone: on_end() is the peer's
 * FIN, IO_EOF ours.  on_free() says that it is complete when both have ended.
 * Such a handler answers before on_end(), which comes no earlier than that, from
 * the router's call on.  Any other answer is an ordinary response.
 *
 * What the codec adds on its own: 100 Continue when it was expected and the
 * router has returned; Content-Length (HTTP/1: or Transfer-Encoding) from
 * body_len, on HEAD as well; Connection.  Date, Server and all the rest stand
 * in the fields.
 */
#ifndef CORE_SERVE_STREAM_H
#define CORE_SERVE_STREAM_H

#include <stdbool.h>

#include "base/arena.h"
#include "http/body.h"
#include "http/message.h"

struct datagrams;
struct qlog_stream;
struct substreams;
struct server;
struct stream;
struct handler;

struct response {
    int status;
    const struct fields *fields;   /* borrowed until on_free() */
    int64_t body_len;              /* BODY_LEN_*, or bytes; of 304: NONE */
    struct body_source *body;      /* borrowed until on_free(); may be NULL */
    const struct fields *trailers; /* read after the body; NULL: none */
};

struct stream_ops {
    /* The code to reset() with when our side failed. */
    uint64_t internal_error;
    /* Or when what came of a switched stream's protocol is malformed or not
     * complete. */
    uint64_t malformed_error;
    /* Or when what lies behind a tunnel is broken (RFC 9113 8.5, RFC 9114 4.4). */
    uint64_t connect_error;
    void (*inform)(struct stream *s, int status, const struct fields *fields);
    /* Never calls back before it returns.  A body for HEAD, 204 or 304 is
     * not read. */
    void (*respond)(struct stream *s, const struct response *r);
    /* The handler takes body again (EXCHANGE_RECEIVE), its body source has
     * bytes again (EXCHANGE_SEND), datagrams wait again (EXCHANGE_DATAGRAM, as
     * datagrams_push() says): one, or several.  The direction that is not
     * named stays as it is. */
    void (*resume)(struct stream *s, unsigned ways);
    /* h2, h3: reset with this code; h1: the connection is closed. */
    void (*reset)(struct stream *s, uint64_t code);
    /* No more requests on this connection: GOAWAY, Connection: close. */
    void (*drain)(struct stream *s);
    /* The connection ends at once, without a goodbye where that is possible;
     * bytes that were pulled before are sent as far as the transport takes
     * them.  Never calls back before it returns. */
    void (*cut)(struct stream *s);
};

struct handler_ops {
    /* Request body.  SINK_PAUSE: no more, and no on_end(), until
     * stream_ops.resume(). */
    enum sink_flow (*on_body)(struct handler *h, struct span data);
    /* The whole request has arrived; trailers may be NULL. */
    void (*on_end)(struct handler *h, const struct fields *trailers);
    /* Last call, exactly once: the exchange is over, completely or not. */
    void (*on_free)(struct handler *h, bool is_complete);
};

struct handler {
    const struct handler_ops *ops;
    /* HTTP datagrams of the request (RFC 9297), set by the handler before the
     * router returns; they go on until on_free().  NULL: it has no use for
     * them. */
    struct datagrams *datagrams;
    /* The same for the streams of a WebTransport session. */
    struct substreams *substreams;
};

struct stream {
    const struct stream_ops *ops;
    struct handler *handler; /* set by router_route() */
    struct server *server;
    const struct request *request; /* valid until on_free() */
    bool may_switch; /* set by the router: see above; else a protocol that the
                        request asks for is ignored */
    struct arena *arena; /* of the stream: the handler may use it */
    enum http_version version;
    /* Of a CONNECT, where capsules are told to the connection's trace; NULL:
     * nobody wants one. */
    const struct qlog_stream *qlog;
    bool is_secure;
    bool is_early;      /* somebody else may have sent it again (RFC 8470) */
    const char *remote; /* address text, for logs */
};

/* Does a response with this status make the stream the protocol's? */
static inline bool stream_is_switched_by(const struct stream *s, int status)
{
    return s->may_switch && status >= 200 && status < 300;
}

#endif
