/*
 * h2_output -- what a session has to say, gathered and written.
 */
#ifndef CORE_CONN_H2_OUTPUT_H
#define CORE_CONN_H2_OUTPUT_H

#include "conn/h2_session_self.h"

/* Gathered at a time; h2_frames stops DATA there. */
#define H2_OUTPUT_MAX ((size_t)64 * 1024)

/* Asks the transport for this readiness, if it was not asked already. */
void h2_output_want(struct h2_session *s, unsigned events);

/* Writes as much as the transport takes and the turn allows; what is left
 * goes on when the transport is ready.  False: it takes nothing more, its fault
 * says why. */
bool h2_output_flush(struct h2_session *s);

#endif
