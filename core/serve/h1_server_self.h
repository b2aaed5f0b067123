/*
 * h1_server_self -- the server connection's own state, for its files: h1_server.c
 * (life and turns), h1_server_in.c (what the client sends) and h1_server_reply.c
 * (responses).
 */
#ifndef CORE_SERVE_H1_SERVER_SELF_H
#define CORE_SERVE_H1_SERVER_SELF_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "conn/h1_feed.h"
#include "conn/h1_parse.h"
#include "io/loop.h"
#include "serve/codecs.h"
#include "serve/server.h"
#include "serve/stream.h"
#include "transport/transport.h"

enum h1_server_life {
    H1_SERVER_OPEN,
    H1_SERVER_LINGERING, /* all is said: what still comes is thrown away */
    H1_SERVER_CUT,       /* a handler ended it: on_gone() is due */
    H1_SERVER_GONE,
};

enum h1_server_in {
    H1_SERVER_IN_HEAD, /* between requests, or in a head */
    H1_SERVER_IN_BODY,
    H1_SERVER_IN_OFFER,  /* the handler has yet to say whether it switches */
    H1_SERVER_IN_STREAM, /* it has: another protocol's bytes, to their end */
    H1_SERVER_IN_DONE,   /* the whole request is there, or the stream's end */
};

enum h1_server_out {
    H1_SERVER_OUT_NONE,    /* the handler has not responded yet */
    H1_SERVER_OUT_BODY,    /* pulled whenever the queue has room */
    H1_SERVER_OUT_STALLED, /* the source said IO_AGAIN: until resumed */
    H1_SERVER_OUT_DONE,    /* all of it is in the queue */
};

struct h1_server {
    struct peer peer;
    struct loop *loop;
    struct transport *transport;
    enum h1_server_life life;
    uint64_t nrequests;
    bool must_close;  /* after the response that is due or on its way */
    bool is_switched; /* to another protocol */
    bool is_shut;     /* and our end was told */
    struct loop_task turn;
    struct loop_task reap;
    struct loop_timer timer;
    uint64_t head_began; /* 0: no head is due */
    uint64_t progress_at;

    enum h1_server_in in;
    struct h1_parse parse;
    struct str kept; /* read, but not its turn yet */
    size_t kept_at;
    bool is_paused; /* by the handler */

    enum h1_server_out out_state;
    struct buf out;
    struct str head;
    struct h1_feed feed;
    const struct fields *trailers;

    struct arena arena; /* of the request */
    struct request request;
    struct stream stream;
};

/* ---- h1_server.c ---- */

/* The connection is over, for its listener as well. */
void h1_server_end(struct h1_server *h);
/* All is said. */
void h1_server_linger(struct h1_server *h);
/* The handler is done with, if there is one. */
void h1_server_free_request(struct h1_server *h, bool is_complete);
/* A head has to be complete before long from now. */
void h1_server_head_began(struct h1_server *h);

/* ---- h1_server_in.c ---- */

/* Between requests. */
void h1_server_in_begin(struct h1_server *h);
/* Is anything taken notice of now? */
bool h1_server_in_may_parse(const struct h1_server *h);
/* As far as it may; the rest of *input is left. */
void h1_server_in_parse(struct h1_server *h, struct span *input);
/* The same with what was kept. */
void h1_server_in_parse_kept(struct h1_server *h);
/* The client's end of a stream. */
void h1_server_in_ended(struct h1_server *h);

/* ---- h1_server_reply.c ---- */

extern const struct stream_ops h1_server_reply_ops;

/* An answer of the codec's own, after which the connection ends. */
void h1_server_reply_error(struct h1_server *h, int status);
/* 100 Continue. */
void h1_server_reply_continue(struct h1_server *h);
/* Pulls the body into the queue; false: it failed, the message must not be
 * completed. */
bool h1_server_reply_fill(struct h1_server *h);

#endif
