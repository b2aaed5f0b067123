/*
 * h2_self -- the inside of an h2 client connection, shared by its files.
 */
#ifndef CORE_CONN_H2_SELF_H
#define CORE_CONN_H2_SELF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/list.h"
#include "conn/conn.h"
#include "conn/h2_session_self.h"
#include "conn/h2_stream.h"
#include "io/loop.h"

struct h2 {
    struct conn conn;
    struct h2_session session;
    struct list waiting; /* calls that are not on the wire yet */
    size_t nwaiting;
    bool is_drained;            /* the owner wants no more */
    bool has_capacity;          /* it may have grown: tell the owner */
    bool has_features;          /* there are others: the same */
    bool had_connect;           /* when they were told last */
    uint64_t idle_since;        /* 0: it was never used */
    struct loop_timer liveness; /* whether it is still there; since: */
    uint64_t asked_at;
};

/* One exchange on this connection. */
struct h2_call {
    struct h2_stream stream;
    struct h2 *h;
    struct exchange *ex;
    struct loop_timer expect; /* for 100 Continue */
    int status;               /* of the final head; 0: none yet */
    bool is_early; /* sent before the peer's limit of streams was known */
};

#endif
