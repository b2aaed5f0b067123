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
    bool is_drained;     /* the owner wants no more */
    bool has_capacity;   /* on_capacity() is due in the next turn */
    bool has_features;   /* on_features() is */
    bool had_connect;    /* in the features that were told last */
    uint64_t idle_since; /* 0: it was never used */
    /* A connection that was idle is asked for a sign of life (PING) with the
     * first exchange after that; the timer ends it if nothing is heard. */
    struct loop_timer liveness;
    uint64_t asked_at;
};

/* One exchange on this connection. */
struct h2_call {
    struct h2_stream stream;
    struct h2 *h;
    struct exchange *ex;
    struct loop_timer expect; /* for 100 Continue */
    int status;               /* of the final head; 0: none yet */
    bool is_switched;         /* that head made it another protocol's stream */
    bool is_early; /* sent before the peer's limit of streams was known */
};

#endif
