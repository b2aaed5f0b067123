#include "channel/payload_in.h"

#include <stdio.h>
#include <string.h>

#include "channel/payload_event.h"
#include "core/base/base64.h"
#include "core/base/utf8.h"

/*
 * The buffer is read into at its end and used from its front; what is left moves
 * to the front when more is read, which is at most the beginning of one message.
 * Where no line end was found is not looked again, so that a long line that
 * comes in small pieces is looked through once.
 */
enum {
    READ_SIZE = 64 * 1024,
    LEN_SIZE = 2,
};

void payload_in_fini(struct payload_in *p)
{
    payload_event_forget(&p->document);
    str_fini(&p->bytes);
    str_fini(&p->decoded);
}

static size_t left(const struct payload_in *p)
{
    return p->bytes.len - p->start;
}

char *payload_in_reserve(struct payload_in *p, size_t *room)
{
    if (p->start > 0) {
        size_t n = left(p);
        memmove(p->bytes.base, p->bytes.base + p->start, n);
        p->bytes.len = n;
        p->start = 0;
    }
    *room = READ_SIZE;
    return str_reserve(&p->bytes, READ_SIZE);
}

void payload_in_commit(struct payload_in *p, size_t n)
{
    str_commit(&p->bytes, n);
}

void payload_in_end(struct payload_in *p)
{
    p->is_over = true;
}

static enum payload_in_got bad(struct payload_in *p, const char *unit,
                               const char *what)
{
    (void)snprintf(p->error, sizeof p->error, "%s %llu %s", unit,
                   (unsigned long long)p->number, what);
    return PAYLOAD_IN_BAD;
}

static enum payload_in_got message(const struct payload_in *p,
                                   struct payload_in_message *m,
                                   const void *data, size_t len)
{
    m->message = (struct qv_channel_message){
        .what = p->as, .data = data, .len = len, .stream = -1};
    return PAYLOAD_IN_MESSAGE;
}

/* ---- lines ---- */

/* How long a line may be whose message is not too long: jsonl needs up to six
 * bytes for one ("\u0000"), and has names. */
static size_t line_max(const struct payload_in *p)
{
    enum {
        NAMES = 4096
    };
    switch (p->mode) {
    case PAYLOAD_HEX:
        return 3 * p->max + NAMES;
    case PAYLOAD_BASE64:
        return p->max / 3 * 4 + NAMES;
    case PAYLOAD_JSONL:
        return 6 * p->max + NAMES;
    case PAYLOAD_DEFAULT:
    case PAYLOAD_LINE:
    case PAYLOAD_LEN:
    case PAYLOAD_RAW:
        break;
    }
    return p->max;
}

static enum payload_in_got too_long(struct payload_in *p)
{
    char text[60];
    (void)snprintf(text, sizeof text, "is longer than %zu bytes", p->max);
    return bad(p, "line", text);
}

/* The next line with its end; len 0 and MESSAGE never. */
static enum payload_in_got take_line(struct payload_in *p, struct span *line)
{
    const char *from = p->bytes.base + p->start;
    const char *end = NULL;
    if (left(p) > p->scanned)
        end = memchr(from + p->scanned, '\n', left(p) - p->scanned);
    if (end == NULL && p->is_over && left(p) > 0)
        end = from + left(p) - 1;
    if (end != NULL) {
        size_t len = (size_t)(end - from) + 1;
        *line = span_of(from, len);
        p->start += len;
        p->scanned = 0;
        return PAYLOAD_IN_MESSAGE;
    }
    p->scanned = left(p);
    return p->is_over ? PAYLOAD_IN_OVER : PAYLOAD_IN_MORE;
}

/* Without the end that it had. */
static struct span without_end(struct span line)
{
    if (line.len > 0 && line.base[line.len - 1] == '\n') {
        line.len--;
        if (line.len > 0 && line.base[line.len - 1] == '\r')
            line.len--;
    }
    return line;
}

/* The next line that is not too long; of one that is, the rest is not kept. */
static enum payload_in_got next_line(struct payload_in *p, struct span *line)
{
    for (;;) {
        enum payload_in_got got = take_line(p, line);
        bool is_skipped = p->is_skipping;
        if (got == PAYLOAD_IN_MESSAGE) {
            p->is_skipping = false;
            if (is_skipped)
                continue;
            p->number++;
            return without_end(*line).len > line_max(p) ? too_long(p) : got;
        }
        if (is_skipped) {
            p->start = p->bytes.len;
            p->scanned = 0;
        } else if (left(p) > line_max(p) + LEN_SIZE) {
            p->is_skipping = true;
            p->number++;
            return too_long(p);
        }
        return got;
    }
}

/* ---- what lines stand for ---- */

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Blanks may stand between bytes. */
static bool decode_hex(struct str *to, struct span line)
{
    char *out = str_reserve(to, line.len / 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.base[i] == ' ' || line.base[i] == '\t')
            continue;
        int high = digit(line.base[i]);
        int low = i + 1 < line.len ? digit(line.base[i + 1]) : -1;
        if (high < 0 || low < 0)
            return false;
        out[n++] = (char)(high << 4 | low);
        i++;
    }
    str_commit(to, n);
    return true;
}

static bool decode_base64(struct str *to, struct span line)
{
    size_t n;
    char *out = str_reserve(to, base64_room(line.len));
    if (!base64_decode(out, &n, (const char *)line.base, line.len))
        return false;
    str_commit(to, n);
    return true;
}

static enum payload_in_got next_text(struct payload_in *p,
                                     struct payload_in_message *m)
{
    struct span line;
    enum payload_in_got got = next_line(p, &line);
    if (got != PAYLOAD_IN_MESSAGE)
        return got;
    if (p->as != QV_CHANNEL_STREAM)
        line = without_end(line);
    if (p->as == QV_CHANNEL_TEXT && utf8_valid_len(line) < line.len)
        return bad(p, "line",
                   "is not UTF-8, which a text message has to be; binary "
                   "messages come from --in hex, base64 or len");
    return message(p, m, line.base, line.len);
}

static enum payload_in_got next_decoded(struct payload_in *p,
                                        struct payload_in_message *m)
{
    bool is_hex = p->mode == PAYLOAD_HEX;
    struct span line;
    enum payload_in_got got = next_line(p, &line);
    if (got != PAYLOAD_IN_MESSAGE)
        return got;
    line = without_end(line);
    str_clear(&p->decoded);
    if (!(is_hex ? decode_hex : decode_base64)(&p->decoded, line))
        return bad(p, "line",
                   is_hex ? "is not in hex digits, two for each byte"
                          : "is not base64");
    return message(p, m, str_text(&p->decoded), p->decoded.len);
}

static enum payload_in_got next_event(struct payload_in *p,
                                      struct payload_in_message *m)
{
    for (;;) {
        struct span line;
        enum payload_in_got got = next_line(p, &line);
        if (got != PAYLOAD_IN_MESSAGE)
            return got;
        line = span_trim(without_end(line));
        if (line.len == 0)
            continue;
        switch (payload_event_read(&p->document, &p->decoded, line, p->as, m)) {
        case PAYLOAD_EVENT_IS_ONE:
            return PAYLOAD_IN_MESSAGE;
        case PAYLOAD_EVENT_SAYS_NOTHING:
            continue;
        case PAYLOAD_EVENT_IS_BAD:
            return bad(p, "line", p->decoded.base);
        }
    }
}

/* ---- other ways ---- */

static enum payload_in_got next_prefixed(struct payload_in *p,
                                         struct payload_in_message *m)
{
    const uint8_t *at = (const uint8_t *)str_text(&p->bytes) + p->start;
    size_t have = left(p);
    size_t len = have >= LEN_SIZE ? (size_t)at[0] << 8 | at[1] : 0;
    if (have >= LEN_SIZE && have - LEN_SIZE >= len) {
        p->number++;
        p->start += LEN_SIZE + len;
        return message(p, m, at + LEN_SIZE, len);
    }
    if (!p->is_over)
        return PAYLOAD_IN_MORE;
    if (have == 0)
        return PAYLOAD_IN_OVER;
    p->number++;
    p->start = p->bytes.len;
    return bad(p, "message", "is cut off by the end of the input");
}

static enum payload_in_got next_piece(struct payload_in *p,
                                      struct payload_in_message *m)
{
    const char *from = str_text(&p->bytes) + p->start;
    size_t len = left(p);
    if (len == 0)
        return p->is_over ? PAYLOAD_IN_OVER : PAYLOAD_IN_MORE;
    p->start += len;
    return message(p, m, from, len);
}

enum payload_in_got payload_in_next(struct payload_in *p,
                                    struct payload_in_message *m)
{
    *m = (struct payload_in_message){.time = -1};
    switch (p->mode) {
    case PAYLOAD_LINE:
        return next_text(p, m);
    case PAYLOAD_HEX:
    case PAYLOAD_BASE64:
        return next_decoded(p, m);
    case PAYLOAD_LEN:
        return next_prefixed(p, m);
    case PAYLOAD_JSONL:
        return next_event(p, m);
    case PAYLOAD_DEFAULT:
    case PAYLOAD_RAW:
        break;
    }
    return next_piece(p, m);
}
