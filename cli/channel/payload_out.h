/*
 * payload_out -- writes what has come through a channel, in one of the modes of
 * payload.h but jsonl.
 */
#ifndef CLI_CHANNEL_PAYLOAD_OUT_H
#define CLI_CHANNEL_PAYLOAD_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "channel/payload.h"
#include "core/base/str.h"

/* False: the mode has no place for so long a message, and nothing was added.  In
 * line mode the line ends in a message are escaped, "\n" and "\r"; for a
 * terminal all that it would obey is. */
bool payload_out_add(struct str *out, enum payload_mode mode, bool is_terminal,
                     const void *data, size_t len);

#endif
