/*
 * event_line -- what happens in a channel as lines of JSON: --out jsonl,
 * --record.
 *
 *     {"t":1.234567,"dir":"in","kind":"text","ctx":null,"stream":null,"len":5,
 *      "text":"hello","base64":null}
 *
 * t is in seconds from the start of the channel.  A payload that is UTF-8 is
 * "text", another one "base64"; the other of the two is null.  Kinds:
 *
 *     datagram text binary stream capsule ping pong    have a payload
 *     open        status, headers, version, transport, max, the connection
 *     trailers    headers
 *     drop        count and why: outgoing datagrams that were not sent
 *     max         the largest datagram from now on
 *     drain       the peer takes no new channels (GOAWAY)
 *     close       code, reason, by ("us", "peer", "transport"), error
 *
 * ctx is the context id in front of a datagram, where the protocol has them
 * (RFC 9298 4), and no part of the payload then; else null.
 *
 * payload_event.h reads such lines.
 */
#ifndef CLI_CHANNEL_EVENT_LINE_H
#define CLI_CHANNEL_EVENT_LINE_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct event_line_form {
    bool show_secrets;
    bool has_contexts;
};

/* Do a protocol's datagrams begin with a context id?  NULL: no. */
bool event_line_has_contexts(const char *protocol);

/* Each adds one line with its end; t in seconds. */
void event_line_open(struct str *out, double t,
                     const struct qv_channel_opened *o,
                     const struct event_line_form *form);
void event_line_received(struct str *out, double t,
                         const struct qv_channel_event *e,
                         const struct event_line_form *form);
void event_line_sent(struct str *out, double t,
                     const struct qv_channel_message *m,
                     const struct event_line_form *form);
/* Our side was ended. */
void event_line_ended(struct str *out, double t, uint64_t code,
                      const char *reason);
void event_line_closed(struct str *out, double t,
                       const struct qv_channel_result *r);

/* "us", "peer", "transport". */
const char *event_line_by(enum qv_channel_by by);

#endif
