/*
 * What the peer sends.  A frame is a head, collected if it comes in pieces, and
 * a payload that is worked on as it comes: unmasked or inflated to the end of
 * the message, which is checked there and then.  So a text that is no UTF-8
 * fails at its first bad byte, and a small payload that inflates without end
 * stops at the limit, however the bytes were cut.
 *
 * The one message that is not copied is the usual one of a server: unmasked,
 * uncompressed, one frame, all of it there.
 */
#include "channel/websocket.h"

#include "channel/deflater.h"
#include "channel/inflater.h"

/* Memory that a message leaves behind for the next one. */
#define MESSAGE_KEPT ((size_t)1 << 20)

/* Masked payload is unmasked in such pieces before it is inflated. */
#define PIECE ((size_t)4096)

/* Room that inflating is given at least. */
#define INFLATE_ROOM ((size_t)4096)

enum step {
    STEP_ON,
    STEP_STARVED, /* the input is used up */
    STEP_EVENT,
};

void websocket_init(struct websocket *ws, const struct websocket_options *o)
{
    *ws = (struct websocket){
        .role = o->role,
        .message_max = o->message_max ? o->message_max : WEBSOCKET_MESSAGE_MAX,
    };
    if (o->deflate)
        ws->deflate = *o->deflate;
    str_init(&ws->message);
}

void websocket_fini(struct websocket *ws)
{
    inflater_free(ws->inflater);
    deflater_free(ws->deflater);
    str_fini(&ws->message);
    ws->inflater = NULL;
    ws->deflater = NULL;
}

static void advance(struct span *in, size_t n)
{
    *in = span_of(in->base + n, in->len - n);
}

static enum step fail(struct websocket *ws, struct websocket_event *e,
                      unsigned code, const char *problem)
{
    ws->is_close_received = true;
    *e = (struct websocket_event){
        .what = WEBSOCKET_FAILED,
        .code = code,
        .problem = problem,
    };
    return STEP_EVENT;
}

/* ---- heads ---- */

static const uint8_t *take_head(struct websocket *ws, struct span *in)
{
    if (ws->head_len == 0 && in->len >= WEBSOCKET_FRAME_START) {
        const uint8_t *head = in->base;
        size_t len = websocket_frame_head_len(head);
        if (in->len >= len) {
            advance(in, len);
            return head;
        }
    }
    while (in->len > 0) {
        ws->head[ws->head_len++] = in->base[0];
        advance(in, 1);
        if (ws->head_len >= WEBSOCKET_FRAME_START &&
            ws->head_len == websocket_frame_head_len(ws->head)) {
            ws->head_len = 0;
            return ws->head;
        }
    }
    return NULL;
}

static const char *control_problem(const struct websocket_frame *f)
{
    if (f->opcode > WEBSOCKET_OPCODE_PONG)
        return "unknown opcode";
    if (f->reserved != 0)
        return "reserved bit set";
    if (!f->is_final)
        return "fragmented control frame";
    return f->len > WEBSOCKET_CONTROL_MAX ? "control frame over 125 bytes"
                                          : NULL;
}

static const char *data_problem(const struct websocket *ws,
                                const struct websocket_frame *f)
{
    bool is_under_way = ws->message_opcode != WEBSOCKET_OPCODE_CONTINUATION;
    bool is_first = f->opcode != WEBSOCKET_OPCODE_CONTINUATION;
    if (f->opcode > WEBSOCKET_OPCODE_BINARY)
        return "unknown opcode";
    /* "Compressed" is said once a message (RFC 7692 6). */
    bool may_compress = ws->deflate.is_on && is_first;
    if (f->reserved & ~(may_compress ? WEBSOCKET_FRAME_RSV1 : 0))
        return "reserved bit set";
    if (is_first && is_under_way)
        return "message begun within a message";
    return is_first || is_under_way ? NULL : "continuation of no message";
}

static const char *problem_of(const struct websocket *ws,
                              const struct websocket_frame *f)
{
    if (f->is_masked && ws->role == WEBSOCKET_CLIENT)
        return "masked frame from a server";
    if (!f->is_masked && ws->role == WEBSOCKET_SERVER)
        return "unmasked frame from a client";
    return websocket_frame_is_control(f) ? control_problem(f)
                                         : data_problem(ws, f);
}

static void begin_message(struct websocket *ws)
{
    ws->message_opcode = ws->frame.opcode;
    ws->is_compressed = ws->frame.reserved & WEBSOCKET_FRAME_RSV1;
}

static enum step begin_frame(struct websocket *ws, struct span *in,
                             struct websocket_event *e)
{
    const uint8_t *head = take_head(ws, in);
    if (head == NULL)
        return STEP_STARVED;
    struct websocket_frame *f = &ws->frame;
    bool is_shortest = websocket_frame_read(f, head);
    const char *problem = problem_of(ws, f);
    if (problem == NULL && !is_shortest)
        problem = "length not in its shortest form";
    if (problem)
        return fail(ws, e, WEBSOCKET_CODE_PROTOCOL_ERROR, problem);
    ws->is_in_payload = true;
    ws->left = f->len;
    ws->control_len = 0;
    if (websocket_frame_is_control(f))
        return STEP_ON;
    if (f->opcode != WEBSOCKET_OPCODE_CONTINUATION)
        begin_message(ws);
    if (!ws->is_compressed && f->len > ws->message_max - ws->message.len)
        return fail(ws, e, WEBSOCKET_CODE_TOO_BIG, "message over the limit");
    return STEP_ON;
}

/* ---- payloads ---- */

/* At most n bytes, as they were before they were masked. */
static size_t take_payload(struct websocket *ws, struct span *in, void *to,
                           size_t n)
{
    if (n > in->len)
        n = in->len;
    if (n > ws->left)
        n = (size_t)ws->left;
    struct span piece = span_of(in->base, n);
    if (ws->frame.is_masked)
        websocket_frame_mask(to, piece, ws->frame.mask,
                             ws->frame.len - ws->left);
    else if (n > 0)
        memcpy(to, piece.base, n);
    advance(in, n);
    ws->left -= n;
    return n;
}

static enum step check_text(struct websocket *ws, struct span piece,
                            struct websocket_event *e)
{
    if (ws->message_opcode != WEBSOCKET_OPCODE_TEXT ||
        utf8_check_add(&ws->text, piece))
        return STEP_ON;
    return fail(ws, e, WEBSOCKET_CODE_BAD_DATA, "text that is no UTF-8");
}

/* What has come at the end of the message is looked at, whatever is found
 * behind it: in this order the pieces make no difference. */
static enum step add_inflated(struct websocket *ws, size_t n,
                              enum inflater_result result,
                              struct websocket_event *e)
{
    size_t room = ws->message_max - ws->message.len;
    bool is_too_big = n > room;
    struct span piece =
        span_of(ws->message.base + ws->message.len, is_too_big ? room : n);
    str_commit(&ws->message, piece.len);
    enum step step = check_text(ws, piece, e);
    if (step != STEP_ON)
        return step;
    if (is_too_big)
        return fail(ws, e, WEBSOCKET_CODE_TOO_BIG, "message over the limit");
    if (result == INFLATER_BROKEN)
        return fail(ws, e, WEBSOCKET_CODE_BAD_DATA,
                    "compressed data that is no DEFLATE");
    return STEP_ON;
}

/* in: a piece of the payload; NULL: all of it has been there. */
static enum step inflate_piece(struct websocket *ws, struct span *in,
                               struct websocket_event *e)
{
    enum inflater_result result;
    enum step step;
    do {
        /* One byte over the limit tells that it is reached. */
        size_t cap = ws->message_max - ws->message.len + 1;
        uint8_t *to = (uint8_t *)str_reserve(
            &ws->message, cap < INFLATE_ROOM ? cap : INFLATE_ROOM);
        size_t room = ws->message.cap - ws->message.len - 1;
        if (cap > room)
            cap = room;
        size_t n = 0;
        result = in ? inflater_run(ws->inflater, in, to, cap, &n)
                    : inflater_end(ws->inflater, to, cap, &n);
        step = add_inflated(ws, n, result, e);
    } while (step == STEP_ON && result == INFLATER_FULL);
    return step;
}

static enum step take_compressed(struct websocket *ws, struct span *in,
                                 struct websocket_event *e)
{
    enum step step = STEP_ON;
    while (step == STEP_ON && in->len > 0 && ws->left > 0) {
        uint8_t unmasked[PIECE];
        size_t n = take_payload(ws, in, unmasked, sizeof unmasked);
        struct span piece = span_of(unmasked, n);
        step = inflate_piece(ws, &piece, e);
    }
    return step;
}

static void need_inflater(struct websocket *ws)
{
    const struct websocket_deflate *d = &ws->deflate;
    if (ws->inflater)
        return;
    bool is_client = ws->role == WEBSOCKET_CLIENT;
    uint8_t bits =
        is_client ? d->server_max_window_bits : d->client_max_window_bits;
    ws->inflater = inflater_new(bits ? bits : WEBSOCKET_DEFLATE_BITS_MAX,
                                !(is_client ? d->server_no_context_takeover
                                            : d->client_no_context_takeover));
}

static enum step take_plain(struct websocket *ws, struct span *in,
                            struct websocket_event *e)
{
    size_t n = in->len < ws->left ? in->len : (size_t)ws->left;
    char *to = str_reserve(&ws->message, n);
    (void)take_payload(ws, in, to, n);
    str_commit(&ws->message, n);
    return check_text(ws, span_of(to, n), e);
}

static enum step tell_message(struct websocket *ws, struct span data,
                              struct websocket_event *e)
{
    if (!utf8_check_is_whole(&ws->text))
        return fail(ws, e, WEBSOCKET_CODE_BAD_DATA, "text that is no UTF-8");
    *e = (struct websocket_event){
        .what = ws->message_opcode == WEBSOCKET_OPCODE_TEXT ? WEBSOCKET_TEXT
                                                            : WEBSOCKET_BINARY,
        .data = data,
    };
    ws->message_opcode = WEBSOCKET_OPCODE_CONTINUATION;
    ws->is_told = true;
    return STEP_EVENT;
}

/* The message is all of this frame, and the frame lies there as it is. */
static bool is_in_place(const struct websocket *ws, const struct span *in)
{
    return ws->frame.is_final && !ws->frame.is_masked && !ws->is_compressed &&
           ws->message.len == 0 && in->len >= ws->left;
}

static enum step take_data(struct websocket *ws, struct span *in,
                           struct websocket_event *e)
{
    struct span data = span_of(in->base, (size_t)ws->left);
    bool is_whole = is_in_place(ws, in);
    enum step step;
    if (is_whole) {
        advance(in, data.len);
        ws->left = 0;
        step = check_text(ws, data, e);
    } else if (ws->is_compressed) {
        need_inflater(ws);
        step = take_compressed(ws, in, e);
    } else {
        step = take_plain(ws, in, e);
    }
    if (step != STEP_ON)
        return step;
    if (ws->left > 0)
        return STEP_STARVED;
    ws->is_in_payload = false;
    if (!ws->frame.is_final)
        return STEP_ON;
    if (ws->is_compressed && (step = inflate_piece(ws, NULL, e)) != STEP_ON)
        return step;
    return tell_message(ws, is_whole ? data : str_span(&ws->message), e);
}

/* ---- control frames ---- */

bool websocket_is_close_code(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static enum step tell_close(struct websocket *ws, struct websocket_event *e)
{
    struct span body = span_of(ws->control, ws->control_len);
    struct span reason = span_of(ws->control + 2, 0);
    unsigned code = WEBSOCKET_CODE_NONE;
    if (body.len == 1)
        return fail(ws, e, WEBSOCKET_CODE_PROTOCOL_ERROR,
                    "half a code in a close frame");
    if (body.len > 1) {
        code = (unsigned)body.base[0] << 8 | body.base[1];
        if (!websocket_is_close_code(code))
            return fail(ws, e, WEBSOCKET_CODE_PROTOCOL_ERROR,
                        "close code that may not be sent");
        reason.len = body.len - 2;
        if (utf8_valid_len(reason) < reason.len)
            return fail(ws, e, WEBSOCKET_CODE_BAD_DATA,
                        "close reason that is no UTF-8");
    }
    ws->is_close_received = true;
    *e = (struct websocket_event){
        .what = WEBSOCKET_CLOSE,
        .data = reason,
        .code = code,
    };
    return STEP_EVENT;
}

static enum step take_control(struct websocket *ws, struct span *in,
                              struct websocket_event *e)
{
    uint8_t *to = ws->control + ws->control_len;
    size_t room = sizeof ws->control - ws->control_len;
    ws->control_len =
        (uint8_t)(ws->control_len + take_payload(ws, in, to, room));
    if (ws->left > 0)
        return STEP_STARVED;
    ws->is_in_payload = false;
    if (ws->frame.opcode == WEBSOCKET_OPCODE_CLOSE)
        return tell_close(ws, e);
    *e = (struct websocket_event){
        .what = ws->frame.opcode == WEBSOCKET_OPCODE_PING ? WEBSOCKET_PING
                                                          : WEBSOCKET_PONG,
        .data = span_of(ws->control, ws->control_len),
    };
    return STEP_EVENT;
}

/* ---- the whole ---- */

static void forget_told(struct websocket *ws)
{
    ws->is_told = false;
    if (ws->message.cap > MESSAGE_KEPT)
        str_fini(&ws->message);
    str_clear(&ws->message);
}

bool websocket_next(struct websocket *ws, struct span *in,
                    struct websocket_event *e)
{
    enum step step = STEP_ON;
    if (ws->is_told)
        forget_told(ws);
    if (in->len == 0) /* nothing waits for less than a byte */
        return false;
    while (step == STEP_ON && !ws->is_close_received) {
        if (!ws->is_in_payload)
            step = begin_frame(ws, in, e);
        else if (websocket_frame_is_control(&ws->frame))
            step = take_control(ws, in, e);
        else
            step = take_data(ws, in, e);
    }
    if (ws->is_close_received)
        advance(in, in->len);
    return step == STEP_EVENT;
}
