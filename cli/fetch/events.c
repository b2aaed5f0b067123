/*
 * When does a stream go on?  As a browser's EventSource: any end of a connection
 * is an accident, a clean one too, once a stream was open.  What could not be
 * opened to begin with is an error of the user's, and --retry is there for it.
 *
 * The wait grows while connections bring nothing, so that a server that takes
 * them and drops them is not asked as fast as it allows.
 */
#include "fetch/events.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/jsonl.h"
#include "fetch/job.h"

#define MS               UINT64_C(1000000)
#define RETRY_DEFAULT_MS 3000
#define RETRY_MAX_MS     60000
/* As the largest message of a channel. */
#define EVENT_MAX ((size_t)16 * 1024 * 1024)

static struct qv_client *client_of(const struct events *e)
{
    return e->job->env->engine->client;
}

static void fail(struct events *e, int status, const char *message)
{
    struct job *j = e->job;
    e->is_over = true;
    j->status = status;
    (void)snprintf(j->message, sizeof j->message, "%s", message);
}

/* ---- the request ---- */

/* The value of a field "Name: value", without the blanks around it; or NULL. */
static const char *value_of(const char *field, const char *name)
{
    size_t len = strlen(name);
    if (strncasecmp(field, name, len) != 0 || field[len] != ':')
        return NULL;
    return field + len + 1 + strspn(field + len + 1, " \t");
}

/* What the user says of it is where the first connection begins. */
static void take_last_id(struct events *e, struct strings *headers)
{
    size_t kept = e->job->request.engine.norigin_headers;
    for (size_t i = kept; i < headers->len; i++) {
        const char *value = value_of(headers->at[i], "Last-Event-ID");
        if (value == NULL) {
            headers->at[kept++] = headers->at[i];
            continue;
        }
        str_clear(&e->stream.id);
        str_add_text(&e->stream.id, value);
    }
    headers->len = kept;
}

static void add_unless_given(struct strings *headers, const char *name,
                             const char *field)
{
    for (size_t i = 0; i < headers->len; i++)
        if (value_of(headers->at[i], name) != NULL)
            return;
    strings_add(headers, field);
}

/* An identifier with bytes that no field may have cannot be said. */
static bool is_field(const struct str *id)
{
    for (size_t i = 0; i < id->len; i++)
        if ((unsigned char)id->base[i] < ' ' || id->base[i] == 0x7f)
            return false;
    return id->len > 0;
}

static void set_headers(struct events *e)
{
    struct request *r = &e->job->request;
    r->headers.len = e->nheaders;
    if (is_field(&e->stream.id)) {
        str_clear(&e->last);
        str_add_text(&e->last, "Last-Event-ID: ");
        str_add(&e->last, str_span(&e->stream.id));
        strings_add(&r->headers, str_text(&e->last));
    }
    r->engine.headers = r->headers.at;
    r->engine.nheaders = r->headers.len;
}

static void on_again(struct qv_timer *timer);

void events_begin(struct events *e, struct job *j)
{
    struct request *r = &j->request;
    *e = (struct events){.job = j,
                         .again = {.on_expired = on_again},
                         .max_time = r->options.max_time};
    event_stream_init(&e->stream, EVENT_MAX);
    e->begun_at = qv_client_now(client_of(e));
    take_last_id(e, &r->headers);
    add_unless_given(&r->headers, "Accept", "Accept: text/event-stream");
    add_unless_given(&r->headers, "Cache-Control", "Cache-Control: no-store");
    e->nheaders = r->headers.len;
    set_headers(e);
    event_stream_again(&e->stream); /* the identifier is that of the first */
}

void events_fini(struct events *e)
{
    event_stream_fini(&e->stream);
    str_fini(&e->last);
}

/* ---- the answer ---- */

/* "text/event-stream; charset=utf-8" */
static bool is_stream_type(const struct qv_head *head)
{
    const char type[] = "text/event-stream";
    size_t len = strlen(type);
    for (size_t i = 0; i < head->nfields; i++) {
        const char *value = head->fields[i].value;
        if (strcasecmp(head->fields[i].name, "content-type") != 0)
            continue;
        return strncasecmp(value, type, len) == 0 &&
               strchr("; \t", value[len]) != NULL; /* its end as well */
    }
    return false;
}

static void refuse(struct events *e, const struct qv_head *head)
{
    char message[100];
    if (head->status >= 400) {
        (void)snprintf(message, sizeof message,
                       "The requested URL returned error: %d", head->status);
        fail(e, QV_EXIT_HTTP_STATUS, message);
        return;
    }
    (void)snprintf(message, sizeof message,
                   "the answer (%d) is no stream of events", head->status);
    fail(e, QV_EXIT_WEIRD_REPLY, message);
}

void events_head(struct events *e, const struct qv_head *head)
{
    if (head->status < 200 || head->is_redirect || head->is_connect)
        return;
    e->is_stream = head->status == 200 && is_stream_type(head);
    if (e->is_stream)
        e->was_open = true;
    else if (head->status == 204)
        e->is_over = true;
    else
        refuse(e, head);
}

static void add_line(struct events *e, struct str *line,
                     const struct event_stream_event *event)
{
    uint64_t t = qv_client_now(client_of(e)) - e->begun_at;
    jsonl_put(line, "{" JSONL_FIRST("t"));
    jsonl_seconds(line, (double)t / 1e9);
    jsonl_put(line, JSONL_KEY("event"));
    jsonl_quote(line, (const char *)event->type.base, event->type.len);
    jsonl_put(line, JSONL_KEY("data"));
    jsonl_quote(line, (const char *)event->data.base, event->data.len);
    jsonl_put(line, JSONL_KEY("id"));
    if (event->id.len > 0)
        jsonl_quote(line, (const char *)event->id.base, event->id.len);
    else
        jsonl_put(line, "null");
    jsonl_put(line, JSONL_KEY("retry"));
    if (event->has_retry)
        jsonl_number(line, event->retry);
    else
        jsonl_put(line, "null");
    jsonl_put(line, "}\n");
}

static bool is_enough(const struct events *e)
{
    return e->job->op->sse_count > 0 && e->nevents >= e->job->op->sse_count;
}

enum qv_flow events_body(struct events *e, const void *data, size_t len)
{
    enum qv_flow flow = QV_MORE;
    struct event_stream_event event;
    enum event_stream_next next = EVENT_STREAM_MORE;
    struct str line = {0};
    if (!e->is_stream)
        return QV_ENOUGH; /* said at its head */
    event_stream_feed(&e->stream, data, len);
    while (flow != QV_ABORT && !is_enough(e) &&
           (next = event_stream_next(&e->stream, &event)) ==
               EVENT_STREAM_EVENT) {
        str_clear(&line);
        add_line(e, &line, &event);
        e->nevents++;
        e->has_news = true;
        flow = sink_body(&e->job->sink, line.base, line.len);
    }
    str_fini(&line);
    if (next == EVENT_STREAM_TOO_LARGE) {
        fail(e, QV_EXIT_TOO_LARGE, "an event has more than 16 MiB");
        return QV_ENOUGH;
    }
    if (flow != QV_ABORT && is_enough(e)) {
        e->is_over = true;
        return QV_ENOUGH;
    }
    return flow;
}

/* ---- again ---- */

/* What is left of --max-time; 0: it does not matter. */
static uint64_t time_left(const struct events *e)
{
    uint64_t gone = qv_client_now(client_of(e)) - e->begun_at;
    if (e->max_time == 0)
        return 0;
    return e->max_time > gone ? e->max_time - gone : 1;
}

static uint64_t delay_ns(const struct events *e)
{
    uint64_t asked =
        e->stream.retry == UINT64_MAX ? RETRY_DEFAULT_MS : e->stream.retry;
    uint64_t ms = asked;
    for (unsigned i = 0; i < e->nfailed && ms < RETRY_MAX_MS; i++)
        ms = ms > 0 ? ms * 2 : 100;
    if (ms > RETRY_MAX_MS)
        ms = asked > RETRY_MAX_MS ? asked : RETRY_MAX_MS;
    if (ms > UINT32_MAX)
        ms = UINT32_MAX; /* seven weeks */
    return ms * MS;
}

static void tell(const struct events *e, const struct qv_result *result,
                 uint64_t delay)
{
    struct engine *engine = e->job->env->engine;
    double seconds = (double)delay / 1e9;
    if (result->error.status)
        engine_warning(engine, "%s; asking for the stream again in %.3g s",
                       result->error.text, seconds);
    else
        engine_note(engine, "The stream has ended; asking again in %.3g s",
                    seconds);
}

static bool may_go_on(const struct events *e, const struct qv_result *result)
{
    const struct job *j = e->job;
    const struct qv_request *r = &j->request.engine;
    /* A clean end just then is followed by a connection that says so. */
    bool is_out_of_time = result->error.status == QV_EXIT_TIMEOUT &&
                          e->max_time > 0 && time_left(e) == 1;
    return e->was_open && !e->is_over && j->status == 0 &&
           j->sink.status == 0 && !is_out_of_time &&
           result->error.status != QV_EXIT_WRITE && !j->op->no_sse_reconnect &&
           strcmp(engine_method_of(r), "GET") == 0;
}

static void on_again(struct qv_timer *timer)
{
    struct events *e = QV_OWNER(timer, struct events, again);
    struct job *j = e->job;
    e->is_waiting = false;
    e->has_news = e->is_stream = false;
    event_stream_again(&e->stream);
    set_headers(e);
    j->request.options.max_time = time_left(e);
    qv_transfer_start(client_of(e), &j->transfer.face, &j->request.engine);
    qv_client_release(client_of(e));
}

bool events_go_on(struct events *e, const struct qv_result *result)
{
    if (!may_go_on(e, result))
        return false;
    e->nfailed = e->has_news ? 0 : e->nfailed + 1;
    uint64_t delay = delay_ns(e);
    if (e->max_time > 0 && delay >= time_left(e)) {
        e->is_late = true;
        return false;
    }
    tell(e, result, delay);
    e->is_waiting = true;
    qv_client_hold(client_of(e));
    qv_timer_arm(client_of(e), &e->again, delay);
    return true;
}

const struct qv_result *events_result(struct events *e,
                                      const struct qv_result *result)
{
    if (!e->is_late)
        return result;
    e->late = *result;
    e->late.error = (struct qv_error){
        .status = QV_EXIT_TIMEOUT,
        .name = "timeout",
        .class_name = "transient",
        .text = "--max-time is over before the stream may be asked for again"};
    return &e->late;
}

bool events_cancel(struct events *e)
{
    if (!e->is_waiting)
        return false;
    e->is_waiting = false;
    qv_timer_disarm(client_of(e), &e->again);
    qv_client_release(client_of(e));
    return true;
}
