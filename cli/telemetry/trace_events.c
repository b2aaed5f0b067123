#include "telemetry/trace_events.h"

#include <inttypes.h>

#include "base/json.h"

#define SECOND UINT64_C(1000000000)

enum {
    FLUSH_BYTES = 65536,
    FLUSH_MS = 200,
};

static void flush(struct trace_events *e)
{
    trace_file_write(&e->file, &e->lines);
    str_clear(&e->lines);
}

static void on_flush(struct qv_timer *t)
{
    struct trace_events *e = QV_OWNER(t, struct trace_events, timer);
    e->is_armed = false;
    flush(e);
}

/* ---- lines ---- */

static void add_stamp(struct trace_events *e, uint64_t at)
{
    uint64_t wall = e->epoch + at;
    time_t second = (time_t)(wall / SECOND);
    struct tm tm;
    if (second != e->second) {
        gmtime_r(&second, &tm);
        (void)strftime(e->stamp, sizeof e->stamp, "%Y-%m-%dT%H:%M:%S", &tm);
        e->second = second;
    }
    str_printf(&e->lines, "{\"ts\":\"%s.%06uZ\"", e->stamp,
               (unsigned)(wall % SECOND / 1000));
}

static void add_value(struct str *out, const struct qv_value *v)
{
    struct str copy = {0};
    switch (v->type) {
    case QV_VALUE_NUMBER:
        json_number(out, v->key, v->number);
        break;
    case QV_VALUE_NS:
        json_seconds(out, v->key, (double)v->number / 1e9);
        break;
    case QV_VALUE_TEXT:
        if (v->text)
            str_add(&copy, span_of(v->text, v->len));
        json_string(out, v->key, v->text ? copy.base ? copy.base : "" : NULL);
        str_fini(&copy);
        break;
    }
}

static void on_event(struct qv_listener *l, const struct qv_event *event)
{
    struct trace_events *e = QV_OWNER(l, struct trace_events, listener);
    struct str *out = &e->lines;
    if (e->file.failed)
        return;
    add_stamp(e, event->at);
    json_string(out, "event", event->name);
    if (event->xfer_id != QV_NO_XFER)
        json_number(out, "xfer_id", event->xfer_id);
    if (event->conn_id)
        json_number(out, "conn_id", event->conn_id);
    if (event->origin)
        json_string(out, "origin", event->origin);
    for (size_t i = 0; i < event->nvalues; i++)
        add_value(out, &event->values[i]);
    str_add_text(out, "}\n");
    if (out->len >= FLUSH_BYTES) {
        flush(e);
    } else if (!e->is_armed && !e->is_stopping) {
        e->is_armed = true;
        qv_timer_arm(e->client, &e->timer, FLUSH_MS * (SECOND / 1000));
    }
}

/* ---- beginning and end ---- */

bool trace_events_start(struct trace_events *e, struct qv_client *client,
                        const char *path)
{
    struct timespec now;
    *e = (struct trace_events){
        .listener = {.wants_telemetry = true, .on_event = on_event},
        .timer = {.on_expired = on_flush},
        .second = -1,
    };
    if (!trace_file_open(&e->file, path))
        return false;
    e->client = client;
    clock_gettime(CLOCK_REALTIME, &now);
    e->epoch = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec -
               qv_client_now(client);
    qv_client_listen(client, &e->listener);
    return true;
}

void trace_events_stop(struct trace_events *e)
{
    if (!e->client)
        return;
    e->is_stopping = true;
    qv_timer_disarm(e->client, &e->timer);
}

int trace_events_end(struct trace_events *e, uint64_t *dropped)
{
    flush(e);
    str_fini(&e->lines);
    e->client = NULL;
    return trace_file_close(&e->file, dropped);
}
