/*
 * What we send.  A message is one frame, but for a compressed one: its length
 * is known when its last byte is, so it goes out in fragments of what a chunk
 * of the queue has room for, each compressed where it is sent from.
 */
#include <assert.h>

#include "base/random.h"
#include "channel/deflater.h"
#include "channel/websocket.h"

/* A fragment's payload is compressed to behind a head of the usual size; that
 * of a small one is moved. */
#define HEAD_ROOM    4
#define FRAGMENT_MIN ((size_t)512)
#define FRAGMENT_MAX ((size_t)UINT16_MAX)

/* A payload of up to so many bytes is written with its head in one piece. */
#define SMALL ((size_t)1024)

static bool is_client(const struct websocket *ws)
{
    return ws->role == WEBSOCKET_CLIENT;
}

/* Unpredictable, and another for each frame (RFC 6455 5.3): random bytes are
 * fetched for many at once. */
static void choose_mask(struct websocket *ws, struct websocket_frame *f)
{
    f->is_masked = is_client(ws);
    if (!f->is_masked)
        return;
    if (ws->masks_left == 0) {
        random_bytes(ws->masks, sizeof ws->masks);
        ws->masks_left = sizeof ws->masks;
    }
    ws->masks_left = (uint16_t)(ws->masks_left - sizeof f->mask);
    memcpy(f->mask, ws->masks + ws->masks_left, sizeof f->mask);
}

static void write_payload(const struct websocket_frame *f, uint8_t *to,
                          struct span piece, uint64_t at)
{
    if (f->is_masked)
        websocket_frame_mask(to, piece, f->mask, at);
    else if (piece.len > 0)
        memcpy(to, piece.base, piece.len);
}

static void add_frame(struct websocket *ws, struct buf *out, uint8_t opcode,
                      struct span data)
{
    struct websocket_frame f = {
        .is_final = true,
        .opcode = opcode,
        .len = data.len,
    };
    choose_mask(ws, &f);
    size_t least = data.len < SMALL ? data.len : SMALL;
    size_t room = 0;
    uint8_t *to = buf_reserve(out, WEBSOCKET_FRAME_HEAD_MAX + least, &room);
    size_t head_len = websocket_frame_write(&f, to);
    size_t at = 0;
    to += head_len;
    room -= head_len;
    do {
        size_t n = data.len - at < room ? data.len - at : room;
        write_payload(&f, to, span_of(data.base + at, n), at);
        buf_commit(out, head_len + n);
        head_len = 0;
        at += n;
        if (at < data.len)
            to = buf_reserve(out, 1, &room);
    } while (at < data.len);
}

static void need_deflater(struct websocket *ws)
{
    const struct websocket_deflate *d = &ws->deflate;
    if (ws->deflater)
        return;
    uint8_t bits =
        is_client(ws) ? d->client_max_window_bits : d->server_max_window_bits;
    ws->deflater =
        deflater_new(bits ? bits : WEBSOCKET_DEFLATE_BITS_MAX,
                     !(is_client(ws) ? d->client_no_context_takeover
                                     : d->server_no_context_takeover));
}

/* The payload of f lies `room` bytes behind `to`, where the frame is wanted.
 * Returns the frame's length. */
static size_t finish_fragment(struct websocket *ws, struct websocket_frame *f,
                              uint8_t *to, size_t room)
{
    uint8_t head[WEBSOCKET_FRAME_HEAD_MAX];
    choose_mask(ws, f);
    size_t head_len = websocket_frame_write(f, head);
    size_t len = (size_t)f->len;
    assert(head_len <= room);
    if (head_len < room)
        memmove(to + head_len, to + room, len);
    memcpy(to, head, head_len);
    if (f->is_masked)
        websocket_frame_mask(to + head_len, span_of(to + head_len, len),
                             f->mask, 0);
    return head_len + len;
}

/* The last four bytes may be the payload's tail, which is not sent (RFC 7692
 * 7.2.1): they wait for the next fragment. */
static void add_compressed(struct websocket *ws, struct buf *out,
                           uint8_t opcode, struct span data)
{
    struct websocket_frame f = {
        .reserved = WEBSOCKET_FRAME_RSV1,
        .opcode = opcode,
    };
    size_t head_room =
        HEAD_ROOM + (is_client(ws) ? WEBSOCKET_FRAME_MASK_LEN : 0);
    uint8_t held[DEFLATER_TAIL_LEN];
    size_t nheld = 0;
    need_deflater(ws);
    deflater_begin(ws->deflater, data);
    while (!f.is_final) {
        size_t cap = 0;
        uint8_t *to = buf_reserve(out, head_room + FRAGMENT_MIN, &cap);
        uint8_t *payload = to + head_room;
        memcpy(payload, held, nheld);
        cap = cap - head_room < FRAGMENT_MAX ? cap - head_room : FRAGMENT_MAX;
        size_t n = 0;
        f.is_final =
            deflater_run(ws->deflater, payload + nheld, cap - nheld, &n);
        assert(nheld + n >= sizeof held);
        f.len = nheld + n - sizeof held;
        memcpy(held, payload + f.len, sizeof held);
        nheld = sizeof held;
        buf_commit(out, finish_fragment(ws, &f, to, head_room));
        f.reserved = 0;
        f.opcode = WEBSOCKET_OPCODE_CONTINUATION;
    }
}

bool websocket_send(struct websocket *ws, struct buf *out,
                    enum websocket_what what, struct span data)
{
    static const uint8_t opcodes[] = {
        [WEBSOCKET_TEXT] = WEBSOCKET_OPCODE_TEXT,
        [WEBSOCKET_BINARY] = WEBSOCKET_OPCODE_BINARY,
        [WEBSOCKET_PING] = WEBSOCKET_OPCODE_PING,
        [WEBSOCKET_PONG] = WEBSOCKET_OPCODE_PONG,
    };
    assert(what <= WEBSOCKET_PONG);
    bool is_message = what == WEBSOCKET_TEXT || what == WEBSOCKET_BINARY;
    assert(is_message || data.len <= WEBSOCKET_CONTROL_MAX);
    if (ws->is_close_sent)
        return false;
    if (is_message && ws->deflate.is_on && data.len > 0)
        add_compressed(ws, out, opcodes[what], data);
    else
        add_frame(ws, out, opcodes[what], data);
    return true;
}

bool websocket_close(struct websocket *ws, struct buf *out, unsigned code,
                     struct span reason)
{
    uint8_t body[WEBSOCKET_CONTROL_MAX] = {(uint8_t)(code >> 8), (uint8_t)code};
    size_t len = 0;
    if (ws->is_close_sent)
        return false;
    if (code != WEBSOCKET_CODE_NONE) {
        assert(websocket_is_close_code(code));
        if (reason.len > WEBSOCKET_REASON_MAX)
            reason.len = utf8_cut(reason, WEBSOCKET_REASON_MAX);
        if (reason.len > 0)
            memcpy(body + 2, reason.base, reason.len);
        len = 2 + reason.len;
    }
    add_frame(ws, out, WEBSOCKET_OPCODE_CLOSE, span_of(body, len));
    ws->is_close_sent = true;
    return true;
}
