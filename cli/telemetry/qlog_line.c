#include "telemetry/qlog_line.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

/* Events that have a form of their own. */
static void add_frame_event(struct str *out, yyjson_val *values);
static void add_packet(struct str *out, yyjson_val *values);

static const struct form {
    const char *event;
    const char *shown;
    void (*add)(struct str *out, yyjson_val *values);
} forms[] = {
    {"http2:frame_created", "HTTP/2 -> ", add_frame_event},
    {"http2:frame_parsed", "HTTP/2 <- ", add_frame_event},
    {"http:frame_created", "HTTP/3 -> ", add_frame_event},
    {"http:frame_parsed", "HTTP/3 <- ", add_frame_event},
    {"transport:packet_sent", "QUIC -> ", add_packet},
    {"transport:packet_received", "QUIC <- ", add_packet},
};

/* ---- values ---- */

static void add_json(struct str *out, yyjson_val *value)
{
    char *text = yyjson_val_write(value, 0, NULL);
    str_add_text(out, text ? text : "");
    free(text);
}

static bool is_pair(yyjson_val *value)
{
    return yyjson_obj_size(value) == 2 && yyjson_obj_get(value, "name") &&
           yyjson_obj_get(value, "value");
}

static void add_member(struct str *out, const char *name, yyjson_val *value);

/* [{"name":"a","value":1}] becomes a=1. */
static void add_pairs(struct str *out, yyjson_val *pairs)
{
    size_t i;
    size_t n;
    yyjson_val *pair;
    yyjson_arr_foreach(pairs, i, n, pair)
    {
        add_member(out, yyjson_get_str(yyjson_obj_get(pair, "name")),
                   yyjson_obj_get(pair, "value"));
    }
}

/* " name=value" */
static void add_member(struct str *out, const char *name, yyjson_val *value)
{
    bool is_list = yyjson_is_arr(value);
    if (is_list && yyjson_arr_size(value) == 0)
        return;
    if (is_list && is_pair(yyjson_arr_get_first(value))) {
        add_pairs(out, value);
        return;
    }
    str_printf(out, " %s=", name ? name : "");
    if (yyjson_is_str(value))
        str_add(out, span_of(yyjson_get_str(value), yyjson_get_len(value)));
    else
        add_json(out, value);
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

static void add_members(struct str *out, yyjson_val *object,
                        const char *const *but)
{
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *value;
    yyjson_obj_foreach(object, i, n, key, value)
    {
        const char *name = yyjson_get_str(key);
        if (!is_among(name, but))
            add_member(out, name, value);
    }
}

/* ---- frames of HTTP ---- */

static uint64_t number(yyjson_val *object, const char *name)
{
    return yyjson_get_uint(yyjson_obj_get(object, name));
}

static void add_capitals(struct str *out, const char *text)
{
    for (; text && *text; text++)
        str_add_char(out, (char)toupper((unsigned char)*text));
}

static bool is_true(yyjson_val *object, const char *name)
{
    return yyjson_is_true(yyjson_obj_get(object, name));
}

/* Fields of a head are lines of their own, behind > and <. */
static void add_frame(struct str *out, yyjson_val *frame)
{
    static const char *const said[] = {
        "frame_type", "byte_length", "stream_end", "ack", "headers", NULL};
    struct str rest = {0};
    yyjson_val *fields = yyjson_obj_get(frame, "headers");
    if (yyjson_is_arr(fields))
        str_printf(&rest, " %zu field%s", yyjson_arr_size(fields),
                   yyjson_arr_size(fields) == 1 ? "" : "s");
    add_members(&rest, frame, said);
    if (rest.len) {
        str_add_char(out, ':');
        str_add(out, str_span(&rest));
    }
    str_fini(&rest);
}

static void add_frame_event(struct str *out, yyjson_val *values)
{
    yyjson_val *frame = yyjson_obj_get(values, "frame");
    yyjson_val *len = yyjson_obj_get(values, "payload_length");
    uint64_t stream = number(values, "stream_id");
    if (!len)
        len = yyjson_obj_get(values, "length");
    add_capitals(out, yyjson_get_str(yyjson_obj_get(frame, "frame_type")));
    str_printf(out, ", stream %llu", (unsigned long long)stream);
    if (yyjson_is_uint(len))
        str_printf(out, ", %llu bytes",
                   (unsigned long long)yyjson_get_uint(len));
    if (is_true(frame, "stream_end"))
        str_add_text(out, ", end of stream");
    if (is_true(frame, "ack"))
        str_add_text(out, ", ack");
    add_frame(out, frame);
}

/* ---- packets of QUIC ---- */

/* "crypto(offset=0 length=1143)" */
static void add_quic_frame(struct str *out, yyjson_val *frame)
{
    static const char *const said[] = {"frame_type", NULL};
    struct str rest = {0};
    const char *type = yyjson_get_str(yyjson_obj_get(frame, "frame_type"));
    str_printf(out, " %s", type ? type : "frame");
    add_members(&rest, frame, said);
    if (rest.len)
        str_printf(out, "(%s)", str_text(&rest) + 1);
    str_fini(&rest);
}

static void add_packet(struct str *out, yyjson_val *values)
{
    static const char *const said[] = {"frames", "header", "raw", NULL};
    yyjson_val *header = yyjson_obj_get(values, "header");
    const char *type = yyjson_get_str(yyjson_obj_get(header, "packet_type"));
    size_t i;
    size_t n;
    yyjson_val *frame;
    str_printf(
        out, "%s packet %llu, %llu bytes:", type ? type : "unknown",
        (unsigned long long)number(header, "packet_number"),
        (unsigned long long)number(yyjson_obj_get(values, "raw"), "length"));
    yyjson_arr_foreach(yyjson_obj_get(values, "frames"), i, n, frame)
        add_quic_frame(out, frame);
    add_members(out, values, said);
}

/* ---- all ---- */

static const struct form *find_form(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strlen(forms[i].event) == len &&
            memcmp(forms[i].event, name, len) == 0)
            return &forms[i];
    }
    return NULL;
}

static void add_event(struct str *out, const char *name, size_t len,
                      yyjson_val *values)
{
    static const char *const none[] = {NULL};
    const struct form *form = find_form(name, len);
    if (form) {
        str_add_text(out, form->shown);
        form->add(out, values);
    } else {
        str_add(out, span_of(name, len));
        add_members(out, values, none);
    }
}

void qlog_line_add(struct str *out, struct span event)
{
    const char *name = (const char *)event.base;
    const char *space = event.len ? memchr(name, ' ', event.len) : NULL;
    size_t len = space ? (size_t)(space - name) : event.len;
    yyjson_doc *doc =
        space ? yyjson_read(space + 1, event.len - len - 1, 0) : NULL;
    if (yyjson_is_obj(yyjson_doc_get_root(doc)))
        add_event(out, name, len, yyjson_doc_get_root(doc));
    else
        str_add(out, event);
    yyjson_doc_free(doc);
}
