/*
 * h3_errors -- the error codes of HTTP/3 and QPACK: which one leaves for an
 * error that nghttp3 reports, what one that arrives means for a request.
 */
#ifndef CORE_CONN_H3_ERRORS_H
#define CORE_CONN_H3_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/* RFC 9297 5.2; nghttp3 does not know it. */
#define H3_ERRORS_DATAGRAM UINT64_C(0x33)

/* The code to close the connection or the stream with (RFC 9114 8.1,
 * RFC 9204 6).  is_request: it came while a request stream was read. */
uint64_t h3_errors_code(int liberr, bool is_request);

/* *f is this kind of error with "<what>: <name> (0x...)" as text. */
void h3_errors_fault(struct fault *f, enum err kind, uint64_t wire,
                     const char *what);

/*
 * The server reset the stream of a request.  ERR_PARTIAL once a final head was
 * seen.  Before that ERR_H3 when the peer says that we broke the protocol or
 * must speak another one, ERR_RECV when the same request may work later; and
 * the remedy that the code implies.
 */
void h3_errors_reset(struct fault *f, uint64_t code, bool has_head);

/* The peer closed the connection with this code: ERR_NONE for H3_NO_ERROR,
 * else ERR_H3, and the remedy that the code implies. */
void h3_errors_closed(struct fault *f, uint64_t code);

#endif
