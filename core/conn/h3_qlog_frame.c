#include "conn/h3_qlog_frame.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/varint.h"
#include "conn/h3_frames.h"
#include "conn/h3_settings.h"

/* RFC 9114 7.2, RFC 9218 7.2 */
static const struct {
    uint64_t type;
    const char *name;
    bool has_id;       /* its payload is one number, */
    const char *id_as; /* of this name */
} frames[] = {
    {H3_FRAMES_DATA, "data", false, NULL},
    {H3_FRAMES_HEADERS, "headers", false, NULL},
    {0x03, "cancel_push", true, "push_id"},
    {H3_SETTINGS_FRAME, "settings", false, NULL},
    {H3_FRAMES_PUSH_PROMISE, "push_promise", false, NULL},
    {0x07, "goaway", true, "id"},
    {0x0d, "max_push_id", true, "push_id"},
    {0xf0700, "priority_update", true, "element_id"},
    {0xf0701, "priority_update", true, "element_id"},
};

enum {
    NFRAMES = sizeof frames / sizeof *frames,
    PRIORITY_UPDATE = 0xf0700, /* and the next, of pushes */
};

/* `parameter`: what parameters_set calls it. */
static const struct {
    uint64_t id;
    const char *name;
    const char *parameter;
} settings[] = {
    {0x01, "settings_qpack_max_table_capacity", "max_table_capacity"},
    {0x06, "settings_max_field_section_size", "max_header_list_size"},
    {0x07, "settings_qpack_blocked_streams", "blocked_streams_count"},
    {0x08, "settings_enable_connect_protocol", "enable_connect_protocol"},
    {0x33, "settings_h3_datagram", "h3_datagram"},
};

enum {
    NSETTINGS = sizeof settings / sizeof *settings,
    SETTING_NAME_MAX = 32,
};

/* RFC 9114 7.2.8: of the form 0x1f * N + 0x21, to be passed over. */
static bool is_reserved(uint64_t type)
{
    return type >= 0x21 && (type - 0x21) % 0x1f == 0;
}

const char *h3_qlog_frame_stream(uint64_t type)
{
    switch (type) {
    case 0x00:
        return "control";
    case 0x01:
        return "push";
    case 0x02: /* RFC 9204 4.2 */
        return "qpack_encode";
    case 0x03:
        return "qpack_decode";
    case 0x54: /* draft-ietf-webtrans-http3 4.1 */
        return "webtransport";
    default:
        return is_reserved(type) ? "reserved" : "unknown";
    }
}

/* The name of a setting, in text[SETTING_NAME_MAX] if it has none. */
static const char *setting(uint64_t id, bool is_parameter, char *text)
{
    for (size_t i = 0; i < NSETTINGS; i++)
        if (settings[i].id == id)
            return is_parameter ? settings[i].parameter : settings[i].name;
    (void)snprintf(text, SETTING_NAME_MAX, "0x%" PRIx64, id);
    return text;
}

static void tell_parameters(struct qlog *log, const struct h3_qlog_frame *f)
{
    struct span rest = f->payload;
    char text[SETTING_NAME_MAX];
    uint64_t id;
    uint64_t value;
    qlog_begin(log, "http:parameters_set");
    qlog_owner(log, f->owner);
    while (varint_take(&rest, &id) && varint_take(&rest, &value))
        if (!is_reserved(id))
            qlog_number(log, setting(id, true, text), value);
    qlog_end(log);
}

static void add_settings(struct qlog *log, struct span rest)
{
    char text[SETTING_NAME_MAX];
    uint64_t id;
    uint64_t value;
    qlog_open(log, "settings", '[');
    while (varint_take(&rest, &id) && varint_take(&rest, &value)) {
        qlog_open(log, NULL, '{');
        qlog_string(log, "name",
                    is_reserved(id) ? "reserved" : setting(id, false, text));
        qlog_number(log, "value", value);
        qlog_close(log, '}');
    }
    qlog_close(log, ']');
}

static void add_frame(struct qlog *log, const struct h3_qlog_frame *f)
{
    struct span rest = f->payload;
    uint64_t id;
    for (size_t i = 0; i < NFRAMES; i++) {
        if (frames[i].type != f->type)
            continue;
        qlog_string(log, "frame_type", frames[i].name);
        if (frames[i].has_id && varint_take(&rest, &id))
            qlog_number(log, frames[i].id_as, id);
        if (f->type >> 1 == PRIORITY_UPDATE >> 1)
            qlog_text(log, "priority_field_value", rest);
        return;
    }
    qlog_string(log, "frame_type",
                is_reserved(f->type) ? "reserved" : "unknown");
    qlog_number(log, "raw_frame_type", f->type);
}

void h3_qlog_frame_tell(struct qlog *log, const struct h3_qlog_frame *f)
{
    qlog_begin(log, f->owner == QLOG_LOCAL ? "http:frame_created"
                                           : "http:frame_parsed");
    qlog_number(log, "stream_id", (uint64_t)f->stream);
    qlog_number(log, "length", f->len);
    /* The same under its older name, which qvis looks for. */
    qlog_number(log, "byte_length", f->len);
    qlog_open(log, "frame", '{');
    add_frame(log, f);
    if (f->type == H3_SETTINGS_FRAME)
        add_settings(log, f->payload);
    if (f->type == H3_FRAMES_HEADERS)
        qlog_json(log, "headers",
                  f->section.len > 0 ? f->section : SPAN_LIT("[]"));
    qlog_close(log, '}');
    qlog_end(log);
    if (f->type == H3_SETTINGS_FRAME)
        tell_parameters(log, f);
}
