/*
 * quic_toy -- an application over QUIC that sends what it is told to, or sends
 * back what it receives, and remembers what happened.  It has an ALPN name and
 * error codes of its own: what QUIC says of HTTP/3 must come from h3.
 */
#ifndef TESTS_QUIC_TOY_H
#define TESTS_QUIC_TOY_H

#include "base/str.h"
#include "conn/quic.h"

#define QUIC_TOY_STREAMS 64

enum quic_toy_code {
    QUIC_TOY_DONE = 0x70,
    QUIC_TOY_BROKEN = 0x71,
    QUIC_TOY_BUSY = 0x72,
    QUIC_TOY_OTHER = 0x73, /* has no name */
};

extern const struct quic_protocol quic_toy_protocol;

struct quic_toy_stream {
    int64_t id;
    struct str out; /* all that is to be sent; stays until the end */
    size_t sent;
    bool has_fin; /* nothing more comes into `out` */
    bool is_fin_sent;
    bool is_blocked;
    size_t acked;
    struct str in; /* when the toy keeps what it gets */
    size_t received;
    bool is_complete; /* the peer's FIN came */
    bool is_closed;
    uint64_t reset_code;
    uint64_t stop_code;
};

struct quic_toy {
    struct quic_app app;
    struct quic_app_ops ops; /* its own: a test may change the protocol */
    struct loop *loop;
    struct quic *quic;
    bool is_echo;
    bool is_keeping; /* keeps bytes received, to be compared */
    bool is_stingy;  /* gives no credit for bytes received */
    bool is_failing; /* stops at the first byte, without a reason */
    bool is_open;
    bool is_closed;
    struct fault why;
    size_t nalive;        /* on_alive() */
    size_t npaths;        /* on_path() */
    size_t nfailed_paths; /* that were tried */
    size_t nstreams;
    struct quic_toy_stream streams[QUIC_TOY_STREAMS];
    struct str datagram; /* the last one received */
    size_t ndatagrams;   /* received */
    /* What it sends as datagrams: so many copies of `shot`, as fast as it goes;
     * each has its number as id. */
    struct span shot;
    size_t shots;
    size_t nshot;
    size_t nshot_acked;
    size_t nshot_lost;
    size_t nshot_too_large;
    /* What a test wants to do when the connection opens or has news. */
    void (*on_open)(struct quic_toy *t);
    void (*on_news)(struct quic_toy *t);
    void *test;
};

void quic_toy_init(struct quic_toy *t, struct loop *loop);
void quic_toy_fini(struct quic_toy *t);

/* On a new bidirectional stream. */
struct quic_toy_stream *quic_toy_send(struct quic_toy *t, struct span data,
                                      bool fin);
/* So many more datagrams; the bytes stay the caller's. */
void quic_toy_shoot(struct quic_toy *t, struct span shot, size_t shots);
struct quic_toy_stream *quic_toy_find(struct quic_toy *t, int64_t id);

#endif
