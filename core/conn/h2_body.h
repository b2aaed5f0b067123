/*
 * h2_body -- the body of a stream on its way out: DATA frames pulled from its
 * source straight into the session's output.
 */
#ifndef CORE_CONN_H2_BODY_H
#define CORE_CONN_H2_BODY_H

#include <nghttp2/nghttp2.h>

#include "conn/h2_stream.h"

#define H2_BODY_FRAME_HEAD 9 /* RFC 9113 4.1 */

/*
 * Pulls what the next DATA frame of at most cap bytes holds, and leaves it
 * behind the place of the frame's head: h2_body_frame(), which comes next,
 * fills that in.  Returns and sets *flags as nghttp2 wants it of a read
 * callback.  The stream may be gone afterwards.
 */
nghttp2_ssize h2_body_pull(struct h2_stream *st, size_t cap, uint32_t *flags);
void h2_body_frame(struct h2_session *s, const uint8_t *head, size_t len);

#endif
