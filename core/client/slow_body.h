/*
 * slow_body -- a request body that is given out no faster than a throttle allows.
 */
#ifndef CORE_CLIENT_SLOW_BODY_H
#define CORE_CLIENT_SLOW_BODY_H

#include "client/throttle.h"
#include "http/body.h"
#include "io/loop.h"

struct slow_body {
    struct body_source source;
    struct body_source *inner; /* borrowed; NULL: not in use */
    struct loop *loop;
    struct throttle throttle;
    struct loop_timer timer;
    /* After IO_AGAIN that was ours: more may pass. */
    void (*on_ready)(struct slow_body *b);
};

/* rate: bytes a second, not 0. */
void slow_body_init(struct slow_body *b, struct loop *loop,
                    struct body_source *inner, uint64_t rate);
void slow_body_fini(struct slow_body *b); /* if it is in use */

#endif
