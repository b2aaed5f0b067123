#include "conn/h3_settings.h"

#include <stddef.h>

const uint64_t h3_settings_webtransport[H3_SETTINGS_WEBTRANSPORT] = {
    0x2b603742, /* ENABLE_WEBTRANSPORT, to -06 */
    0xc671706a, /* WEBTRANSPORT_MAX_SESSIONS, -07 to -12 */
    0x14e9cd29, /* WT_MAX_SESSIONS, -13 and -14 */
    0x2c7cf000, /* WT_ENABLED, from -15 */
};

static void note(struct h3_settings *s, uint64_t id, uint64_t value)
{
    for (size_t i = 0; i < H3_SETTINGS_WEBTRANSPORT; i++)
        if (id == h3_settings_webtransport[i] && value != 0)
            s->has_webtransport = true;
}

/* A number of the control stream is complete. */
static void take_number(struct h3_settings *s)
{
    uint64_t value = s->number.value;
    switch (s->state) {
    case H3_SETTINGS_TYPE:
        s->state =
            value == H3_SETTINGS_FRAME ? H3_SETTINGS_LENGTH : H3_SETTINGS_DONE;
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
    if ((s->sorted & 1U << n) == 0 || type->value != H3_SETTINGS_STREAM)
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
