/*
 * ping_control -- nobody has answered version probes: what else tells whether
 * the server is there?
 *
 * A handshake of QUIC: there are servers that are silent on versions that they
 * do not know.  Then a connection over TCP to the same port: if that works, it
 * is UDP that does not get through.
 */
#ifndef CLI_PING_PING_CONTROL_H
#define CLI_PING_PING_CONTROL_H

#include "ping/ping_text.h"

struct ping_control {
    struct qv_client *client;
    struct qv_request request;
    struct qv_options options;
    uint64_t patience; /* ns for each of the two */
    void (*on_done)(struct ping_control *c, enum ping_verdict verdict,
                    const char *because);
    /* private: */
    bool is_tcp;
    struct qv_ping ping;
    struct qv_timer timer;
};

/* The members above are set, the rest is zero; on_done comes later, unless it is
 * stopped before. */
void ping_control_start(struct ping_control *c);
void ping_control_stop(struct ping_control *c);

#endif
