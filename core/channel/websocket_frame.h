/*
 * websocket_frame -- the head of a WebSocket frame, and its mask (RFC 6455 5.2,
 * 5.3), as data.  Which frame may come when is websocket.c's.
 */
#ifndef CORE_CHANNEL_WEBSOCKET_FRAME_H
#define CORE_CHANNEL_WEBSOCKET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum websocket_opcode {
    WEBSOCKET_OPCODE_CONTINUATION = 0x0,
    WEBSOCKET_OPCODE_TEXT = 0x1,
    WEBSOCKET_OPCODE_BINARY = 0x2,
    WEBSOCKET_OPCODE_CLOSE = 0x8, /* from here on: control frames */
    WEBSOCKET_OPCODE_PING = 0x9,
    WEBSOCKET_OPCODE_PONG = 0xa,
};

enum {
    WEBSOCKET_FRAME_START = 2, /* bytes that tell how long the head is */
    WEBSOCKET_FRAME_HEAD_MAX = 14,
    WEBSOCKET_FRAME_MASK_LEN = 4,
};

/* Bits of `reserved`. */
enum {
    WEBSOCKET_FRAME_RSV1 = 0x40,
    WEBSOCKET_FRAME_RSV2 = 0x20,
    WEBSOCKET_FRAME_RSV3 = 0x10,
};

struct websocket_frame {
    bool is_final;
    uint8_t reserved;
    uint8_t opcode; /* of enum websocket_opcode, or another below 16 */
    bool is_masked;
    uint8_t mask[WEBSOCKET_FRAME_MASK_LEN];
    uint64_t len; /* bytes of payload */
};

static inline bool websocket_frame_is_control(const struct websocket_frame *f)
{
    return f->opcode >= WEBSOCKET_OPCODE_CLOSE;
}

/* How long the head is that begins with these bytes. */
size_t websocket_frame_head_len(const uint8_t start[WEBSOCKET_FRAME_START]);

/* Reads a whole head.  False: its length is not in its shortest form, or has
 * its highest bit set (RFC 6455 5.2). */
bool websocket_frame_read(struct websocket_frame *f, const uint8_t *head);

/* Writes the head, at most WEBSOCKET_FRAME_HEAD_MAX bytes; returns how many. */
size_t websocket_frame_write(const struct websocket_frame *f, uint8_t *head);

/* Masks, or unmasks, bytes of a payload that stand `at` bytes after its
 * beginning.  `to` may be where they are. */
void websocket_frame_mask(uint8_t *to, struct span from,
                          const uint8_t mask[WEBSOCKET_FRAME_MASK_LEN],
                          uint64_t at);

#endif
