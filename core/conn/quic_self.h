/*
 * quic_self -- the connection object, for the files that make up quic.
 *
 * Private to core/conn/quic*.c.  Whoever is outside has quic.h (clients and
 * applications) and quic_accept.h (the listener of a server).
 */
#ifndef CORE_CONN_QUIC_SELF_H
#define CORE_CONN_QUIC_SELF_H

#include <ngtcp2/ngtcp2.h>

#include "base/err.h"
#include "base/list.h"
#include "base/qlog.h"
#include "conn/quic_app.h"
#include "conn/quic_guard.h"
#include "conn/quic_liveness.h"
#include "conn/quic_numbers.h"
#include "conn/quic_tls.h"
#include "io/addr.h"
#include "io/loop.h"
#include "settings/settings.h"

struct datagram_path;
struct quic_echo;
struct quic_link;

enum quic_state {
    QUIC_HANDSHAKE,
    QUIC_RUNNING,
    QUIC_ENDED,   /* over; the application's on_closed is owed */
    QUIC_CLOSING, /* a server's: answers stray packets with its goodbye */
    QUIC_SILENT,  /* a server's: the peer closed, stray packets are dropped */
    QUIC_GONE,    /* freed in the reap phase */
};

/* The one in use and another: more are of no use before multipath. */
#define QUIC_PATHS_MAX 2

/* One of a client's (quic_paths.h). */
struct quic_path {
    struct quic *quic;
    struct datagram_path *datagrams; /* NULL: no path */
    ngtcp2_path at;                  /* its addresses, where they lie */
    unsigned refusals;               /* ICMP since the last packet */
    bool is_tried;                   /* a migration to it has begun */
    bool is_unanswered;              /* its validation has failed */
    bool is_stranded;                /* its own address is gone */
};

/* A run of packets that a full path did not take; sent before anything new. */
struct quic_held {
    struct list link;
    size_t len;
    size_t sent;
    size_t segment;
    uint8_t ecn;
    ngtcp2_path_storage on;
    uint8_t bytes[];
};

/* How the connection ends, once somebody has said so. */
struct quic_ending {
    bool is_asked;
    bool is_quiet;   /* the owner closed it: no on_closed */
    bool is_told;    /* the peer shall get a CONNECTION_CLOSE */
    bool is_drained; /* the peer sent one */
    ngtcp2_ccerr error;
    struct fault why;
};

/* The goodbye of a server's connection, for peers that missed it. */
struct quic_goodbye {
    uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
    size_t len;
    size_t nreceived;
    size_t answer_at; /* the next answer goes to that many packets */
};

/* Of a client that may send before the handshake is complete. */
struct quic_early {
    bool is_open; /* it may, and does not know yet what becomes of it */
    enum early_data outcome;
    uint64_t bytes; /* of streams, so far */
    char *params;   /* what tickets are kept with: transport parameters, */
    struct loop_timer await; /* armed: a ticket is about to come */
    bool is_awaited;
    char *remembered; /* the application's, and where the peer was */
    char address[ADDR_TEXT_MAX];
};

/* Changes of keys (quic_keys.h). */
struct quic_keys {
    uint64_t updates; /* that have taken place, ours and the peer's */
    uint64_t next_at; /* packets sent: then we begin another */
    bool is_known;    /* that the first keys have followers */
    bool is_ready;    /* the next keys are there */
    bool is_ours;     /* the last change was begun here */
};

struct quic {
    struct loop *loop;
    const struct settings *settings;
    ngtcp2_conn *conn;
    enum quic_state state;
    struct quic_app *app;                   /* NULL: not yet, or gone */
    const struct quic_protocol *protocol;   /* of every app it has */
    struct quic_link *link;                 /* a server's; NULL: a client */
    struct quic_path paths[QUIC_PATHS_MAX]; /* a client's */
    const struct quic_path *told_path;      /* that the application knows */
    bool was_unanswered;                    /* another one that was tried */
    struct quic_tls tls;
    struct quic_early early;
    struct list held;    /* in the order in which they leave */
    size_t datagram_max; /* that the application was told of */
    int streams_owed;    /* bytes; see quic_packet.c */
    struct quic_ending ending;
    struct quic_goodbye *goodbye;
    struct quic_guard guard;
    struct quic_liveness liveness; /* a client's: of its peer */
    struct quic_echo *echo;        /* NULL: nobody measures */
    struct quic_keys keys;
    struct quic_numbers numbers; /* a client's */
    uint64_t keep_alive;         /* ns; 0: off */
    uint64_t remote_bidi;        /* see quic_remote_bidi_max() */
    size_t surplus[2]; /* streams of the peer that none follows when they are
                          over; [1]: with one direction */
    unsigned depth;    /* calls into ngtcp2 that may call back */
    bool was_reset;    /* by a stateless reset */
    struct qlog *qlog; /* its trace; NULL: nobody wants one */
    uint64_t opened_at;
    uint64_t start;
    struct loop_timer timer;
    struct loop_task flush;
    struct loop_task end;
    struct loop_task reap;
};

/* Handshake done, or early data allowed, and not yet over: the application hears
 * of events. */
static inline bool quic_is_running(const struct quic *q)
{
    return (q->state == QUIC_RUNNING || q->early.is_open) &&
           !q->ending.is_asked;
}

static inline bool quic_is_over(const struct quic *q)
{
    return q->state >= QUIC_ENDED;
}

#endif
