/*
 * quiver/ping -- round trips to a server, measured without a request.
 *
 *   qv_ping_start -> on_open -> on_answer ... -> on_closed
 *
 * Over a connection of its own: PING frames of QUIC (RFC 9000 19.2) or HTTP/2
 * (RFC 9113 6.7); HTTP/1 has none.  Or without any connection: QUIC packets of
 * a version that nobody speaks, which whoever speaks QUIC answers with the
 * versions that it does (RFC 9000 6, RFC 8999 6), before any handshake.
 */
#ifndef QUIVER_PING_H
#define QUIVER_PING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quiver/error.h"
#include "quiver/transfer.h"

struct qv_client;

enum qv_ping_kind {
    QV_PING_CONNECTION,
    QV_PING_VERSIONS,
};

struct qv_ping_opened {
    const char *http_version; /* "1.1", "2", "3"; "": no connection */
    bool can_ping;            /* false: qv_ping_send() never will */
    const char *quic_version; /* "v1"; "": not over QUIC */
    const char *remote_ip;
    unsigned remote_port;
    const char *local_ip;
    unsigned local_port;
    uint64_t conn_id;
    uint64_t time_connect; /* ns until it was open, from the start */
};

struct qv_ping_answer {
    uint64_t seq;
    uint64_t rtt;  /* ns, less what the peer says that it has held */
    uint64_t held; /* ns: it waited so long with its acknowledgement */
    /* This answer came with that to a later ping: its time says nothing. */
    bool is_shared;
    const uint32_t *versions; /* of QV_PING_VERSIONS, in the server's order */
    size_t nversions;
};

struct qv_ping;

/* Every callback may send, and cancel the ping. */
struct qv_ping_ops {
    /* How its connection came to be, or why it did not, as of a transfer:
     * before on_open or on_closed, and only if the client explains
     * (qv_client_options.explains).  For the call.  NULL: nobody wants it. */
    void (*on_how)(struct qv_ping *p, const struct qv_result *how);
    /* QV_PING_VERSIONS: for each address that is tried, when it is. */
    void (*on_open)(struct qv_ping *p, const struct qv_ping_opened *o);
    void (*on_answer)(struct qv_ping *p, const struct qv_ping_answer *a);
    /* Once and last, not after a cancel: it could not be opened, or is lost.
     * QV_PING_VERSIONS: nobody is there at any address, by the word of the
     * network (ICMP). */
    void (*on_closed)(struct qv_ping *p, const struct qv_error *error);
};

struct qv_ping {
    const struct qv_ping_ops *ops;
    void *state; /* the engine's */
};

/* Of the request, URL and options count.  It is borrowed until the end; nothing
 * is called back before this has returned. */
void qv_ping_start(struct qv_client *c, struct qv_ping *p,
                   enum qv_ping_kind kind, const struct qv_request *request);
/* Asks once more; seq: from 1, another one each time.  False: not now, nothing
 * was sent. */
bool qv_ping_send(struct qv_ping *p, uint64_t seq);
void qv_ping_cancel(struct qv_ping *p); /* no on_closed comes */

#endif
