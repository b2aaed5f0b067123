/*
 * transport -- an ordered byte stream to a peer.
 *
 * Implementations: tcp, tls (over any other transport), and in the tests a
 * pair joined in memory.  QUIC is not one: see transport/udp.h.
 *
 * Whoever is on top sets events and owner and may change them at any time;
 * want() after that re-arms readiness, so bytes that arrived early are not
 * lost in a hand-over: a transport that holds buffered bytes reports
 * LOOP_READ again.
 */
#ifndef CORE_TRANSPORT_TRANSPORT_H
#define CORE_TRANSPORT_TRANSPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "http/facts.h"
#include "io/loop.h"

struct transport;

struct transport_ops {
    const char *name;
    /* Up to cap bytes.  IO_EOF is an orderly end: for TLS only after
     * close_notify; a TLS stream that just stops is IO_FAILED with
     * ERR_PARTIAL ("closed without close_notify"). */
    enum io (*read)(struct transport *t, uint8_t *buf, size_t cap, size_t *n);
    /* Takes some or all bytes, in order.  IO_OK with *n > 0, or IO_AGAIN
     * (on_ready with LOOP_WRITE follows if wanted).  Bytes taken are on their
     * way or held by the transport itself and flushed by it. */
    enum io (*write)(struct transport *t, const struct span *spans, int nspans,
                     size_t *n);
    /* No more bytes follow those that were written (FIN, close_notify);
     * reading goes on. */
    void (*shut)(struct transport *t);
    /* Which readiness on_ready() shall report from now on. LOOP_READ|WRITE */
    void (*want)(struct transport *t, unsigned events);
    /* Orderly as far as it goes without waiting (close_notify, FIN); frees
     * the transport in the reap phase.  No event comes after it. */
    void (*close)(struct transport *t);
    /* Is it connected, and what is written goes out before its handshake is
     * complete?  Then on_confirmed() or on_failed() follows.  NULL: never. */
    bool (*is_early)(const struct transport *t);
    /* What is known of the path; NULL: nothing ever is. */
    void (*path_stats)(const struct transport *t, struct path_stats *stats);
};

/* How the handshake has ended of what was early. */
struct transport_confirmed {
    const struct tls_facts *tls;
    /* Rejected: the transport itself has sent it again. */
    enum early_data outcome;
    uint64_t bytes; /* that were early */
};

struct transport_events {
    void (*on_connected)(struct transport *t); /* once; only if opening */
    /* Once, of one that was early; NULL: the owner need not know. */
    void (*on_confirmed)(struct transport *t,
                         const struct transport_confirmed *how);
    void (*on_ready)(struct transport *t, unsigned events);
    void (*on_failed)(struct transport *t); /* why: t->fault */
};

struct transport {
    const struct transport_ops *ops;
    const struct transport_events *events;
    void *owner; /* of whoever set events: its own */
    struct fault fault;
};

static inline enum io transport_read(struct transport *t, uint8_t *buf,
                                     size_t cap, size_t *n)
{
    return t->ops->read(t, buf, cap, n);
}

static inline enum io transport_write(struct transport *t,
                                      const struct span *spans, int nspans,
                                      size_t *n)
{
    return t->ops->write(t, spans, nspans, n);
}

/* Writes until the queue is empty (IO_OK) or the transport takes no more (its own
 * answer).  *n: bytes that it took, whatever the answer. */
enum io transport_write_queue(struct transport *t, struct buf *queue,
                              size_t *n);

static inline bool transport_is_early(const struct transport *t)
{
    return t->ops->is_early && t->ops->is_early(t);
}

static inline void transport_shut(struct transport *t)
{
    t->ops->shut(t);
}

static inline void transport_want(struct transport *t, unsigned events)
{
    t->ops->want(t, events);
}

static inline void transport_path_stats(const struct transport *t,
                                        struct path_stats *stats)
{
    if (t->ops->path_stats)
        t->ops->path_stats(t, stats);
}

static inline void transport_close(struct transport *t)
{
    t->ops->close(t);
}

#endif
