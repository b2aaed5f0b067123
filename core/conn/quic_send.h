/*
 * quic_send -- everything that is to be sent now, in as few system calls as
 * the kernel allows.
 */
#ifndef CORE_CONN_QUIC_SEND_H
#define CORE_CONN_QUIC_SEND_H

struct quic;

/*
 * Asks the application until it has nothing, or congestion, pacing or the
 * socket say stop.  Errors are left to quic_close_settle().
 */
void quic_send(struct quic *q);
/* What a full socket did not take will not be sent. */
void quic_send_drop_held(struct quic *q);

#endif
