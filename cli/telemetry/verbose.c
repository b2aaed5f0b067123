/*
 * Secrets are hidden in lines and in dumps alike, so a dumped head may be
 * shorter than what was sent; bodies are shown as they are.
 *
 * As in curl's files a request's head is dumped as a whole and a response's line
 * by line, and what each line begins with is the same in both forms.
 */
#include "telemetry/verbose.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "core/base/str.h"
#include "telemetry/dump.h"
#include "telemetry/qlog_line.h"
#include "terminal/colour.h"
#include "terminal/complain.h"
#include "terminal/escape.h"

#define SECOND UINT64_C(1000000000)

static const struct {
    const char *prefix; /* of a line */
    const char *title;  /* of a dump; NULL: it is a line there as well */
} kinds[] = {
    [QV_EVENT_NOTE] = {"* ", NULL},
    [QV_EVENT_REQUEST_HEAD] = {"> ", "=> Send header"},
    [QV_EVENT_RESPONSE_HEAD] = {"< ", "<= Recv header"},
    [QV_EVENT_TRAILERS] = {"< ", "<= Recv header"},
    [QV_EVENT_DATA_SENT] = {"} ", "=> Send data"},
    [QV_EVENT_DATA_RECEIVED] = {"{ ", "<= Recv data"},
    [QV_EVENT_TLS_SENT] = {"} ", "=> Send SSL data"},
    [QV_EVENT_TLS_RECEIVED] = {"{ ", "<= Recv SSL data"},
};

/* ---- secrets ---- */

/* Of a field its name, else 0: a request line has a colon too. */
static size_t name_len(const struct qv_event *event, const char *line,
                       size_t len)
{
    const char *colon = len ? memchr(line + 1, ':', len - 1) : NULL;
    size_t name = colon ? (size_t)(colon - line) : 0;
    return event->kind == QV_EVENT_NOTE || memchr(line, ' ', name) ? 0 : name;
}

static void add_shown(struct str *out, const struct verbose *v,
                      const struct qv_event *event, struct span text)
{
    const char *line = (const char *)text.base;
    bool shows_all = v->needs.show_secrets;
    size_t name = shows_all ? 0 : name_len(event, line, text.len);
    if (name && redact_is_field(line, name)) {
        str_add(out, span_of(line, name));
        str_add_text(out, ": " REDACT_SHOWN_AS);
    } else if (shows_all) {
        str_add(out, text);
    } else {
        redact_add_text(out, line, text.len);
    }
}

/* ---- what a line begins with ---- */

static void add_time(struct str *out, struct verbose *v, uint64_t at)
{
    uint64_t wall = v->epoch + at;
    time_t second = (time_t)(wall / SECOND);
    if (second != v->second) {
        struct tm tm;
        localtime_r(&second, &tm);
        (void)strftime(v->stamp, sizeof v->stamp, "%H:%M:%S", &tm);
        v->second = second;
    }
    str_printf(out, "%s.%06u ", v->stamp, (unsigned)(wall % SECOND / 1000));
}

/* "[0-1] ": whose it is, and over which connection; x: nobody's. */
static void add_ids(struct str *out, const struct qv_event *event)
{
    str_add_char(out, '[');
    if (event->xfer_id == QV_NO_XFER)
        str_add_char(out, 'x');
    else
        str_printf(out, "%" PRIu64, event->xfer_id);
    if (event->conn_id == 0)
        str_add_text(out, "-x] ");
    else
        str_printf(out, "-%" PRIu64 "] ", event->conn_id);
}

static void begin_line(struct str *out, struct verbose *v,
                       const struct qv_event *event)
{
    if (v->needs.options->is_timed)
        add_time(out, v, event->at);
    if (v->needs.options->has_ids)
        add_ids(out, event);
}

/* ---- forms ---- */

static void add_part(struct str *out, bool is_on, enum colour c,
                     const char *text, size_t len)
{
    colour_begin(out, is_on && len, c);
    escape_bytes(out, text, len);
    colour_end(out, is_on && len, c);
}

/* "HTTP/2 200 OK": from its status on, in the colour of that. */
static void add_status_line(struct str *out, bool is_on, const char *line,
                            size_t len)
{
    size_t at = 0;
    while (at < len && line[at] != ' ')
        at++;
    int status = at < len ? (int)strtol(line + at, NULL, 10) : 0;
    escape_bytes(out, line, at);
    add_part(out, is_on, colour_of_status(status), line + at, len - at);
}

/* A line of a head has the colours that it has with -i (view/head_view.h); what is
 * ours is faint. */
static void add_coloured(struct str *out, const struct verbose *v,
                         const struct qv_event *event, const struct str *shown)
{
    bool is_on = v->needs.has_colours && v->file.is_console;
    const char *line = str_text(shown);
    size_t name = name_len(event, line, shown->len);
    switch (event->kind) {
    case QV_EVENT_REQUEST_HEAD:
    case QV_EVENT_RESPONSE_HEAD:
    case QV_EVENT_TRAILERS:
        break;
    default:
        add_part(out, is_on, COLOUR_FAINT, line, shown->len);
        return;
    }
    if (name) {
        add_part(out, is_on, COLOUR_NAME, line, name);
        escape_bytes(out, line + name, shown->len - name);
    } else if (event->kind == QV_EVENT_REQUEST_HEAD) {
        size_t method = strcspn(line, " ");
        add_part(out, is_on, COLOUR_STRONG, line, method);
        escape_bytes(out, line + method, shown->len - method);
    } else {
        add_status_line(out, is_on, line, shown->len);
    }
}

static void add_line(struct str *out, struct verbose *v,
                     const struct qv_event *event, struct span text)
{
    struct str shown = {0};
    add_shown(&shown, v, event, text);
    begin_line(out, v, event);
    str_add_text(out, kinds[event->kind].prefix);
    add_coloured(out, v, event, &shown);
    str_add_char(out, '\n');
    str_fini(&shown);
}

static void add_dump(struct str *out, struct verbose *v,
                     const struct qv_event *event, struct span bytes)
{
    begin_line(out, v, event);
    str_printf(out, "%s, %zu bytes (0x%zx)\n", kinds[event->kind].title,
               bytes.len, bytes.len);
    if (v->needs.options->form == VERBOSE_HEX)
        dump_hex(out, bytes);
    else
        dump_ascii(out, bytes);
}

/* The next line of a text, without its end; false: there is none. */
static bool take_line(struct span *rest, struct span *line)
{
    const uint8_t *eol;
    if (rest->len == 0)
        return false;
    eol = memchr(rest->base, '\n', rest->len);
    *line = span_of(rest->base, eol ? (size_t)(eol - rest->base) : rest->len);
    size_t used = line->len + (eol != NULL);
    *rest = span_of(rest->base + used, rest->len - used);
    if (line->len && line->base[line->len - 1] == '\r')
        line->len--;
    return true;
}

static bool is_qlog(const struct qv_event *event)
{
    return strcmp(event->name, "qlog") == 0;
}

static void add_qlog(struct str *out, struct verbose *v,
                     const struct qv_event *event)
{
    struct str line = {0};
    qlog_line_add(&line, span_of(event->text, event->len));
    add_line(out, v, event, str_span(&line));
    str_fini(&line);
}

static void add_lines(struct str *out, struct verbose *v,
                      const struct qv_event *event)
{
    struct span rest = span_of(event->text, event->len);
    struct span line;
    while (take_line(&rest, &line))
        add_line(out, v, event, line);
}

static void add_head(struct str *out, struct verbose *v,
                     const struct qv_event *event)
{
    struct span rest = span_of(event->text, event->len);
    struct span line;
    struct str shown = {0};
    bool is_whole = event->kind == QV_EVENT_REQUEST_HEAD;
    while (take_line(&rest, &line)) {
        add_shown(&shown, v, event, line);
        str_add_text(&shown, "\r\n");
        if (!is_whole) {
            add_dump(out, v, event, str_span(&shown));
            str_clear(&shown);
        }
    }
    if (is_whole)
        add_dump(out, v, event, str_span(&shown));
    str_fini(&shown);
}

static void add_event(struct str *out, struct verbose *v,
                      const struct qv_event *event)
{
    if (is_qlog(event))
        add_qlog(out, v, event);
    else if (v->needs.options->form == VERBOSE_LINES ||
             !kinds[event->kind].title)
        add_lines(out, v, event);
    else if (event->kind >= QV_EVENT_DATA_SENT &&
             event->kind <= QV_EVENT_TLS_RECEIVED)
        add_dump(out, v, event, span_of(event->text, event->len));
    else
        add_head(out, v, event);
}

/* Decisions and frames are of -vv, packets and all else of -vvv. */
static bool is_wanted(const struct verbose_options *o,
                      const struct qv_event *event)
{
    bool is_http =
        event->len > 4 && event->text && memcmp(event->text, "http", 4) == 0;
    if (is_qlog(event))
        return is_http ? o->has_decisions : o->has_packets;
    return o->has_decisions || strcmp(event->name, "decision") != 0;
}

/* One write for an event: lines of several processes do not mix. */
static void on_event(struct qv_listener *l, const struct qv_event *event)
{
    struct verbose *v = QV_OWNER(l, struct verbose, listener);
    struct str out = {0};
    if (event->len == 0 || !is_wanted(v->needs.options, event))
        return;
    add_event(&out, v, event);
    if (v->file.is_console && v->needs.before)
        v->needs.before(v->needs.user);
    trace_file_write(&v->file, &out);
    str_fini(&out);
}

/* ---- beginning and end ---- */

int verbose_start(struct verbose *v, struct qv_client *client,
                  const struct verbose_needs *needs)
{
    const char *path = needs->options->path ? needs->options->path : "%";
    bool is_dump = needs->options->form != VERBOSE_LINES;
    struct timespec now;
    *v = (struct verbose){
        .listener = {.wants_notes = true, .wants_data = is_dump},
        .needs = *needs,
        .client = client,
        .second = -1,
    };
    if (!trace_file_open(&v->file, path))
        return complain_unwritten("cannot write the trace to", path, errno);
    (void)clock_gettime(CLOCK_REALTIME, &now);
    v->epoch = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec -
               qv_client_now(client);
    v->listener.on_event = on_event;
    qv_client_listen(client, &v->listener);
    return QV_EXIT_OK;
}

void verbose_note(struct verbose *v, uint64_t xfer_id, const char *text)
{
    struct qv_event event = {
        .kind = QV_EVENT_NOTE,
        .name = "",
        .at = v->client ? qv_client_now(v->client) : 0,
        .xfer_id = xfer_id,
        .text = text,
        .len = strlen(text),
    };
    if (v->listener.on_event)
        on_event(&v->listener, &event);
}

int verbose_end(struct verbose *v)
{
    const char *path = v->file.path;
    uint64_t dropped;
    bool is_file = v->file.is_open && !v->file.is_console;
    int failed = trace_file_close(&v->file, &dropped);
    if (dropped)
        complain_notice("%" PRIu64 " lines of the trace were not written to "
                        "'%s': their reader was too slow",
                        dropped, path);
    return failed && is_file
               ? complain_unwritten("writing the trace to", path, failed)
               : QV_EXIT_OK;
}
