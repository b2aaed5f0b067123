/*
 * substreams -- the streams that belong to one exchange beside its own, of both
 * sides and with one or two directions: those of a WebTransport session
 * (draft-ietf-webtrans-http3).
 *
 * As with datagrams, whoever has an exchange owns one of these and gives it
 * along, and a connection that can carry them (HTTP/3's) works on it: opens
 * streams for the owner, tells what the peer opens, and forgets each when both
 * of its directions are over.  When the exchange leaves its connection every
 * one is reset, without a word.
 *
 *   owner       substreams_open(), then _write(), _end(), _reset(), _stop(),
 *               _resume(); none of them calls back
 *   connection  the callbacks; each may do anything to any of them
 */
#ifndef CORE_HTTP_SUBSTREAMS_H
#define CORE_HTTP_SUBSTREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/span.h"
#include "http/body.h"

struct substreams;

/* One of them, as its owner sees it; the connection's memory. */
struct substream {
    struct substreams *all;
    int64_t id; /* the connection's name for it, unique in the exchange */
    bool is_ours;
    bool is_uni;
    bool is_shut; /* our side takes nothing more: it ends, or is over */
    void *owner;  /* the owner's own */
};

struct substreams_ops {
    /* The peer has opened it. */
    void (*on_open)(struct substream *sub);
    /* SINK_PAUSE stops this one alone, until substreams_resume(). */
    enum sink_flow (*on_data)(struct substream *sub, struct span data);
    void (*on_end)(struct substream *sub); /* the peer's FIN */
    /* The peer gives up its side. */
    void (*on_reset)(struct substream *sub, uint32_t code);
    /* The peer wants no more of ours, which is over with that. */
    void (*on_stop)(struct substream *sub, uint32_t code);
    /* substreams_write() takes again after it said no. */
    void (*on_drain)(struct substream *sub);
    /* Both directions are over, and what was sent has arrived or was given up:
     * the last word. */
    void (*on_gone)(struct substream *sub);
};

/* What a connection does; see the functions below. */
struct substreams_carrier {
    struct substream *(*open)(struct substreams *all, bool is_uni);
    bool (*write)(struct substream *sub, struct span data);
    void (*end)(struct substream *sub);
    void (*reset)(struct substream *sub, uint32_t code);
    void (*stop)(struct substream *sub, uint32_t code);
    void (*resume)(struct substream *sub);
};

struct substreams {
    const struct substreams_ops *ops;
    size_t limit; /* that the peer may have open at once, of each sort */
    /* The connection's; NULL while there is none. */
    const struct substreams_carrier *carrier;
    void *conn;
    unsigned era; /* another with each connection: streams of one before are
                     no more */
    struct list list;
    size_t nopened[2]; /* by the peer and alive; [1]: with one direction */
};

/* The ops and the limit are set. */
static inline void substreams_init(struct substreams *all)
{
    all->carrier = NULL;
    all->era = 0;
    list_init(&all->list);
}

/* NULL: the peer allows no more now, or there is no connection. */
static inline struct substream *substreams_open(struct substreams *all,
                                                bool is_uni)
{
    return all->carrier ? all->carrier->open(all, is_uni) : NULL;
}

/* Copies.  False, and nothing is taken: too much waits (on_drain() comes), or
 * sub->is_shut. */
static inline bool substreams_write(struct substream *sub, struct span data)
{
    return sub->all->carrier->write(sub, data);
}

/* Our side is complete. */
static inline void substreams_end(struct substream *sub)
{
    sub->all->carrier->end(sub);
}

/* Our side is given up: RESET_STREAM. */
static inline void substreams_reset(struct substream *sub, uint32_t code)
{
    sub->all->carrier->reset(sub, code);
}

/* Nothing more is wanted of the peer's side: STOP_SENDING. */
static inline void substreams_stop(struct substream *sub, uint32_t code)
{
    sub->all->carrier->stop(sub, code);
}

static inline void substreams_resume(struct substream *sub)
{
    sub->all->carrier->resume(sub);
}

#endif
