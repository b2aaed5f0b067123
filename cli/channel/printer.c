#include "channel/printer.h"

#include <stdio.h>

#include "channel/event_line.h"
#include "channel/payload_out.h"
#include "channel/session.h"

static void flush(struct printer *p)
{
    if (p->to == NULL || p->text.len == 0)
        return;
    writer_write(p->to, p->text.base, p->text.len);
    str_clear(&p->text);
}

void printer_open(struct printer *p, const struct qv_channel_opened *o)
{
    if (p->mode != PAYLOAD_JSONL)
        return;
    event_line_open(&p->text, session_time(p->session), o, &p->session->form);
    flush(p);
}

void printer_closed(struct printer *p, const struct qv_channel_result *r)
{
    if (p->mode != PAYLOAD_JSONL)
        return;
    event_line_closed(&p->text, session_time(p->session), r);
    flush(p);
}

static void add_message(struct printer *p, const struct qv_channel_event *e)
{
    char text[120];
    if (payload_out_add(&p->text, p->mode, p->is_terminal, e->data, e->len))
        return;
    (void)snprintf(text, sizeof text,
                   "a message of %zu bytes was left out: --out len has room "
                   "for %d",
                   e->len, PAYLOAD_LEN_MAX);
    session_fail(p->session, QV_EXIT_TOO_LARGE, text);
}

static void add(struct printer *p, const struct qv_channel_event *e)
{
    if (p->mode == PAYLOAD_JSONL) {
        event_line_received(&p->text, session_time(p->session), e,
                            &p->session->form);
        return;
    }
    switch (e->what) {
    case QV_CHANNEL_STREAM:
        if (e->len == 0) /* its end */
            return;
        add_message(p, e);
        break;
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_TEXT:
    case QV_CHANNEL_BINARY:
        add_message(p, e);
        break;
    case QV_CHANNEL_CAPSULE:
    case QV_CHANNEL_PING:
    case QV_CHANNEL_PONG:
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
}

enum qv_flow printer_event(struct printer *p, const struct qv_channel_event *e)
{
    add(p, e);
    flush(p);
    p->is_paused = p->to != NULL && writer_is_full(p->to);
    return p->is_paused ? QV_PAUSE : QV_MORE;
}

void printer_on_drain(struct printer *p)
{
    if (!p->is_paused)
        return;
    p->is_paused = false;
    session_resume(p->session);
}

void printer_fini(struct printer *p)
{
    str_fini(&p->text);
}
