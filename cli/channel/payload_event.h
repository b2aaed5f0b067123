/*
 * payload_event -- a line of JSON that is to be sent: an event as event_line.h
 * writes it, or as people write it.
 *
 *     {"kind":"text","text":"hello"}      {"base64":"AAE="}
 *     {"kind":"capsule","type":41,"base64":"AAE="}
 *     {"kind":"stream","stream":4,"text":"hello"}
 *     {"kind":"ping"}      {"kind":"close","code":1000,"reason":"done"}
 *
 * Without a kind it is a message: a text one by "text", else a binary one.  So
 * that what --out jsonl prints can be sent back, events that only tell (open,
 * drop, trailers ...), and pings and closes that were received, say nothing.
 */
#ifndef CLI_CHANNEL_PAYLOAD_EVENT_H
#define CLI_CHANNEL_PAYLOAD_EVENT_H

#include "channel/payload_in.h"

enum payload_event_is {
    PAYLOAD_EVENT_IS_ONE,
    PAYLOAD_EVENT_SAYS_NOTHING,
    PAYLOAD_EVENT_IS_BAD, /* *decoded is why */
};

/* *m points into *document and *decoded, which are used again. */
enum payload_event_is payload_event_read(void **document, struct str *decoded,
                                         struct span line,
                                         enum qv_channel_what as,
                                         struct payload_in_message *m);
void payload_event_forget(void **document);

#endif
