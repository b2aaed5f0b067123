#include "support/quic_toy.h"

#include <stdlib.h>

#include "base/fault.h"

/* Bytes sent must not move until they are acknowledged, so an echo's room is
 * reserved at once. */
#define ECHO_MAX ((size_t)4 * 1024 * 1024)

static struct quic_toy *of(struct quic_app *app)
{
    return container_of(app, struct quic_toy, app);
}

static void news(struct quic_toy *t)
{
    if (t->on_news)
        t->on_news(t);
}

struct quic_toy_stream *quic_toy_find(struct quic_toy *t, int64_t id)
{
    for (size_t i = 0; i < t->nstreams; i++)
        if (t->streams[i].id == id)
            return &t->streams[i];
    return NULL;
}

static struct quic_toy_stream *get_stream(struct quic_toy *t, int64_t id)
{
    struct quic_toy_stream *s = quic_toy_find(t, id);
    if (s)
        return s;
    if (t->nstreams == QUIC_TOY_STREAMS)
        abort();
    s = &t->streams[t->nstreams++];
    *s = (struct quic_toy_stream){.id = id};
    return s;
}

struct quic_toy_stream *quic_toy_send(struct quic_toy *t, struct span data,
                                      bool fin)
{
    int64_t id = quic_open_bidi(t->quic);
    if (id < 0)
        return NULL;
    struct quic_toy_stream *s = get_stream(t, id);
    str_add(&s->out, data);
    s->has_fin = fin;
    quic_wake(t->quic);
    return s;
}

static void on_open(struct quic_app *app)
{
    struct quic_toy *t = of(app);
    t->is_open = true;
    if (t->on_open)
        t->on_open(t);
    news(t);
}

static bool on_stream_data(struct quic_app *app, int64_t id, struct span data,
                           bool fin)
{
    struct quic_toy *t = of(app);
    struct quic_toy_stream *s = get_stream(t, id);
    if (t->is_failing)
        return false;
    s->received += data.len;
    s->is_complete = fin;
    if (t->is_keeping)
        str_add(&s->in, data);
    if (t->is_echo) {
        if (s->out.len + data.len > ECHO_MAX)
            abort();
        if (s->out.cap <= ECHO_MAX)
            str_reserve(&s->out, ECHO_MAX + 1);
        str_add(&s->out, data);
        s->has_fin = fin;
        quic_wake(t->quic);
    }
    if (!t->is_stingy)
        quic_consumed(t->quic, id, data.len);
    news(t);
    return true;
}

static void on_stream_acked(struct quic_app *app, int64_t id, uint64_t len)
{
    get_stream(of(app), id)->acked += len;
}

static void on_stream_reset(struct quic_app *app, int64_t id, uint64_t code)
{
    get_stream(of(app), id)->reset_code = code;
    news(of(app));
}

static void on_stop_sending(struct quic_app *app, int64_t id, uint64_t code)
{
    get_stream(of(app), id)->stop_code = code;
    news(of(app));
}

static void on_stream_closed(struct quic_app *app, int64_t id, bool has_code,
                             uint64_t code)
{
    (void)has_code;
    (void)code;
    get_stream(of(app), id)->is_closed = true;
    news(of(app));
}

static void on_streams_allowed(struct quic_app *app)
{
    news(of(app));
}

static void on_stream_unblocked(struct quic_app *app, int64_t id)
{
    get_stream(of(app), id)->is_blocked = false;
    quic_wake(of(app)->quic);
}

static bool on_datagram(struct quic_app *app, struct span data)
{
    struct quic_toy *t = of(app);
    str_clear(&t->datagram);
    str_add(&t->datagram, data);
    t->ndatagrams++;
    news(t);
    return true;
}

static void on_datagram_max(struct quic_app *app)
{
    news(of(app));
}

static bool next_datagram(struct quic_app *app, struct quic_datagram *d)
{
    struct quic_toy *t = of(app);
    if (t->nshot + t->nshot_too_large == t->shots)
        return false;
    size_t half = t->shot.len / 2;
    d->id = t->nshot;
    d->head = span_of(t->shot.base, half);
    d->body = span_of(t->shot.base + half, t->shot.len - half);
    return true;
}

static void datagram_sent(struct quic_app *app, uint64_t id)
{
    struct quic_toy *t = of(app);
    if (id != t->nshot)
        abort();
    t->nshot++;
}

static void datagram_too_large(struct quic_app *app, uint64_t id)
{
    struct quic_toy *t = of(app);
    if (id != t->nshot)
        abort();
    t->nshot_too_large++;
    news(t);
}

static void on_datagram_acked(struct quic_app *app, uint64_t id)
{
    struct quic_toy *t = of(app);
    if (id >= t->nshot)
        abort();
    t->nshot_acked++;
    news(t);
}

static void on_datagram_lost(struct quic_app *app, uint64_t id)
{
    struct quic_toy *t = of(app);
    if (id >= t->nshot)
        abort();
    t->nshot_lost++;
    news(t);
}

static bool has_more(const struct quic_toy_stream *s)
{
    if (s->is_closed || s->is_blocked)
        return false;
    return s->sent < s->out.len || (s->has_fin && !s->is_fin_sent);
}

static int next_send(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin)
{
    struct quic_toy *t = of(app);
    (void)cap;
    for (size_t i = 0; i < t->nstreams; i++) {
        struct quic_toy_stream *s = &t->streams[i];
        if (!has_more(s))
            continue;
        *id = s->id;
        *fin = s->has_fin;
        spans[0] = span_of(s->out.base + s->sent, s->out.len - s->sent);
        return spans[0].len ? 1 : 0;
    }
    return -1;
}

static void sent(struct quic_app *app, int64_t id, size_t len)
{
    struct quic_toy_stream *s = get_stream(of(app), id);
    s->sent += len;
    if (s->has_fin && s->sent == s->out.len)
        s->is_fin_sent = true;
}

static void blocked(struct quic_app *app, int64_t id)
{
    get_stream(of(app), id)->is_blocked = true;
}

static void write_closed(struct quic_app *app, int64_t id)
{
    struct quic_toy_stream *s = get_stream(of(app), id);
    s->sent = s->out.len;
    s->is_fin_sent = true;
}

static void on_alive(struct quic_app *app)
{
    struct quic_toy *t = of(app);
    t->nalive++;
    news(t);
}

static void on_path(struct quic_app *app)
{
    struct quic_toy *t = of(app);
    t->npaths++;
    news(t);
}

static void on_path_failed(struct quic_app *app)
{
    struct quic_toy *t = of(app);
    t->nfailed_paths++;
    news(t);
}

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct quic_toy *t = of(app);
    t->is_closed = true;
    t->quic = NULL;
    t->why = *why;
    news(t);
}

static void closed(struct fault *f, uint64_t code)
{
    static const char *const names[] = {"TOY_DONE", "TOY_BROKEN", "TOY_BUSY"};
    size_t i = (size_t)(code - QUIC_TOY_DONE);
    fault_set(f, code == QUIC_TOY_DONE ? ERR_NONE : ERR_RECV, code,
              "the toy is gone: %s",
              i < sizeof names / sizeof *names ? names[i] : "?");
    if (code == QUIC_TOY_BUSY)
        f->remedy = REMEDY_RESEND;
}

const struct quic_protocol quic_toy_protocol = {
    .alpn = "toy",
    .no_error = QUIC_TOY_DONE,
    .internal_error = QUIC_TOY_BROKEN,
    .excessive_load = QUIC_TOY_BUSY,
    .closed = closed,
};

static const struct quic_app_ops ops = {
    .protocol = &quic_toy_protocol,
    .on_open = on_open,
    .on_stream_data = on_stream_data,
    .on_stream_acked = on_stream_acked,
    .on_stream_reset = on_stream_reset,
    .on_stop_sending = on_stop_sending,
    .on_stream_closed = on_stream_closed,
    .on_streams_allowed = on_streams_allowed,
    .on_stream_unblocked = on_stream_unblocked,
    .on_datagram = on_datagram,
    .on_datagram_max = on_datagram_max,
    .next_datagram = next_datagram,
    .datagram_sent = datagram_sent,
    .datagram_too_large = datagram_too_large,
    .on_datagram_acked = on_datagram_acked,
    .on_datagram_lost = on_datagram_lost,
    .next_send = next_send,
    .sent = sent,
    .blocked = blocked,
    .write_closed = write_closed,
    .on_alive = on_alive,
    .on_path = on_path,
    .on_path_failed = on_path_failed,
    .on_closed = on_closed,
};

void quic_toy_init(struct quic_toy *t, struct loop *loop)
{
    *t = (struct quic_toy){.app = {&t->ops}, .ops = ops, .loop = loop};
}

void quic_toy_fini(struct quic_toy *t)
{
    for (size_t i = 0; i < t->nstreams; i++) {
        str_fini(&t->streams[i].out);
        str_fini(&t->streams[i].in);
    }
    str_fini(&t->datagram);
}

void quic_toy_shoot(struct quic_toy *t, struct span shot, size_t shots)
{
    t->shot = shot;
    t->shots += shots;
    quic_wake(t->quic);
}
