/*
 * h2_rig -- an h2 client connection in a test: exchanges that write down what
 * happens to them, and the peer at the other end of the pipe.
 */
#ifndef TESTS_UNIT_CONN_H2_RIG_H
#define TESTS_UNIT_CONN_H2_RIG_H

#include "base/str.h"
#include "conn/conn.h"
#include "conn/h2_wire.h"
#include "http/exchange.h"
#include "io/loop.h"
#include "settings/settings.h"

#define H2_RIG_CALLS 64

/* An upload that a test feeds: `give` bytes of 'u' are there, then IO_AGAIN
 * or, when is_last, IO_EOF. */
struct h2_rig_upload {
    struct body_source source;
    size_t give;
    bool is_last;
    bool fails;
    size_t nread;
};

struct h2_rig_call {
    struct exchange ex;
    struct request request;
    struct h2_rig *rig;
    struct h2_rig_upload upload;
    struct str heads; /* "200 name=value;...\n" each */
    struct str body;
    struct str trailers;
    bool pauses;  /* on_body answers SINK_PAUSE */
    bool cancels; /* on_body cancels */
    unsigned ndone;
    unsigned nreturned;
    enum conn_return how; /* the last time */
    struct fault fault;   /* of on_done or on_returned */
};

struct h2_rig {
    struct loop *loop;
    struct settings settings;
    struct conn *conn; /* NULL once it is closed */
    struct transport *near;
    struct h2_wire peer;
    struct h2_rig_call calls[H2_RIG_CALLS];
    size_t ncalls;
    unsigned ncapacity;
    unsigned nfeatures; /* on_features() */
    struct str places;  /* on_alt_svc(): "origin value\n" each */
    unsigned ndraining;
    unsigned nclosed;
    bool resubmits; /* on_returned gives it back at once, if there is room */
    struct fault closed;
};

void h2_rig_init(struct h2_rig *r, size_t piece);
/* With settings changed by the test between the two. */
void h2_rig_prepare(struct h2_rig *r);
void h2_rig_open(struct h2_rig *r, size_t piece);
void h2_rig_fini(struct h2_rig *r);
void h2_rig_run(struct h2_rig *r);

/* GET / */
struct h2_rig_call *h2_rig_get(struct h2_rig *r);
/* body_len as in struct request; the upload is call->upload. */
struct h2_rig_call *h2_rig_prepare_call(struct h2_rig *r, const char *method,
                                        int64_t body_len);
void h2_rig_submit(struct h2_rig_call *call);

#endif
