#include "channel/session_notes.h"

#include "channel/event_line.h"

void session_notes_open(struct engine *e, const struct qv_channel_opened *o)
{
    engine_note(e, "Channel is open: %s over HTTP/%s, carried by %s%s%s",
                o->protocol, o->head.version, o->transport,
                *o->why != '\0' ? ": " : "", o->why);
    if (*o->subprotocol != '\0')
        engine_note(e, "Subprotocol: %s", o->subprotocol);
    if (*o->extensions != '\0')
        engine_note(e, "Extensions: %s", o->extensions);
    if (o->max != 0)
        engine_note(e, "Datagrams have room for %zu bytes", o->max);
}

void session_notes_event(struct engine *e, const struct qv_channel_event *v)
{
    switch (v->what) {
    case QV_CHANNEL_DROP:
        engine_note(e, "%llu datagrams were not sent: %s",
                    (unsigned long long)v->count, v->text);
        break;
    case QV_CHANNEL_MAX:
        engine_note(e, "Datagrams have room for %llu bytes now",
                    (unsigned long long)v->count);
        break;
    case QV_CHANNEL_CAPSULE:
        engine_note(e, "Capsule of type %llu, %zu bytes",
                    (unsigned long long)v->type, v->len);
        break;
    case QV_CHANNEL_STREAM_OPEN:
        engine_note(e, "The peer has opened stream %lld%s",
                    (long long)v->stream, v->is_end ? ", one way" : "");
        break;
    case QV_CHANNEL_STREAM_RESET:
        engine_note(e, "The peer has reset stream %lld, code %llu",
                    (long long)v->stream, (unsigned long long)v->count);
        break;
    case QV_CHANNEL_STREAM_STOP:
        engine_note(e, "The peer wants no more on stream %lld, code %llu",
                    (long long)v->stream, (unsigned long long)v->count);
        break;
    case QV_CHANNEL_DRAIN:
        engine_note(e, "The peer takes no new channels");
        break;
    case QV_CHANNEL_END:
        engine_note(e, "The peer has ended its side");
        break;
    case QV_CHANNEL_PING:
    case QV_CHANNEL_PONG:
        engine_note(e, "%s of %zu bytes",
                    v->what == QV_CHANNEL_PING ? "Ping" : "Pong", v->len);
        break;
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_TEXT:
    case QV_CHANNEL_BINARY:
    case QV_CHANNEL_STREAM:
    case QV_CHANNEL_TRAILERS:
        break;
    }
}

void session_notes_closed(struct engine *e, const struct qv_channel_result *r)
{
    struct str code = {0};
    if (r->has_code)
        str_printf(&code, ", code %llu", (unsigned long long)r->code);
    engine_note(e, "Channel is closed by %s%s%s%s", event_line_by(r->by),
                str_text(&code), *r->reason != '\0' ? ": " : "", r->reason);
    str_fini(&code);
}
