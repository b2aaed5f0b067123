/*
 * client_self -- what a client is for the functions of this room.
 */
#ifndef CORE_API_CLIENT_SELF_H
#define CORE_API_CLIENT_SELF_H

#include "base/trace.h"
#include "client/client.h"
#include "quiver.h"

struct qv_client {
    struct client client;
    struct trace trace;            /* the loop's, while somebody listens */
    struct qv_listener *listeners; /* those who asked to be told */
};

#endif
