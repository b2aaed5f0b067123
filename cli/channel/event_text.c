#include "channel/event_text.h"

#include <inttypes.h>

#include "terminal/escape.h"

enum {
    HEX_COLUMNS = 16,
    SHOWN_MAX = 64 * 1024, /* bytes of a payload */
};

static const char *const names[] = {
    [QV_CHANNEL_DATAGRAM] = "dgram",
    [QV_CHANNEL_TEXT] = "text",
    [QV_CHANNEL_BINARY] = "binary",
    [QV_CHANNEL_STREAM] = "stream",
    [QV_CHANNEL_CAPSULE] = "capsule",
    [QV_CHANNEL_PING] = "ping",
    [QV_CHANNEL_PONG] = "pong",
    [QV_CHANNEL_TRAILERS] = "trailers",
    [QV_CHANNEL_DROP] = "drop",
    [QV_CHANNEL_MAX] = "max",
    [QV_CHANNEL_STREAM_OPEN] = "stream",
    [QV_CHANNEL_STREAM_RESET] = "stream",
    [QV_CHANNEL_STREAM_STOP] = "stream",
    [QV_CHANNEL_DRAIN] = "drain",
    [QV_CHANNEL_END] = "end",
};

static void begin(struct str *out, const struct event_text *e,
                  const struct event_text_time *t, char mark)
{
    struct tm tm;
    if (e->is_relative) {
        str_printf(out, "%9.3f %c ", t->since_start, mark);
        return;
    }
    (void)localtime_r(&t->day.tv_sec, &tm);
    str_printf(out, "%02d:%02d:%02d.%03ld %c ", tm.tm_hour, tm.tm_min,
               tm.tm_sec, t->day.tv_nsec / 1000000, mark);
}

static void add_hex_line(struct str *out, const unsigned char *at, size_t from,
                         size_t n)
{
    str_printf(out, "  %04zx ", from);
    for (size_t i = 0; i < HEX_COLUMNS; i++) {
        if (i < n)
            str_printf(out, " %02x", at[i]);
        else
            str_add_spaces(out, 3);
    }
    str_add_spaces(out, 2);
    for (size_t i = 0; i < n; i++)
        str_add_char(out, at[i] >= ' ' && at[i] < 0x7f ? (char)at[i] : '.');
    str_add_char(out, '\n');
}

static void add_payload(struct str *out, const struct event_text *e,
                        const void *data, size_t len)
{
    const unsigned char *at = data;
    size_t shown = len < SHOWN_MAX ? len : SHOWN_MAX;
    str_printf(out, " %zuB", len);
    if (e->is_hex) {
        str_add_char(out, '\n');
        for (size_t i = 0; i < shown; i += HEX_COLUMNS)
            add_hex_line(out, at + i, i,
                         shown - i < HEX_COLUMNS ? shown - i : HEX_COLUMNS);
    } else {
        str_add_text(out, " \"");
        escape_bytes(out, data, shown);
        str_add_text(out, "\"\n");
    }
    if (shown < len)
        str_printf(out, "  ... %zu bytes more\n", len - shown);
}

static void add_message(struct str *out, const struct event_text *e,
                        const struct qv_channel_message *m)
{
    str_add_text(out, names[m->what]);
    if (m->stream >= 0)
        str_printf(out, " #%" PRId64, m->stream);
    if (m->what == QV_CHANNEL_CAPSULE)
        str_printf(out, " type %" PRIu64, m->type);
    add_payload(out, e, m->len > 0 ? m->data : "", m->len);
}

void event_text_sent(struct str *out, const struct event_text *e,
                     const struct event_text_time *t,
                     const struct qv_channel_message *m)
{
    begin(out, e, t, '>');
    add_message(out, e, m);
}

void event_text_notice(struct str *out, const struct event_text *e,
                       const struct event_text_time *t, const char *text)
{
    begin(out, e, t, '*');
    escape_line(out, text);
    str_add_char(out, '\n');
}

static void add_told(struct str *out, const struct qv_channel_event *e)
{
    switch (e->what) {
    case QV_CHANNEL_DROP:
        str_printf(out, "%" PRIu64 " datagrams were dropped: ", e->count);
        escape_line(out, e->text);
        break;
    case QV_CHANNEL_MAX:
        str_printf(out, "datagrams have room for %" PRIu64 " bytes now",
                   e->count);
        break;
    case QV_CHANNEL_STREAM_OPEN:
        str_printf(out, "the peer opened stream #%" PRId64 "%s", e->stream,
                   e->is_end ? ", one way" : "");
        break;
    case QV_CHANNEL_STREAM_RESET:
        str_printf(out, "the peer reset stream #%" PRId64 ", code %" PRIu64,
                   e->stream, e->count);
        break;
    case QV_CHANNEL_STREAM_STOP:
        str_printf(
            out, "the peer wants no more on stream #%" PRId64 ", code %" PRIu64,
            e->stream, e->count);
        break;
    case QV_CHANNEL_DRAIN:
        str_add_text(out, "the peer takes no new channels");
        break;
    case QV_CHANNEL_END:
        str_add_text(out, "the peer has ended its side");
        break;
    case QV_CHANNEL_TRAILERS:
        str_add_text(out, "trailers:");
        for (size_t i = 0; i < e->nfields; i++) {
            str_add_char(out, ' ');
            escape_line(out, e->fields[i].name);
            str_add_text(out, ": ");
            escape_line(out, e->fields[i].value);
        }
        break;
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_TEXT:
    case QV_CHANNEL_BINARY:
    case QV_CHANNEL_STREAM:
    case QV_CHANNEL_CAPSULE:
    case QV_CHANNEL_PING:
    case QV_CHANNEL_PONG:
        break;
    }
    str_add_char(out, '\n');
}

void event_text_received(struct str *out, const struct event_text *e,
                         const struct event_text_time *t,
                         const struct qv_channel_event *event)
{
    switch (event->what) {
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_TEXT:
    case QV_CHANNEL_BINARY:
    case QV_CHANNEL_STREAM:
    case QV_CHANNEL_CAPSULE:
    case QV_CHANNEL_PING:
    case QV_CHANNEL_PONG:
        begin(out, e, t, '<');
        add_message(out, e,
                    &(struct qv_channel_message){.what = event->what,
                                                 .data = event->data,
                                                 .len = event->len,
                                                 .stream = event->stream,
                                                 .type = event->type});
        return;
    case QV_CHANNEL_TRAILERS:
    case QV_CHANNEL_DROP:
    case QV_CHANNEL_MAX:
    case QV_CHANNEL_STREAM_OPEN:
    case QV_CHANNEL_STREAM_RESET:
    case QV_CHANNEL_STREAM_STOP:
    case QV_CHANNEL_DRAIN:
    case QV_CHANNEL_END:
        break;
    }
    begin(out, e, t, '*');
    add_told(out, event);
}
