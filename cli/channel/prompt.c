#include "channel/prompt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/redact.h"
#include "channel/event_line.h"
#include "channel/prompt_command.h"
#include "channel/session.h"
#include "core/base/utf8.h"
#include "core/base/varint.h"
#include "core/base/xalloc.h"
#include "terminal/escape.h"

static struct prompt *prompt_of(struct speaker *s)
{
    return QV_OWNER(s, struct prompt, speaker);
}

bool prompt_is_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static struct event_text_time now_of(const struct prompt *p)
{
    struct event_text_time t = {.since_start =
                                    session_time(p->speaker.session)};
    (void)clock_gettime(CLOCK_REALTIME, &t.day);
    return t;
}

static void print(struct prompt *p)
{
    prompt_line_print(&p->line, &p->scratch);
    str_clear(&p->scratch);
}

void prompt_notice(struct prompt *p, const char *format, ...)
{
    struct event_text_time t = now_of(p);
    struct str text = {0};
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    event_text_notice(&p->scratch, &p->text, &t, str_text(&text));
    str_fini(&text);
    print(p);
}

/* ---- sending ---- */

bool prompt_send(struct prompt *p, const struct qv_channel_message *m)
{
    struct session *s = p->speaker.session;
    struct event_text_time t = now_of(p);
    if (!p->is_open) {
        prompt_notice(p, "not sent: the channel is not open yet");
        return false;
    }
    switch (session_send(s, m)) {
    case QV_CHANNEL_SEND_OK:
        event_text_sent(&p->scratch, &p->text, &t, m);
        print(p);
        return true;
    case QV_CHANNEL_SEND_FULL:
        prompt_notice(p, "not sent: the channel is full, the peer does not "
                         "read");
        break;
    case QV_CHANNEL_SEND_TOO_LARGE:
        prompt_notice(p,
                      "not sent: %zu bytes are too many, a datagram has room "
                      "for %zu",
                      m->len, qv_channel_max(&s->channel));
        break;
    case QV_CHANNEL_SEND_ENDED:
        prompt_notice(p, "not sent: our side is closed");
        break;
    case QV_CHANNEL_SEND_CANNOT:
        prompt_notice(p, "not sent: this channel has no such thing");
        break;
    }
    return false;
}

/* As RFC 9298 4 has it in front of a datagram. */
static void add_context(struct str *out, unsigned n)
{
    uint8_t id[VARINT_LEN_MAX];
    str_add(out, span_of(id, varint_put(id, n)));
}

static bool is_text_of(enum qv_channel_what what, const struct str *message)
{
    struct span bytes = str_span(message);
    return what == QV_CHANNEL_TEXT && utf8_valid_len(bytes) == bytes.len;
}

static bool say(struct prompt *p, bool is_text)
{
    struct qv_channel_message m = {
        .what = session_usual(p->speaker.session, is_text),
        .data = str_text(&p->message),
        .len = p->message.len,
        .stream = -1,
    };
    if (m.what == QV_CHANNEL_TEXT && !is_text_of(m.what, &p->message))
        m.what = QV_CHANNEL_BINARY;
    return prompt_send(p, &m);
}

bool prompt_say(struct prompt *p, bool is_text, const void *data, size_t len)
{
    bool is_datagram =
        session_usual(p->speaker.session, is_text) == QV_CHANNEL_DATAGRAM;
    str_clear(&p->message);
    if (p->context >= 0 && is_datagram)
        add_context(&p->message, (unsigned)p->context);
    str_add(&p->message, span_of(data, len));
    return say(p, is_text);
}

static void on_repeat(struct qv_timer *t)
{
    struct prompt *p = QV_OWNER(t, struct prompt, repeat);
    if (p->repeats == 0 || !say(p, true))
        return;
    p->repeats--;
    qv_timer_arm(p->line.client, &p->repeat, p->repeat_every);
}

void prompt_repeat(struct prompt *p, unsigned n, uint64_t every)
{
    p->repeats = n;
    p->repeat_every = every;
    qv_timer_arm(p->line.client, &p->repeat, 0);
}

/* ---- what is typed ---- */

static void on_line(struct prompt_line *line, const char *text)
{
    struct prompt *p = QV_OWNER(line, struct prompt, line);
    struct session *s = p->speaker.session;
    if (text == NULL) {
        session_end_quietly(s);
        return;
    }
    if (text[0] == '/' && text[1] != '/') {
        prompt_command(p, text + 1);
        return;
    }
    text += text[0] == '/';
    if (session_usual(s, true) != QV_CHANNEL_STREAM) {
        (void)prompt_say(p, true, text, strlen(text));
        return;
    }
    struct str with_end = {0};
    str_printf(&with_end, "%s\n", text);
    (void)prompt_say(p, true, with_end.base, with_end.len);
    str_fini(&with_end);
}

/* ---- what the session tells ---- */

static void keep_head(struct prompt *p, const struct qv_head *head)
{
    bool shows_all = p->speaker.session->engine.cmdline->show_secrets;
    for (size_t i = 0; i < head->nfields; i++) {
        const struct qv_field *f = &head->fields[i];
        bool is_secret =
            !shows_all && redact_is_field(f->name, strlen(f->name));
        str_add_text(&p->head, "  ");
        escape_line(&p->head, f->name);
        str_add_text(&p->head, ": ");
        escape_line(&p->head, is_secret ? REDACT_SHOWN_AS : f->value);
        str_add_char(&p->head, '\n');
    }
}

static void on_open(struct speaker *s, const struct qv_channel_opened *o)
{
    struct prompt *p = prompt_of(s);
    p->is_open = true;
    keep_head(p, &o->head);
    prompt_notice(p, "open: %s over HTTP/%s, carried by %s%s%s", o->protocol,
                  o->head.version, o->transport, *o->why != '\0' ? ": " : "",
                  o->why);
    if (o->max > 0)
        prompt_notice(p, "datagrams have room for %zu bytes", o->max);
    prompt_notice(p, "/help lists the commands, Ctrl-D ends");
}

static enum qv_flow on_event(struct speaker *s,
                             const struct qv_channel_event *e)
{
    struct prompt *p = prompt_of(s);
    struct event_text_time t = now_of(p);
    event_text_received(&p->scratch, &p->text, &t, e);
    print(p);
    return QV_MORE;
}

static void stop(struct prompt *p)
{
    p->repeats = 0;
    qv_timer_disarm(p->line.client, &p->repeat);
    prompt_line_stop(&p->line);
}

static void on_ended(struct speaker *s)
{
    stop(prompt_of(s));
}

static void on_closed(struct speaker *s, const struct qv_channel_result *r)
{
    struct prompt *p = prompt_of(s);
    struct str code = {0};
    p->is_open = false;
    if (r->has_code)
        str_printf(&code, ", code %" PRIu64, r->code);
    stop(p);
    prompt_notice(p, "closed by %s%s%s%s", event_line_by(r->by),
                  str_text(&code), *r->reason != '\0' ? ": " : "", r->reason);
    str_fini(&code);
}

/* -v, errors and warnings. */
static void before_line(void *user)
{
    struct prompt *p = user;
    prompt_line_hide(&p->line);
}

static void free_prompt(struct speaker *s)
{
    struct prompt *p = prompt_of(s);
    engine_before_lines(&s->session->engine, NULL, NULL);
    stop(p);
    prompt_line_close(&p->line);
    str_fini(&p->head);
    str_fini(&p->message);
    str_fini(&p->scratch);
    free(p);
}

static const struct speaker_ops prompt_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_ended = on_ended,
    .on_closed = on_closed,
    .free = free_prompt,
};

struct speaker *prompt_new(struct session *s)
{
    struct prompt *p = xalloc_zeroed(1, sizeof *p);
    *p = (struct prompt){
        .speaker = {.ops = &prompt_ops, .session = s},
        .line = {.client = s->engine.client,
                 .on_line = on_line,
                 .commands = prompt_command_names,
                 .has_history = !s->options->no_history},
        .text = {.is_relative = s->options->relative,
                 .is_hex = s->options->out == PAYLOAD_HEX},
        .context = -1,
        .repeat.on_expired = on_repeat,
    };
    engine_before_lines(&s->engine, before_line, p);
    prompt_line_start(&p->line);
    return &p->speaker;
}
