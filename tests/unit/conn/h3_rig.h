/*
 * h3_rig -- two sessions of HTTP/3, a client's and a server's, joined by a fake
 * QUIC, for tests of what their exchanges carry beside messages: datagrams and
 * streams.  As with fake_quic.h, exactly one file of a program includes it.
 *
 * Each request is a CONNECT that never ends by itself; what comes is written
 * down in its log.
 */
#ifndef TESTS_UNIT_CONN_H3_RIG_H
#define TESTS_UNIT_CONN_H3_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "conn/h3_datagram.h"
#include "conn/h3_send.h"
#include "conn/h3_session.h"
#include "conn/h3_substreams.h"
#include "support/fake_quic.h"

#define PATH_MAX_LEN 1000 /* bytes of a datagram that the fake QUIC carries */

/* --- a session and its exchanges ----------------------------------------- */

struct end;

/* One exchange, on one side. */
struct call {
    struct end *end;
    struct h3_stream *st; /* NULL: over */
    struct datagrams d;
    struct substreams *subs; /* NULL: it has none */
    struct str log;          /* what came: "<text>", "$" for the end */
    unsigned ndrain;
    bool drops_stream; /* in on_datagram() */
};

#define CALLS 8

struct end {
    struct h3_session s;
    struct quic *q;
    bool serves_datagrams;          /* a server: its handlers take them */
    struct substreams *serves_subs; /* a server: those of its next handler */
    bool is_over;
    struct call calls[CALLS];
    size_t ncalls;
    uint64_t cut; /* code of the last stream that was */
};

static struct arena arena;

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct call *c = container_of(d, struct call, d);
    str_printf(&c->log, "<%.*s>", SPAN_ARG(payload));
    if (!c->drops_stream)
        return;
    h3_session_abandon(&c->end->s, c->st, 0x10c);
    c->st = NULL;
}

static void on_drain(struct datagrams *d)
{
    container_of(d, struct call, d)->ndrain++;
}

static struct call *call_new(struct end *e)
{
    assert_true(e->ncalls < CALLS);
    struct call *c = &e->calls[e->ncalls++];
    static const struct datagrams_limits limits = {.count = 8};
    *c = (struct call){.end = e};
    c->d.on_datagram = on_datagram;
    c->d.on_drain = on_drain;
    datagrams_init(&c->d, &limits);
    str_init(&c->log);
    return c;
}

static inline void push(struct call *c, const char *text)
{
    if (datagrams_push(&c->d, span_str(text), loop_now(c->end->s.loop)))
        h3_session_resume(&c->end->s, c->st, EXCHANGE_DATAGRAM);
}

/* --- the role ------------------------------------------------------------- */

static struct end *of(struct h3_session *s)
{
    return container_of(s, struct end, s);
}

static struct body_source silence;

static void on_request(struct h3_session *s, struct h3_stream *st)
{
    st->owner = call_new(of(s));
    st->arena = &arena;
    ((struct call *)st->owner)->st = st;
}

static void respond(struct h3_session *s, struct h3_stream *st)
{
    struct h3_fields_out head;
    struct fields none;
    fields_init(&none, &arena);
    h3_fields_response(&head, 200, &none, BODY_LEN_UNKNOWN, &arena);
    st->body = &silence;
    st->body_left = -1;
    h3_session_respond(s, st, &head, true);
}

static void on_head(struct h3_session *s, struct h3_stream *st)
{
    if (!s->is_server)
        return;
    struct call *c = st->owner;
    h3_datagram_attach(s, st, of(s)->serves_datagrams ? &c->d : NULL);
    c->subs = of(s)->serves_subs;
    of(s)->serves_subs = NULL;
    if (c->st)
        h3_substreams_attach(s, st, c->subs);
    if (c->st)
        respond(s, st);
}

static enum sink_flow on_body(struct h3_session *s, struct h3_stream *st,
                              struct span data)
{
    (void)s, (void)st, (void)data;
    return SINK_MORE;
}

static void on_stream(struct h3_session *s, struct h3_stream *st)
{
    (void)s, (void)st;
}

static void on_end(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    str_add_text(&((struct call *)st->owner)->log, "$");
}

static void on_cut(struct h3_session *s, struct h3_stream *st,
                   const struct h3_session_cut *cut)
{
    of(s)->cut = cut->code;
    ((struct call *)st->owner)->st = NULL;
    h3_session_forget(s, st);
}

static enum io pull(struct h3_session *s, struct h3_stream *st, uint8_t *buf,
                    size_t cap, size_t *n)
{
    (void)s;
    struct fault ignored;
    return h3_send_pull(st, buf, cap, n, &ignored);
}

static const struct fields *no_trailers(struct h3_session *s,
                                        struct h3_stream *st)
{
    (void)s, (void)st;
    return NULL;
}

static void on_stream_gone(struct h3_session *s, struct h3_stream *st)
{
    ((struct call *)st->owner)->st = NULL;
    h3_session_forget(s, st);
}

static void on_goaway(struct h3_session *s, uint64_t id)
{
    (void)s, (void)id;
}

static void on_capacity(struct h3_session *s)
{
    (void)s;
}

static void on_over(struct h3_session *s, const struct fault *why)
{
    (void)why;
    of(s)->is_over = true;
}

static const struct h3_session_ops ops = {
    .on_request = on_request,
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_stream,
    .on_end = on_end,
    .on_cut = on_cut,
    .pull = pull,
    .trailers = no_trailers,
    .on_sent = on_stream,
    .on_stopped = on_stream,
    .on_stream_gone = on_stream_gone,
    .on_goaway = on_goaway,
    .on_capacity = on_capacity,
    .on_over = on_over,
};

/* --- two of them ---------------------------------------------------------- */

struct rig {
    struct loop *loop;
    struct settings settings; /* of the client */
    struct settings server_settings;
    struct end client;
    struct end server;
    bool is_last; /* the client's body ends */
};

static struct rig *the_rig;

static enum io silence_read(struct body_source *src, uint8_t *buf, size_t cap,
                            size_t *n)
{
    (void)src, (void)buf, (void)cap, (void)n;
    return the_rig->is_last ? IO_EOF : IO_AGAIN;
}

static void end_open(struct rig *r, struct end *e, bool is_server)
{
    e->q = fake_quic_new(r->loop, is_server);
    e->q->datagram_max = PATH_MAX_LEN;
    e->q->rtt = 60 * LOOP_S; /* what waits does so however slow we are */
    h3_session_init(&e->s, &ops, r->loop,
                    is_server ? &r->server_settings : &r->settings, is_server);
    h3_session_attach(&e->s, e->q);
    e->q->app = &e->s.app;
    quic_wake(e->q);
}

static void settle(struct rig *r)
{
    fake_quic_settle(r->loop);
}

/* Sets up settings, if given, before anything is said. */
static struct rig *rig_new(void (*change)(struct rig *r))
{
    struct rig *r = XALLOC_NEW(struct rig);
    the_rig = r;
    r->loop = loop_new();
    arena_init(&arena);
    silence.read = silence_read;
    settings_defaults(&r->settings);
    settings_defaults(&r->server_settings);
    r->server.serves_datagrams = true;
    if (change)
        change(r);
    end_open(r, &r->client, false);
    end_open(r, &r->server, true);
    fake_quic_join(r->client.q, r->server.q);
    settle(r);
    return r;
}

static void end_close(struct end *e)
{
    if (!e->is_over)
        h3_session_close(&e->s, 0x100);
    for (size_t i = 0; i < e->ncalls; i++) {
        datagrams_fini(&e->calls[i].d);
        str_fini(&e->calls[i].log);
    }
}

static void rig_free(struct rig *r)
{
    end_close(&r->client);
    end_close(&r->server);
    settle(r);
    h3_session_fini(&r->client.s);
    h3_session_fini(&r->server.s);
    fake_quic_free(r->client.q);
    fake_quic_free(r->server.q);
    arena_fini(&arena);
    loop_free(r->loop);
    free(r);
}

static inline struct call *request_with(struct rig *r, bool has_datagrams,
                                        struct substreams *subs)
{
    struct call *c = call_new(&r->client);
    struct request head = {
        .method = SPAN_LIT("CONNECT"),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = SPAN_LIT("/"),
        .protocol = SPAN_LIT("any"),
        .body_len = BODY_LEN_UNKNOWN,
    };
    fields_init(&head.fields, &arena);
    struct h3_fields_out out;
    h3_fields_request(&out, &head, &arena);
    c->st = h3_session_request(&r->client.s, &out, true, c, &arena);
    assert_non_null(c->st);
    c->st->body = &silence;
    c->st->body_left = -1;
    h3_datagram_attach(&r->client.s, c->st, has_datagrams ? &c->d : NULL);
    c->subs = subs;
    h3_substreams_attach(&r->client.s, c->st, subs);
    return c;
}

static inline struct call *request(struct rig *r, bool has_datagrams)
{
    return request_with(r, has_datagrams, NULL);
}

static inline void assert_log(const struct call *c, const char *log)
{
    assert_string_equal(str_text(&c->log), log);
}

#endif
