/*
 * h3_server -- a client's HTTP/3 connection to the embedded server.
 *
 * What others use of it stands in serve/codecs.h; this is between its files.
 */
#ifndef CORE_SERVE_H3_SERVER_H
#define CORE_SERVE_H3_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "conn/h3_session.h"
#include "io/loop.h"
#include "serve/codecs.h"
#include "serve/server.h"

struct h3_server_stream;

struct h3_server {
    struct peer peer;
    struct h3_session session;
    const struct server_options *options;
    struct h3_server_stream *free; /* jobs to use again */
    struct list jobs;
    struct list doomed;    /* jobs that their handler gave up */
    struct loop_task turn; /* they, and the end of the connection */
    struct loop_task reap;
    struct loop_timer timer; /* head and idle limits, the end of a drain */
    uint64_t active_at;      /* loop clock: something useful happened */
    uint64_t nrequests;
    size_t nswitched; /* of them, streams of other protocols now */
    uint64_t close_code;
    bool is_draining;
    bool is_attached;
    bool is_cut;  /* closes with close_code in its turn */
    bool is_gone; /* on_gone was called or is not wanted */
};

/* GOAWAY; the connection ends with its last request. */
void h3_server_drain(struct h3_server *h);
/* The connection ends in this turn. */
void h3_server_cut(struct h3_server *h, uint64_t code);

#endif
