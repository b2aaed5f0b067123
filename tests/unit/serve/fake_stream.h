/*
 * fake_stream -- a codec without a protocol: asks a handler one request and
 * keeps what it answers.
 */
#ifndef TESTS_UNIT_SERVE_FAKE_STREAM_H
#define TESTS_UNIT_SERVE_FAKE_STREAM_H

#include <stdbool.h>

#include "base/str.h"
#include "io/loop.h"
#include "serve/stream.h"

struct fake_stream {
    struct stream stream;
    struct arena arena;
    struct request request;
    struct fields request_trailers;
    struct span body; /* of the request, sent in pieces of `piece` bytes */
    size_t piece;     /* 0: 1000 */
    size_t read_cap;  /* how much is pulled at once; 0: 16 KiB */
    bool is_slow;     /* takes no response before the request has ended */
    bool is_endless;  /* the request does not end with its body */
    bool is_timed;    /* the handler has a timer: a turn, not until it is due */
    /* what came back */
    int nresponses;
    int informed; /* the last interim status */
    struct response response;
    struct str answer; /* its body */
    bool is_complete;  /* body, then trailers */
    bool was_paused;
    bool is_drained;
    bool is_cut;
    bool is_reset;
    uint64_t reset_code;
    /* its own */
    struct loop *loop;
    size_t sent; /* of body */
    bool is_ended;
    bool is_paused;
    bool is_dry; /* the response's source said IO_AGAIN */
    struct loop_task turn;
    struct loop_task stop;
};

/* No body, no fields; HTTP/1.1 over TLS. */
void fake_stream_init(struct fake_stream *f, struct server *srv,
                      const char *method, const char *target);
void fake_stream_field(struct fake_stream *f, const char *name,
                       const char *value);
void fake_stream_body(struct fake_stream *f, struct span body);
/* Routes it and runs the loop until nothing is left to do, or a turn of it. */
void fake_stream_run(struct fake_stream *f);
/* The same once more, after something of the above was changed. */
void fake_stream_go_on(struct fake_stream *f);
/* A field of the response, NUL-terminated, "" when absent. */
const char *fake_stream_value(const struct fake_stream *f, const char *name);
void fake_stream_fini(struct fake_stream *f);

#endif
