/*
 * quic_app -- the application over a QUIC connection: what it is told, and what
 * it may call.
 */
#ifndef CORE_CONN_QUIC_APP_H
#define CORE_CONN_QUIC_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "conn/quic_protocol.h"

struct qlog;
struct quic;
struct quic_app;

/* At most this many spans leave the application in one next_send(). */
#define QUIC_SPANS_MAX 16

/* An unreliable datagram of the application's (RFC 9221), in two parts. */
struct quic_datagram {
    uint64_t id; /* the application's own, by which it hears of its fate */
    struct span head;
    struct span body;
};

/*
 * The application over a connection.  All callbacks come from the turn of the
 * connection; the application may call any quic_ function inside them.
 */
struct quic_app_ops {
    /* The same for every application that a connection has in its life. */
    const struct quic_protocol *protocol;
    /* Handshake complete and peer verified: streams may be opened. */
    void (*on_open)(struct quic_app *app);
    /*
     * The same, in place of on_open(), of an application that could open streams
     * before (quic_is_early()).  If quic_early_outcome() is EARLY_DATA_REJECTED,
     * all of them are gone, without a word, and their numbers are used again.
     * NULL: it opens none before on_open(), which comes.
     */
    void (*on_confirmed)(struct quic_app *app);
    /* False: the connection closes with the error that quic_fail() was
     * given. */
    bool (*on_stream_data)(struct quic_app *app, int64_t id, struct span data,
                           bool fin);
    /* len more bytes of what was sent on the stream are acknowledged. */
    void (*on_stream_acked)(struct quic_app *app, int64_t id, uint64_t len);
    void (*on_stream_reset)(struct quic_app *app, int64_t id, uint64_t code);
    void (*on_stop_sending)(struct quic_app *app, int64_t id, uint64_t code);
    void (*on_stream_closed)(struct quic_app *app, int64_t id, bool has_code,
                             uint64_t code);
    /* More streams of our own may be opened (MAX_STREAMS). */
    void (*on_streams_allowed)(struct quic_app *app);
    /* The peer's flow control or the congestion window opened for id. */
    void (*on_stream_unblocked)(struct quic_app *app, int64_t id);
    /* False: the application has no use for it, and the guard counts it. */
    bool (*on_datagram)(struct quic_app *app, struct span data);
    /* quic_datagram_max() is another. */
    void (*on_datagram_max)(struct quic_app *app);
    /*
     * What to send next: fills spans, sets *id and *fin; returns how many
     * spans, 0 with *fin for a bare FIN, -1 when there is nothing (*id then
     * unset).  At most one of sent(), blocked() and write_closed() follows;
     * none of them when the packet had no room or the window is closed: then
     * the same is asked for again later.  The bytes stay where they are until
     * they are acknowledged or the stream is closed.
     */
    int (*next_send)(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin);
    /* len bytes were taken; 0: the bare FIN was. */
    void (*sent)(struct quic_app *app, int64_t id, size_t len);
    void (*blocked)(struct quic_app *app, int64_t id); /* flow control */
    void (*write_closed)(struct quic_app *app,
                         int64_t id); /* reset meanwhile */
    /*
     * The datagram to send next; false when there is none.  At most one of
     * datagram_sent() and datagram_too_large() follows; neither when the packet
     * had no room: then the same is asked for again later.  The bytes stay where
     * they are until then.
     */
    bool (*next_datagram)(struct quic_app *app, struct quic_datagram *d);
    /* The datagram is in a packet, and not sent again if that is lost. */
    void (*datagram_sent)(struct quic_app *app, uint64_t id);
    /* The datagram is longer than quic_datagram_max(): it never leaves. */
    void (*datagram_too_large)(struct quic_app *app, uint64_t id);
    /* What became of one that was sent: the packet was acknowledged, or is held
     * for lost; rarely the second and then the first after all. */
    void (*on_datagram_acked)(struct quic_app *app, uint64_t id);
    void (*on_datagram_lost)(struct quic_app *app, uint64_t id);
    /* The peer has answered after quic_ask(), or after a silence.  NULL: the
     * application does not mind. */
    void (*on_alive)(struct quic_app *app);
    /* The connection has another path now (quic_facts()).  NULL: the
     * application does not mind. */
    void (*on_path)(struct quic_app *app);
    /* The path that quic_move() has begun to try was not answered: it may begin
     * anew.  NULL: the application does not mind. */
    void (*on_path_failed)(struct quic_app *app);
    /* Last call: the connection is over.  why->code is ERR_NONE when both
     * sides ended it without an error; the quic object dies in the reap
     * phase, the application frees itself. */
    void (*on_closed)(struct quic_app *app, const struct fault *why);
};

struct quic_app {
    const struct quic_app_ops *ops;
};

/* Changes the application (a new owner of the same protocol takes over before
 * on_open). */
void quic_set_app(struct quic *q, struct quic_app *app);

/* -1 when the peer's limit does not allow one now. */
int64_t quic_open_bidi(struct quic *q);
int64_t quic_open_uni(struct quic *q);
uint64_t quic_bidi_left(const struct quic *q); /* streams that may be opened */

/* Keeps the connection alive (RFC 9000 10.1.2), by PINGs while nothing else is
 * said, or not: what it carries may be silent for hours.  After `at_most` ns at
 * the latest; 0: as the idle timeouts want it. */
void quic_keep_alive(struct quic *q, bool is_on, uint64_t at_most);
/* A client's.  While something is expected, a peer that has been silent for a
 * while is asked whether it is there (PING), and the connection is over when it
 * does not answer in time (REMEDY_PATH). */
void quic_expect(struct quic *q, bool is_expected);
/* Asks it now: on_alive() follows, or the end. */
void quic_ask(struct quic *q);
/* ns since the last packet of the peer's. */
uint64_t quic_silence(const struct quic *q);
/* The peer may have so many more streams of each sort open at once, */
void quic_allow_streams(struct quic *q, size_t n);
/* or so many less: what it was allowed already cannot be taken back, so streams
 * that are over are not replaced. */
void quic_disallow_streams(struct quic *q, size_t n);

/* Bidirectional streams that the peer may have opened up to now, those that are
 * over among them: it has broken the limit if it speaks of more. */
uint64_t quic_remote_bidi_max(const struct quic *q);

/* The trace of the connection (base/qlog.h), until on_closed() or quic_close();
 * NULL: nobody wants one. */
struct qlog *quic_qlog(const struct quic *q);

/* There is something to send: next_datagram() and next_send() are called this
 * turn. */
void quic_wake(struct quic *q);
/* len bytes of the stream were used up: credits stream and connection. */
void quic_consumed(struct quic *q, int64_t id, size_t len);
/* quic_consumed() in two halves: the credit of the connection, and that of the
 * stream.  A stream whose consumer paused gives its bytes back to the
 * connection when they are put aside, and to the stream when they are taken at
 * last: so that stream stands still and the others do not. */
void quic_consumed_conn(struct quic *q, size_t len);
void quic_consumed_stream(struct quic *q, int64_t id, size_t len);
/* RESET_STREAM and STOP_SENDING with an application error code. */
void quic_reset_stream(struct quic *q, int64_t id, uint64_t code);
void quic_stop_sending(struct quic *q, int64_t id, uint64_t code);

/* Bytes that one datagram carries now, by the peer's word and the path; 0: not
 * negotiated. */
size_t quic_datagram_max(const struct quic *q);

/* CONNECTION_CLOSE with an application error, then silence: the app gets
 * on_closed in a later turn with *why (copied). */
void quic_fail(struct quic *q, uint64_t app_error, const struct fault *why);
/* Orderly end by the owner; no event follows, q is gone after this turn. */
void quic_close(struct quic *q, uint64_t app_error);

#endif
