/*
 * websocket -- a WebSocket after its handshake (RFC 6455 5 to 8, RFC 7692), as
 * data: bytes of the peer become events, and messages become bytes.
 *
 * Both roles, no I/O, no clock, no callbacks, and nothing allocated for a
 * message once the buffers have grown to what is usual.  The owner has a stream
 * of any HTTP version (websocket_handshake.h is about how it was opened), a
 * struct buf of what is to be sent on it, and the timers.
 *
 *     struct websocket_event e;
 *     while (!is_paused && websocket_next(&ws, &in, &e))
 *         switch (e.what) { ... }
 *
 * Reading may stop between two events: what is left of the input is kept by the
 * owner and given again later.  The owner does what the rules ask of it:
 *
 *   PING     websocket_send(PONG) with the same data (5.5.2); of several that
 *            were not answered yet, the last will do
 *   CLOSE    websocket_close() with the same code, unless our own close frame
 *            is sent already (5.5.1).  Then the server ends the stream, the
 *            client waits for that end for a moment (7.1.1)
 *   FAILED   websocket_close() with the event's code, then the stream ends
 *
 * After CLOSE and FAILED nothing is read any more: websocket_next() drops the
 * input.  A stream that ends without CLOSE was cut (code 1006, never sent).
 */
#ifndef CORE_CHANNEL_WEBSOCKET_H
#define CORE_CHANNEL_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/str.h"
#include "base/utf8.h"
#include "channel/websocket_deflate.h"
#include "channel/websocket_frame.h"

struct deflater;
struct inflater;

enum websocket_role {
    WEBSOCKET_CLIENT, /* masks, and takes no masked frames */
    WEBSOCKET_SERVER, /* the other way round */
};

/* Close codes that this side uses (RFC 6455 7.4.1). */
enum {
    WEBSOCKET_CODE_NORMAL = 1000,
    WEBSOCKET_CODE_GOING_AWAY = 1001,
    WEBSOCKET_CODE_PROTOCOL_ERROR = 1002,
    WEBSOCKET_CODE_NONE = 1005,    /* the frame has none; never on the wire */
    WEBSOCKET_CODE_CUT_OFF = 1006, /* no close frame; never on the wire */
    WEBSOCKET_CODE_BAD_DATA = 1007,
    WEBSOCKET_CODE_TOO_BIG = 1009,
    WEBSOCKET_CODE_INTERNAL = 1011,
};

enum {
    WEBSOCKET_CONTROL_MAX = 125, /* bytes in a ping or pong */
    WEBSOCKET_REASON_MAX = 123,  /* bytes of a close frame's reason */
};

/* What a peer may send in one message, unless the owner says another. */
#define WEBSOCKET_MESSAGE_MAX ((size_t)16 << 20)

enum websocket_what {
    WEBSOCKET_TEXT, /* whole, checked UTF-8 */
    WEBSOCKET_BINARY,
    WEBSOCKET_PING,
    WEBSOCKET_PONG,
    WEBSOCKET_CLOSE,  /* by the peer */
    WEBSOCKET_FAILED, /* the peer has broken the rules, or the limit */
};

struct websocket_event {
    enum websocket_what what;
    struct span data;    /* until the next call; of CLOSE: the reason, UTF-8 */
    unsigned code;       /* of CLOSE (or WEBSOCKET_CODE_NONE) and FAILED */
    const char *problem; /* of FAILED, a static text: fit for people and as the
                            reason of our close frame; else NULL */
};

struct websocket {
    enum websocket_role role;
    size_t message_max;
    struct websocket_deflate deflate;
    bool is_close_sent;
    bool is_close_received; /* or failed: nothing more is read */
    /* private: the frame that arrives */
    uint8_t head[WEBSOCKET_FRAME_HEAD_MAX];
    uint8_t head_len;
    uint8_t control_len;
    uint8_t control[WEBSOCKET_CONTROL_MAX];
    bool is_in_payload;
    struct websocket_frame frame;
    uint64_t left; /* bytes of its payload to come */
    /* the message it is part of */
    uint8_t message_opcode; /* CONTINUATION: none is under way */
    bool is_compressed;
    bool is_told; /* the last event was this message */
    struct str message;
    struct utf8_check text;
    struct inflater *inflater; /* NULL: not needed yet */
    /* what is sent */
    struct deflater *deflater; /* NULL: not needed yet */
    uint8_t masks[256];        /* random; the first `masks_left` are unused */
    uint16_t masks_left;
};

struct websocket_options {
    enum websocket_role role;
    size_t message_max;                      /* 0: WEBSOCKET_MESSAGE_MAX */
    const struct websocket_deflate *deflate; /* agreed on; NULL: none */
};

void websocket_init(struct websocket *ws, const struct websocket_options *o);
void websocket_fini(struct websocket *ws);

/*
 * The next event of the peer's bytes, taken from the front of *in; false when
 * they are used up.  What is in a piece makes no difference to the events.  A
 * message that lies in the input as it is, in one frame, is not copied.
 */
bool websocket_next(struct websocket *ws, struct span *in,
                    struct websocket_event *e);

/*
 * Appends a TEXT, BINARY, PING or PONG; compressed if that was agreed on and it
 * is a message with data.  A text is valid UTF-8 (the caller's promise), a ping
 * or pong has at most WEBSOCKET_CONTROL_MAX bytes.  False, and nothing is
 * appended, after our close frame (RFC 6455 5.5.1).
 */
bool websocket_send(struct websocket *ws, struct buf *out,
                    enum websocket_what what, struct span data);

/*
 * Appends our close frame: with a code that may be sent, or WEBSOCKET_CODE_NONE
 * for one without code and reason.  A reason (UTF-8) that is too long is cut
 * between characters.  False, and nothing is appended, when there was one.
 */
bool websocket_close(struct websocket *ws, struct buf *out, unsigned code,
                     struct span reason);

/* May it stand in a close frame (RFC 6455 7.4)?  1000 to 1003, 1007 to 1014 and
 * 3000 to 4999. */
bool websocket_is_close_code(unsigned code);

#endif
