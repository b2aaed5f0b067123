/*
 * h3_call -- one exchange on a client's HTTP/3 connection.
 *
 * Which stream it is on, and what the end of the stream or of the connection
 * means for it; conn/h3.c is the connection.
 */
#ifndef CORE_CONN_H3_CALL_H
#define CORE_CONN_H3_CALL_H

#include "conn/conn.h"
#include "conn/h3_session.h"

struct h3 {
    struct conn conn;
    struct h3_session session;
    struct list unsent;    /* calls that got no stream */
    struct list doubting;  /* calls that wait for a sign of the peer's life */
    struct loop_task turn; /* unsent calls, capacity, the end of a drain */
    struct loop_task reap;
    struct loop_timer confirm; /* early data without an answer ends then */
    size_t nswitched;          /* calls whose stream is another protocol's */
    uint64_t ping_interval;    /* ns, that their owners want; 0: none does */
    bool is_leaving;           /* GOAWAY came, or the owner drains */
    bool has_capacity;         /* on_capacity() is due in the next turn */
    bool has_features;         /* on_features() is: the peer's SETTINGS came */
};

/* One exchange on this connection; in its arena. */
struct h3_call {
    struct h3 *h;
    struct exchange *ex;
    struct h3_stream *stream; /* NULL: unsent */
    struct list link;
    struct fault why; /* that ends an unsent call; ERR_NONE: it is returned */
    struct loop_timer expect; /* for 100 Continue */
    bool holds_body;          /* until 100 Continue, or `expect` */
    bool was_early;           /* the server did not take it as early data */
    bool is_answered;         /* the response is whole, the upload goes on */
    int status;               /* of the final head; 0: none yet */
    bool is_switched;         /* that head made it another protocol's stream */
};

/* Puts the request on a stream; if there is none to be had the call is
 * unsent. */
void h3_call_send(struct h3_call *call);
/* Gives the call's stream up, in both directions. */
void h3_call_abandon(struct h3_call *call);
/* The connection forgets the exchange; nobody is told. */
void h3_call_release(struct h3_call *call);
/* The connection forgets the exchange, whose sink hears on_done(): why is NULL
 * for success. */
void h3_call_finish(struct h3_call *call, const struct fault *why);
/* The connection forgets the exchange and returns it to the owner as not
 * processed; unless the server has begun to answer: then it has processed the
 * request, whatever it says, and the exchange ends with ERR_PARTIAL. */
void h3_call_give_back(struct h3_call *call, enum conn_return how,
                       const struct fault *why);
/* As h3_call_send(), on a connection that may be dead: a request that may be sent
 * twice goes at once, another one when the peer has shown that it lives. */
void h3_call_send_doubtfully(struct h3_call *call);
/* The peer lives. */
void h3_call_trust(struct h3 *h);
/* Fires when 100 Continue does not come. */
void h3_call_on_expect(struct loop_timer *t, uint64_t now);

/* The calls of h3_session_ops that concern one exchange. */
void h3_call_head(struct h3_session *s, struct h3_stream *st);
enum sink_flow h3_call_body(struct h3_session *s, struct h3_stream *st,
                            struct span data);
void h3_call_trailers(struct h3_session *s, struct h3_stream *st);
void h3_call_end(struct h3_session *s, struct h3_stream *st);
void h3_call_cut(struct h3_session *s, struct h3_stream *st,
                 const struct h3_session_cut *cut);
enum io h3_call_pull(struct h3_session *s, struct h3_stream *st, uint8_t *buf,
                     size_t cap, size_t *n);
void h3_call_sent(struct h3_session *s, struct h3_stream *st);
void h3_call_stopped(struct h3_session *s, struct h3_stream *st);

/* The connection is kept alive while it carries streams of other protocols. */
void h3_call_keep_alive(struct h3 *h);

#endif
