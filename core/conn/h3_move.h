/*
 * h3_move -- a client's HTTP/3 connection goes over to another path (RFC 9000 9), and
 * says so.
 */
#ifndef CORE_CONN_H3_MOVE_H
#define CORE_CONN_H3_MOVE_H

#include "conn/h3_call.h"

/* The call migrate of conn_ops. */
enum conn_move h3_move(struct conn *c, bool is_forced);
/* It goes on from there: the facts are those of the new path. */
void h3_move_done(struct h3 *h);

#endif
