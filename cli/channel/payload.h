/*
 * payload -- how the messages of a channel are written in a stream of bytes.
 *
 *   line    a line of text each
 *   hex     a line of hex digits
 *   base64  a line (RFC 4648 4)
 *   len     two bytes of length, the higher one first, and the message
 *   jsonl   an event each, see event_line.h
 *   raw     nothing marks where one ends
 */
#ifndef CLI_CHANNEL_PAYLOAD_H
#define CLI_CHANNEL_PAYLOAD_H

#include <stdbool.h>

enum payload_mode {
    PAYLOAD_DEFAULT, /* the kind of channel decides */
    PAYLOAD_LINE,
    PAYLOAD_HEX,
    PAYLOAD_BASE64,
    PAYLOAD_LEN,
    PAYLOAD_JSONL,
    PAYLOAD_RAW,
};

enum {
    PAYLOAD_LEN_MAX = 65535, /* what two bytes can say */
};

/* By its name; false: there is none such. */
bool payload_mode_parse(const char *name, enum payload_mode *mode);

#endif
