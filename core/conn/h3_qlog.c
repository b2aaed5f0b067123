#include "conn/h3_qlog.h"

#include <stdlib.h>
#include <string.h>

#include <nghttp3/nghttp3.h>

#include "base/list.h"
#include "base/xalloc.h"
#include "conn/h3_fields.h"
#include "conn/h3_frames.h"
#include "conn/h3_qlog_frame.h"
#include "conn/h3_qlog_trail.h"
#include "conn/quic_app.h"

struct h3_qlog {
    struct qlog *log;
    struct list trails; /* of streams, the last one to be used in front */
    struct span offered[QUIC_SPANS_MAX];
    int noffered;
};

/* ---- streams ---- */

static struct h3_qlog_trail *find(const struct h3_qlog *l, int64_t id)
{
    list_each (pos, &l->trails) {
        struct h3_qlog_trail *t = container_of(pos, struct h3_qlog_trail, link);
        if (t->id == id)
            return t;
    }
    return NULL;
}

static struct h3_qlog_trail *get(struct h3_qlog *l, int64_t id)
{
    struct h3_qlog_trail *t = find(l, id);
    if (t == NULL) {
        t = h3_qlog_trail_new(id);
        list_prepend(&l->trails, &t->link);
    }
    return t;
}

static void drop(struct h3_qlog_trail *t)
{
    list_remove(&t->link);
    h3_qlog_trail_free(t);
}

struct h3_qlog *h3_qlog_new(struct qlog *log)
{
    if (log == NULL)
        return NULL;
    struct h3_qlog *l = XALLOC_NEW(struct h3_qlog);
    l->log = log;
    list_init(&l->trails);
    return l;
}

void h3_qlog_renew(struct h3_qlog *l)
{
    list_each_safe (pos, &l->trails)
        drop(container_of(pos, struct h3_qlog_trail, link));
    l->noffered = 0;
}

void h3_qlog_free(struct h3_qlog *l)
{
    if (l == NULL)
        return;
    h3_qlog_renew(l);
    free(l);
}

void h3_qlog_opened(struct h3_qlog *l, int64_t id, enum qlog_owner owner,
                    const char *what)
{
    qlog_begin(l->log, "http:stream_type_set");
    qlog_owner(l->log, owner);
    qlog_number(l->log, "stream_id", (uint64_t)id);
    qlog_string(l->log, "new", what);
    qlog_end(l->log);
}

void h3_qlog_closed(struct h3_qlog *l, int64_t id)
{
    struct h3_qlog_trail *t = find(l, id);
    if (t)
        drop(t);
}

/* ---- ours ---- */

void h3_qlog_submitted(struct h3_qlog *l, int64_t id,
                       const struct h3_fields_out *section)
{
    struct qlog text = {.hides = l->log->hides};
    str_add_char(&text.out, '[');
    for (size_t i = 0; i < section->len; i++) {
        const nghttp3_nv *pair = &section->pairs[i];
        qlog_field(&text, span_of(pair->name, pair->namelen),
                   span_of(pair->value, pair->valuelen));
    }
    str_add_char(&text.out, ']');
    h3_qlog_trail_submit(get(l, id), &text.out);
}

void h3_qlog_offered(struct h3_qlog *l, const struct span *spans, int n)
{
    l->noffered = n < QUIC_SPANS_MAX ? n : QUIC_SPANS_MAX;
    if (n > 0)
        memcpy(l->offered, spans, (size_t)l->noffered * sizeof *spans);
}

static void tell_sent(struct h3_qlog *l, struct h3_qlog_trail *t)
{
    struct h3_qlog_frame f = {.stream = t->id,
                              .type = t->sent.frames.type,
                              .len = t->sent.len,
                              .owner = QLOG_LOCAL,
                              .payload = str_span(&t->sent.payload)};
    struct str section = {0};
    if (f.type == H3_FRAMES_HEADERS && h3_qlog_trail_take(t, &section))
        f.section = str_span(&section);
    h3_qlog_frame_tell(l->log, &f);
    str_fini(&section);
}

void h3_qlog_sent(struct h3_qlog *l, int64_t id, size_t len)
{
    if (len == 0)
        return;
    struct h3_qlog_trail *t = get(l, id);
    for (int i = 0; i < l->noffered && len > 0; i++) {
        struct span piece = l->offered[i];
        if (piece.len > len)
            piece.len = len;
        len -= piece.len;
        if (!h3_qlog_trail_begins(t, &t->sent, &piece))
            continue;
        while (h3_qlog_trail_next(t, &t->sent, &piece))
            tell_sent(l, t);
    }
    l->noffered = 0;
}

/* ---- capsules ---- */

void h3_qlog_end(struct h3_qlog *l)
{
    l->log = NULL;
}

const struct qlog_stream *h3_qlog_stream(struct h3_qlog *l, int64_t id,
                                         struct arena *arena)
{
    struct qlog_stream *s = ARENA_NEW(arena, struct qlog_stream);
    *s = (struct qlog_stream){.log = &l->log, .id = (uint64_t)id};
    return s;
}

/* ---- the peer's ---- */

void h3_qlog_uni(struct h3_qlog *l, int64_t id, struct span data)
{
    struct h3_qlog_trail *t = get(l, id);
    bool was_known = t->received.is_known;
    bool is_frames = h3_qlog_trail_begins(t, &t->received, &data);
    if (t->received.is_known && !was_known)
        h3_qlog_opened(l, id, false, h3_qlog_frame_stream(t->received.what));
    while (is_frames && h3_qlog_trail_next(t, &t->received, &data))
        h3_qlog_frame_tell(
            l->log,
            &(struct h3_qlog_frame){.stream = id,
                                    .type = t->received.frames.type,
                                    .len = t->received.len,
                                    .owner = QLOG_REMOTE,
                                    .payload = str_span(&t->received.payload)});
}

static void tell_received(struct h3_qlog *l, int64_t id,
                          const struct h3_qlog_waiting *w, struct span section)
{
    h3_qlog_frame_tell(l->log, &(struct h3_qlog_frame){.stream = id,
                                                       .type = w->type,
                                                       .len = w->len,
                                                       .owner = QLOG_REMOTE,
                                                       .section = section});
}

void h3_qlog_frame(struct h3_qlog *l, int64_t id, uint64_t type, uint64_t len)
{
    h3_qlog_trail_wait(get(l, id), type, len);
}

void h3_qlog_settle(struct h3_qlog *l, int64_t id)
{
    struct h3_qlog_waiting w;
    struct h3_qlog_trail *t = find(l, id);
    while (t && h3_qlog_trail_peek(t, &w) && w.type != H3_FRAMES_HEADERS) {
        h3_qlog_trail_pass(t);
        tell_received(l, id, &w, (struct span){NULL, 0});
    }
}

static void add_pseudo(struct qlog *text, const char *name, struct span value)
{
    if (value.base)
        qlog_field(text, span_str(name), value);
}

void h3_qlog_section(struct h3_qlog *l, int64_t id,
                     const struct h3_fields_in *in)
{
    struct h3_qlog_waiting w;
    h3_qlog_settle(l, id);
    struct h3_qlog_trail *t = find(l, id);
    if (t == NULL || !h3_qlog_trail_peek(t, &w))
        return;
    h3_qlog_trail_pass(t);
    struct qlog text = {.hides = l->log->hides};
    str_add_char(&text.out, '[');
    if (in->status > 0) {
        struct str status = {0};
        str_add_u64(&status, (uint64_t)in->status);
        add_pseudo(&text, ":status", str_span(&status));
        str_fini(&status);
    }
    add_pseudo(&text, ":method", in->method);
    add_pseudo(&text, ":protocol", in->protocol);
    add_pseudo(&text, ":scheme", in->scheme);
    add_pseudo(&text, ":authority", in->authority);
    add_pseudo(&text, ":path", in->path);
    for (size_t i = 0; i < in->fields->len; i++)
        qlog_field(&text, in->fields->items[i].name,
                   in->fields->items[i].value);
    str_add_char(&text.out, ']');
    tell_received(l, id, &w, str_span(&text.out));
    str_fini(&text.out);
}

void h3_qlog_datagram(struct h3_qlog *l, uint64_t quarter, size_t len,
                      enum qlog_owner owner)
{
    qlog_begin(l->log, owner == QLOG_LOCAL ? "http:datagram_created"
                                           : "http:datagram_parsed");
    qlog_number(l->log, "quarter_stream_id", quarter);
    qlog_length(l->log, len);
    qlog_end(l->log);
}
