#include "telemetry/verbose.h"

#include <string.h>

#include "base/redact.h"
#include "core/base/str.h"
#include "terminal/console.h"
#include "terminal/escape.h"

static const char *const prefixes[] = {
    [QV_EVENT_NOTE] = "* ",
    [QV_EVENT_REQUEST_HEAD] = "> ",
    [QV_EVENT_RESPONSE_HEAD] = "< ",
    [QV_EVENT_TRAILERS] = "< ",
};

/* Of a field its name, else 0: a request line has a colon too. */
static size_t name_len(const struct qv_event *event, const char *line,
                       size_t len)
{
    const char *colon = len ? memchr(line + 1, ':', len - 1) : NULL;
    size_t name = colon ? (size_t)(colon - line) : 0;
    return event->kind == QV_EVENT_NOTE || memchr(line, ' ', name) ? 0 : name;
}

static void add_line(struct str *out, const struct verbose *v,
                     const struct qv_event *event, const char *line, size_t len)
{
    size_t name = v->show_secrets ? 0 : name_len(event, line, len);
    struct str shown = {0};
    str_add_text(out, prefixes[event->kind]);
    if (name && redact_is_field(line, name)) {
        str_add(&shown, span_of(line, name));
        str_add_text(&shown, ": " REDACT_SHOWN_AS);
    } else if (v->show_secrets) {
        str_add(&shown, span_of(line, len));
    } else {
        redact_add_text(&shown, line, len);
    }
    escape_bytes(out, shown.base ? shown.base : "", shown.len);
    str_add_char(out, '\n');
    str_fini(&shown);
}

/* One write for an event: lines of several processes do not mix. */
static void on_event(struct qv_listener *l, const struct qv_event *event)
{
    struct verbose *v = QV_OWNER(l, struct verbose, listener);
    struct str out = {0};
    const char *at = event->text;
    const char *end = at + event->len;
    while (at < end) {
        const char *eol = memchr(at, '\n', (size_t)(end - at));
        const char *next = eol ? eol + 1 : end;
        size_t len = (size_t)((eol ? eol : end) - at);
        if (len && at[len - 1] == '\r')
            len--;
        add_line(&out, v, event, at, len);
        at = next;
    }
    if (!out.len)
        return;
    if (v->before)
        v->before(v->user);
    console_write(&out);
    str_fini(&out);
}

void verbose_start(struct verbose *v, struct qv_client *client,
                   bool show_secrets, void (*before)(void *user), void *user)
{
    *v = (struct verbose){
        .listener = {.wants_notes = true, .on_event = on_event},
        .before = before,
        .user = user,
        .show_secrets = show_secrets,
    };
    qv_client_listen(client, &v->listener);
}

void verbose_note(struct verbose *v, const char *text)
{
    struct qv_event event = {
        .kind = QV_EVENT_NOTE,
        .name = "",
        .text = text,
        .len = strlen(text),
    };
    if (v->listener.on_event)
        on_event(&v->listener, &event);
}
