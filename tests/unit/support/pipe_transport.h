/*
 * pipe_transport -- two transports joined in memory, for tests.
 *
 * What one end writes the other reads, over a real loop but without sockets:
 * loop_run() returns when both ends have nothing left to do.  Each end can be
 * made as nasty as a network: pieces of one byte a turn, a small window, a
 * failure at the n-th call, a connection cut.
 *
 * A test that plays one of the two sides itself leaves that end's events NULL
 * and uses pipe_transport_send() and pipe_transport_receive() on it.  An end
 * lives until transport_close(), whatever happens to the other.
 */
#ifndef TESTS_UNIT_SUPPORT_PIPE_TRANSPORT_H
#define TESTS_UNIT_SUPPORT_PIPE_TRANSPORT_H

#include "base/str.h"
#include "transport/transport.h"

void pipe_transport_pair(struct loop *loop, struct transport **a,
                         struct transport **b);

/* This end gets on_connected in the next turn, as a client's would. */
void pipe_transport_connect(struct transport *t);

/* A read of this end returns at most n bytes, once a turn, and a write takes
 * at most n bytes at a time.  0: no limit. */
void pipe_transport_set_piece(struct transport *t, size_t n);

/* This end holds at most n unread bytes; more make the other end's write say
 * IO_AGAIN.  0: no limit. */
void pipe_transport_set_room(struct transport *t, size_t n);

/* The n-th read or write of this end from now on fails, and all after it.
 * 0: never. */
void pipe_transport_fail_at(struct transport *t, unsigned n);
/* Reads and writes of this end so far. */
unsigned pipe_transport_calls(const struct transport *t);

/* FIN: the other end reads what is on its way, then IO_EOF. */
void pipe_transport_shut(struct transport *t);
/* RST: both ends' next read or write fails with ERR_RECV or ERR_SEND. */
void pipe_transport_cut(struct transport *t);

/* The other end has closed (or shut). */
bool pipe_transport_is_shut(const struct transport *t);

/* Writes all of it at once, whatever the limits. */
void pipe_transport_send(struct transport *t, struct span bytes);
void pipe_transport_send_text(struct transport *t, const char *text);
/* Appends all that has arrived; false once the other end has shut. */
bool pipe_transport_receive(struct transport *t, struct str *into);

#endif
