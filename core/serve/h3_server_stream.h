/*
 * h3_server_stream -- one request on an HTTP/3 connection of the server.
 */
#ifndef CORE_SERVE_H3_SERVER_STREAM_H
#define CORE_SERVE_H3_SERVER_STREAM_H

#include "serve/h3_server.h"
#include "serve/stream.h"

struct h3_server_stream {
    struct stream stream;
    struct h3_server *server;
    struct h3_stream *h3; /* NULL: over */
    struct list link;     /* jobs or doomed of the connection */
    struct h3_server_stream *next_free;
    struct arena arena;
    struct request request;
    struct response response;
    uint64_t opened_at;
    uint64_t reset_code; /* of a doomed one */
    const struct fields *trailers;
    bool is_routed;
    bool has_response;
    bool is_switched; /* by it, to another protocol */
    bool is_session;  /* of WebTransport */
};

/* The calls of h3_session_ops that concern one request. */
void h3_server_stream_open(struct h3_session *s, struct h3_stream *st);
void h3_server_stream_head(struct h3_session *s, struct h3_stream *st);
enum sink_flow h3_server_stream_body(struct h3_session *s, struct h3_stream *st,
                                     struct span data);
void h3_server_stream_trailers(struct h3_session *s, struct h3_stream *st);
void h3_server_stream_end(struct h3_session *s, struct h3_stream *st);
void h3_server_stream_broken(struct h3_session *s, struct h3_stream *st,
                             const struct h3_session_cut *cut);
enum io h3_server_stream_pull(struct h3_session *s, struct h3_stream *st,
                              uint8_t *buf, size_t cap, size_t *n);
const struct fields *h3_server_stream_own_trailers(struct h3_session *s,
                                                   struct h3_stream *st);
void h3_server_stream_sent(struct h3_session *s, struct h3_stream *st);
void h3_server_stream_stopped(struct h3_session *s, struct h3_stream *st);
void h3_server_stream_gone(struct h3_session *s, struct h3_stream *st);

/* Resets the stream if it still goes, and frees the handler. */
void h3_server_stream_drop(struct h3_server_stream *job, uint64_t code);
void h3_server_stream_free_all(struct h3_server *h);

#endif
