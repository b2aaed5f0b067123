/*
 * quiver/channel -- a stream that is open both ways: HTTP datagrams and
 * capsules (RFC 9297), WebSocket (RFC 6455, 8441, 9220), WebTransport, or bytes
 * after an Upgrade.
 *
 *   qv_channel_start -> on_open -> on_event ... -> on_closed
 *                 '--------------------------------^
 *
 * Events come in the order in which they arrived; datagrams may come before
 * on_open, since nothing orders them behind the response's head.
 */
#ifndef QUIVER_CHANNEL_H
#define QUIVER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quiver/error.h"
#include "quiver/transfer.h"

struct qv_client;

enum qv_channel_kind {
    QV_CHANNEL_KIND_DATAGRAMS, /* HTTP datagrams, capsules and stream bytes */
    QV_CHANNEL_KIND_WEBSOCKET,
    QV_CHANNEL_KIND_WEBTRANSPORT,
    QV_CHANNEL_KIND_BYTES, /* Upgrade: raw bytes both ways */
    /* Through the proxy at the URL to `target`: bytes by CONNECT, each side of
     * which ends alone; */
    QV_CHANNEL_KIND_CONNECT,
    /* packets by CONNECT-UDP (RFC 9298), of which the URL names the target; those
     * that fit no datagram go in capsules. */
    QV_CHANNEL_KIND_UDP,
};

/* What carries HTTP datagrams. */
enum qv_channel_transport {
    QV_CHANNEL_OVER_ANY,      /* QUIC's datagrams if both sides have them */
    QV_CHANNEL_OVER_QUIC,     /* nothing else will do */
    QV_CHANNEL_OVER_CAPSULES, /* DATAGRAM capsules on the stream */
};

struct qv_channel_request {
    /* URL (ws and wss are schemes too), headers, user agent, options.  Without
     * a body; method NULL, but for is_unspecified. */
    struct qv_request request;
    enum qv_channel_kind kind;
    const char *protocol; /* :protocol, or what Upgrade names; NULL: the kind's
                             own */
    const char *target; /* CONNECT's "host:port"; an IPv6 address in brackets */
    enum qv_channel_transport transport;
    bool has_capsules; /* the protocol uses capsules: capsule-protocol: ?1 */
    /* The method of the request, without a protocol: for experiments, since
     * RFC 9297 2 allows datagrams to defined semantics only. */
    bool is_unspecified;
    const char *const *subprotocols; /* WebSocket's */
    size_t nsubprotocols;
    bool no_deflate;          /* permessage-deflate is not offered */
    uint64_t open_timeout;    /* ns until on_open; 0: none but the options' */
    uint64_t message_timeout; /* ns without anything from the peer; 0: any */
    uint64_t ping_interval;   /* ns; 0: none */
    uint64_t linger;    /* ns for the peer's end after ours; 0: the kind's */
    size_t queue;       /* outgoing datagrams that wait; 0: the default */
    uint64_t queue_age; /* ns that they may wait; 0: any */
    size_t max_message; /* bytes, of what comes; 0: 16 MiB */
};

struct qv_channel_opened {
    struct qv_head head;
    const char *transport;   /* "datagram", "capsule", "stream" */
    const char *why;         /* it is that one, for people; "" */
    const char *protocol;    /* as asked for */
    const char *subprotocol; /* that was chosen; "": none */
    const char *extensions;  /* that are in use; "" */
    size_t max; /* bytes of the largest datagram now; 0: no datagrams */
    const char *remote_ip;
    unsigned remote_port;
    uint64_t conn_id;
    bool conn_reused;
};

enum qv_channel_what {
    QV_CHANNEL_DATAGRAM,
    QV_CHANNEL_TEXT,
    QV_CHANNEL_BINARY,
    QV_CHANNEL_STREAM, /* bytes, in pieces as they come */
    QV_CHANNEL_CAPSULE,
    QV_CHANNEL_PING,
    QV_CHANNEL_PONG,
    QV_CHANNEL_TRAILERS,
    QV_CHANNEL_DROP, /* `count` outgoing datagrams were not sent: `text` */
    QV_CHANNEL_MAX,  /* `count` is the largest datagram from now on */
    QV_CHANNEL_STREAM_OPEN,  /* WebTransport: the peer has opened `stream` */
    QV_CHANNEL_STREAM_RESET, /* the peer gives it up: `count` is the code */
    QV_CHANNEL_STREAM_STOP,  /* the peer wants no more on it: the same */
    QV_CHANNEL_DRAIN,        /* the peer wants no new channels: GOAWAY */
    QV_CHANNEL_END, /* CONNECT: the peer's side is complete, ours goes on */
};

struct qv_channel_event {
    enum qv_channel_what what;
    const void *data; /* for this call */
    size_t len;
    int64_t stream; /* of WebTransport; -1: the channel's own */
    bool is_end;    /* STREAM: the last of it; STREAM_OPEN: it has the peer's
                       direction alone */
    uint64_t type;  /* of a capsule */
    uint64_t count;
    const char *text;
    const struct qv_field *fields; /* TRAILERS */
    size_t nfields;
};

/* Who ended it. */
enum qv_channel_by {
    QV_CHANNEL_BY_US,
    QV_CHANNEL_BY_PEER,
    QV_CHANNEL_BY_TRANSPORT, /* the connection was lost, or time is up */
};

struct qv_channel_stats {
    uint64_t messages_in; /* datagrams, texts, binaries */
    uint64_t messages_out;
    uint64_t bytes_in; /* of their payloads, and of stream bytes */
    uint64_t bytes_out;
    uint64_t datagrams_sent;
    uint64_t datagrams_acked;
    uint64_t datagrams_lost;    /* for the transport: held for lost */
    uint64_t datagrams_dropped; /* never sent: queue full, too old, too large */
    uint64_t datagrams_received;
    uint64_t datagrams_missed; /* came while the caller had paused for long */
    uint64_t rtt;              /* ns; 0: unknown */
    size_t max;                /* the largest datagram now */
};

struct qv_channel_result {
    struct qv_error error; /* status 0: a clean end */
    int response_code;     /* 0: no answer */
    const char *http_version;
    enum qv_channel_by by;
    bool has_code;
    uint64_t code; /* WebSocket's close code, or the reset's */
    const char *reason;
    double time_open; /* s until on_open, negative: it never was */
    double time_total;
    struct qv_channel_stats stats;
    /* How it was opened, as of a transfer; lives until the end of the turn.
     * NULL: the client does not explain (qv_client_options.explains). */
    const struct qv_result *how;
};

struct qv_channel;

/* Every callback may send, end, close and cancel the channel. */
struct qv_channel_ops {
    /* Before it nothing can be sent. */
    void (*on_open)(struct qv_channel *ch, const struct qv_channel_opened *o);
    /* QV_PAUSE: taken; no more until qv_channel_resume(): the peer's stream
     * waits then, and datagrams that do not fit into the queue are dropped. */
    enum qv_flow (*on_event)(struct qv_channel *ch,
                             const struct qv_channel_event *e);
    /* qv_channel_send() takes again after it said QV_CHANNEL_SEND_FULL. */
    void (*on_drain)(struct qv_channel *ch);
    /* The body of an answer that refuses (QV_EXIT_HTTP_STATUS, QV_EXIT_NOT_NEGOTIATED), as
     * it comes, before on_closed. */
    void (*on_refusal)(struct qv_channel *ch, const struct qv_head *head,
                       const void *data, size_t len);
    /* Exactly once, and last; not after a cancel. */
    void (*on_closed)(struct qv_channel *ch,
                      const struct qv_channel_result *result);
};

struct qv_channel {
    const struct qv_channel_ops *ops; /* on_open, on_event, on_closed are set */
    void *state;                      /* the engine's */
};

/* Bad input is reported by on_closed as well.  The request is borrowed until
 * on_closed; nothing is called back before this has returned. */
void qv_channel_start(struct qv_client *c, struct qv_channel *ch,
                      const struct qv_channel_request *request);
void qv_channel_cancel(struct qv_channel *ch); /* no on_closed comes */
void qv_channel_resume(struct qv_channel *ch);

enum qv_channel_sent {
    QV_CHANNEL_SEND_OK,
    QV_CHANNEL_SEND_FULL,      /* not taken, not open yet: on_drain comes */
    QV_CHANNEL_SEND_TOO_LARGE, /* not taken: qv_channel_max() */
    QV_CHANNEL_SEND_ENDED,     /* not taken: our side is closed */
    QV_CHANNEL_SEND_CANNOT,    /* not taken: this kind has no such thing */
};

struct qv_channel_message {
    enum qv_channel_what what; /* DATAGRAM, TEXT, BINARY, STREAM, PING, PONG,
                                  UNKNOWN_CAPSULE */
    const void *data;
    size_t len;
    int64_t stream; /* of WebTransport; -1: the channel's own */
    uint64_t type;  /* of a capsule */
};

/* Copies.  A datagram is never refused for want of room: the oldest goes, and
 * is told as a drop. */
enum qv_channel_sent qv_channel_send(struct qv_channel *ch,
                                     const struct qv_channel_message *m);
/* Our side is complete: FIN, or a close frame with this code and reason (0 and
 * NULL: the kind's own).  What the peer still sends arrives until it has ended
 * too, or the linger is over.  What was sent before goes first. */
void qv_channel_end(struct qv_channel *ch, uint64_t code, const char *reason);

/* Bytes of the largest datagram now; 0: none can be sent. */
size_t qv_channel_max(const struct qv_channel *ch);
/* As they are now; after on_closed, all zero: the result has them. */
void qv_channel_get_stats(const struct qv_channel *ch,
                          struct qv_channel_stats *stats);
/* Cancels it, and tells what on_closed would have told of such an end. */
void qv_channel_give_up(struct qv_channel *ch,
                        struct qv_channel_result *result);

/* ---- WebTransport ---- */

/* -1: the peer allows no more now. */
int64_t qv_channel_open_stream(struct qv_channel *ch, bool is_uni);
/* False: there is no such stream, or nothing more of ours goes on it. */
bool qv_channel_end_stream(struct qv_channel *ch, int64_t stream);
/* Both ways.  False: there is no such stream. */
bool qv_channel_reset_stream(struct qv_channel *ch, int64_t stream,
                             uint32_t code);

#endif
