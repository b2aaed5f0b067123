/*
 * tls_wire -- the ciphertext side of a TLS session: what wolfSSL reads and
 * writes instead of a socket.
 *
 * Input comes out of one buffer that is filled by reads of up to 64 KiB from
 * the transport below; it is held only while it has bytes in it.  Output is
 * queued, and goes below when tls_wire_flush() is called, so that wolfSSL's
 * writes never block.
 *
 * The wire outlives its session when bytes are left to send at its end.
 */
#ifndef CORE_TRANSPORT_TLS_WIRE_H
#define CORE_TRANSPORT_TLS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "transport/tls_context.h"
#include "transport/transport.h"

/* Ciphertext queued before a flush is tried, and before no more is taken. */
#define TLS_WIRE_HIGH ((size_t)65536)

struct tls_wire {
    struct transport *below;
    struct loop *loop;
    struct tls_context *context;
    unsigned wanted; /* of below */

    uint8_t *in; /* NULL: nothing buffered */
    size_t in_begin;
    size_t in_end;
    enum io read_io; /* of the last read from below */
    bool may_read;   /* below said so, and was not read empty since */
    bool has_read;   /* something came */
    bool is_told;    /* to the trace, as long as the handshake lasts */
    /* What came first is no TLS record (RFC 8446 5.1). */
    bool is_foreign;
    bool is_http; /* but an HTTP answer */

    struct buf out;
    bool is_blocked; /* below takes no more now */
    bool is_broken;  /* below takes nothing any more: fault */
    struct fault fault;
    struct loop_task *on_output; /* scheduled when something was queued */

    struct loop_timer linger;
    struct loop_task reap;
};

/* Takes the transport; its events are the caller's to set. */
struct tls_wire *tls_wire_new(struct loop *loop, struct transport *below,
                              struct tls_context *c,
                              struct loop_task *on_output);

/* Below reported LOOP_READ.  Nothing is read before, and a read that does not
 * fill the buffer is the last until it does so again: a handshake and a short
 * answer cost no read that finds nothing. */
static inline void tls_wire_on_readable(struct tls_wire *w)
{
    w->may_read = true;
}

/* wolfSSL's I/O callbacks, with the wire as their context. */
struct WOLFSSL;
int tls_wire_receive(struct WOLFSSL *ssl, char *to, int size, void *wire);
int tls_wire_send(struct WOLFSSL *ssl, char *from, int size, void *wire);

/* As much as below takes.  When that fails, what the peer sent before (an
 * early answer to an upload) can still be read. */
void tls_wire_flush(struct tls_wire *w);

static inline bool tls_wire_has_input(const struct tls_wire *w)
{
    return w->in_begin < w->in_end;
}

/* Nothing more comes from below, and all that came was read. */
static inline bool tls_wire_has_ended(const struct tls_wire *w)
{
    return w->read_io == IO_EOF && !tls_wire_has_input(w);
}

/* Gives the input buffer back if it is empty. */
void tls_wire_rest(struct tls_wire *w);

/* Asks below for what is needed: room if blocked, bytes if reading. */
void tls_wire_want(struct tls_wire *w, bool reading);

/* The session is over: closes below, after what is queued has been sent, but
 * no later than in five seconds.  The wire frees itself. */
void tls_wire_close(struct tls_wire *w);
/* At once, whatever is queued. */
void tls_wire_abort(struct tls_wire *w);

#endif
