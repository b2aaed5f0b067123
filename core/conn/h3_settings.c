#include "conn/h3_settings.h"

#include <stddef.h>

/* RFC 9114 6.2.1, 7.2.4 */
#define STREAM_CONTROL 0x00
#define FRAME_SETTINGS 0x04

/* The setting by which WebTransport is offered had another number and another
 * meaning each time the draft (draft-ietf-webtrans-http3) broke with what was
 * before; none means "no" but by 0. */
static const uint64_t webtransport_ids[] = {
    0x2b603742, /* ENABLE_WEBTRANSPORT, to -06 */
    0xc671706a, /* WEBTRANSPORT_MAX_SESSIONS, -07 to -12 */
    0x14e9cd29, /* WT_MAX_SESSIONS, -13 and -14 */
    0x2c7cf000, /* WT_ENABLED, from -15 */
};

static void note(struct h3_settings *s, uint64_t id, uint64_t value)
{
    size_t n = sizeof webtransport_ids / sizeof *webtransport_ids;
    for (size_t i = 0; i < n; i++)
        if (id == webtransport_ids[i] && value != 0)
            s->has_webtransport = true;
}

/* A number of the control stream is complete. */
static void take_number(struct h3_settings *s)
{
    uint64_t value = s->number.value;
    switch (s->state) {
    case H3_SETTINGS_TYPE:
        s->state =
            value == FRAME_SETTINGS ? H3_SETTINGS_LENGTH : H3_SETTINGS_DONE;
        return;
    case H3_SETTINGS_LENGTH:
        s->left = value;
        s->state = value > 0 ? H3_SETTINGS_ID : H3_SETTINGS_DONE;
        return;
    case H3_SETTINGS_ID:
        s->id = value;
        s->state = s->left > 0 ? H3_SETTINGS_VALUE : H3_SETTINGS_DONE;
        return;
    case H3_SETTINGS_VALUE:
        note(s, s->id, value);
        s->state = s->left > 0 ? H3_SETTINGS_ID : H3_SETTINGS_DONE;
        return;
    case H3_SETTINGS_DONE:
        return;
    }
}

static void feed_control(struct h3_settings *s, struct span data)
{
    for (size_t i = 0; i < data.len && s->state != H3_SETTINGS_DONE; i++) {
        bool is_payload =
            s->state == H3_SETTINGS_ID || s->state == H3_SETTINGS_VALUE;
        if (is_payload)
            s->left--;
        if (varint_add(&s->number, data.base[i]))
            take_number(s);
        else if (is_payload && s->left == 0)
            s->state = H3_SETTINGS_DONE; /* cut within a number */
    }
}

/* The type of the n-th stream is at its front; *data is what follows it. */
static void sort(struct h3_settings *s, int64_t id, size_t n, struct span *data)
{
    struct varint *type = &s->types[n];
    while (data->len > 0 && (s->sorted & 1U << n) == 0) {
        if (varint_add(type, *data->base))
            s->sorted |= 1U << n;
        *data = span_of(data->base + 1, data->len - 1);
    }
    if ((s->sorted & 1U << n) == 0 || type->value != STREAM_CONTROL)
        return;
    s->has_control = true;
    s->control = id;
}

void h3_settings_feed(struct h3_settings *s, int64_t id, struct span data)
{
    uint64_t n = (uint64_t)id >> 2; /* RFC 9000 2.1 */
    if (s->state == H3_SETTINGS_DONE)
        return;
    if (!s->has_control && n < H3_SETTINGS_STREAMS)
        sort(s, id, (size_t)n, &data);
    if (s->has_control && s->control == id)
        feed_control(s, data);
}
