/*
 * qlog_line -- an event of a connection's trace as a line that people read, for
 * -vv and -vvv; --qlog-dir has the event as it is.
 *
 *     http2:frame_created {"stream_id":1,"payload_length":39,"frame":{...}}
 *     HTTP/2 -> HEADERS, stream 1, 39 bytes, end of stream: 6 fields
 *
 * Everything that is not said in words comes as name=value.
 */
#ifndef CLI_TELEMETRY_QLOG_LINE_H
#define CLI_TELEMETRY_QLOG_LINE_H

#include "core/base/span.h"
#include "core/base/str.h"

/* `event`: its name, a space, and its values as an object of JSON; anything else
 * is added as it is. */
void qlog_line_add(struct str *out, struct span event);

#endif
