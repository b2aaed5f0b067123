/*
 * h3_qlog_trail -- where a stream is, for the trace of its connection: in which
 * frame of ours, in which of a control stream's, and which frames of a message
 * have yet to be told.
 */
#ifndef CORE_CONN_H3_QLOG_TRAIL_H
#define CORE_CONN_H3_QLOG_TRAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/span.h"
#include "base/str.h"
#include "base/varint.h"
#include "conn/h3_frames.h"

/* Frames in the bytes of one direction. */
struct h3_qlog_side {
    struct varint type;      /* of a unidirectional stream, being read */
    bool is_known;           /* it is */
    uint64_t what;           /* that it is */
    struct h3_frames frames; /* its type is that of the last frame */
    uint64_t len;            /* of its payload */
    bool is_owed;            /* its payload is being gathered */
    struct str payload;      /* of a control stream's frame, or its beginning */
};

/* One that has come and was not told. */
struct h3_qlog_waiting {
    uint64_t type;
    uint64_t len;
};

struct h3_qlog_trail {
    struct list link;
    int64_t id;
    struct h3_qlog_side sent;
    struct h3_qlog_side received; /* of unidirectional streams alone */
    struct list sections;         /* JSON of those that will be sent */
    struct h3_qlog_waiting *waiting;
    size_t nwaiting;
    size_t capwaiting;
};

struct h3_qlog_trail *h3_qlog_trail_new(int64_t id);
void h3_qlog_trail_free(struct h3_qlog_trail *t);

/* Passes over the stream's type, in front of *rest.  Do frames follow? */
bool h3_qlog_trail_begins(const struct h3_qlog_trail *t,
                          struct h3_qlog_side *side, struct span *rest);
/* Up to the next frame: of a message where it begins, of a control stream where
 * it ends.  False: *rest is used up. */
bool h3_qlog_trail_next(const struct h3_qlog_trail *t,
                        struct h3_qlog_side *side, struct span *rest);

/* Takes *section, which is empty then. */
void h3_qlog_trail_submit(struct h3_qlog_trail *t, struct str *section);
/* The oldest, for the caller to fini; false: there is none. */
bool h3_qlog_trail_take(struct h3_qlog_trail *t, struct str *section);

void h3_qlog_trail_wait(struct h3_qlog_trail *t, uint64_t type, uint64_t len);
/* The oldest that waits; false: none does. */
bool h3_qlog_trail_peek(const struct h3_qlog_trail *t,
                        struct h3_qlog_waiting *w);
void h3_qlog_trail_pass(struct h3_qlog_trail *t);

#endif
