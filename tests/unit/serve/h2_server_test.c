/*
 * The server's role, against a client that the test plays, and against our
 * own client over a pipe.  The server and its router are stand-ins here: one
 * handler that echoes, or answers as the path says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "conn/h2_rig.h"
#include "conn/h2_wire.h"
#include "serve/codecs.h"
#include "serve/fake_server.h"
#include "serve/router.h"
#include "serve/stream.h"
#include "support/pipe_transport.h"
#include "support/spin.h"

#define END NGHTTP2_FLAG_END_STREAM

/* ---- a server to stand on ---- */

struct served {
    struct server server;
    struct peer *peer;
    unsigned ngone;
    unsigned nhandlers; /* alive */
    unsigned ncomplete;
    unsigned nbroken;
    struct handler_record *last;
};

static struct served *served_of(struct server *server)
{
    return container_of(server, struct served, server);
}

/* ---- a handler ---- */

/* By path: /echo answers with the request's body when it has ended, /now
 * before it, /pause stops after each piece, /big sends a million bytes,
 * /trailers ends with some, /info sends 103 first, /cut and /reset and
 * /drain do that. */
struct handler_record {
    struct handler handler;
    struct stream *stream;
    struct str body;
    struct body_bytes source;
    struct fields fields;
    struct fields trailers;
    struct response response;
    bool has_trailers;
    bool pauses;
    struct body_source odd; /* of /read-reset, /read-cut, /late-trailers */
    bool is_read;
};

static bool path_is(const struct stream *s, const char *path)
{
    return span_equal(s->request->target, span_str(path));
}

/* A handler that has had enough, in the middle of a call. */
static void give_up(struct handler_record *h, const char *reset,
                    const char *cut)
{
    if (path_is(h->stream, reset))
        h->stream->ops->reset(h->stream, NGHTTP2_INTERNAL_ERROR);
    if (path_is(h->stream, cut))
        h->stream->ops->cut(h->stream);
}

static enum io read_and_give_up(struct body_source *src, uint8_t *buf,
                                size_t cap, size_t *n)
{
    struct handler_record *h = container_of(src, struct handler_record, odd);
    (void)cap;
    buf[0] = 'x';
    *n = 1;
    give_up(h, "/read-reset", "/read-cut");
    return IO_OK;
}

static enum io read_and_trail(struct body_source *src, uint8_t *buf, size_t cap,
                              size_t *n)
{
    struct handler_record *h = container_of(src, struct handler_record, odd);
    (void)cap;
    *n = 0;
    if (h->is_read) {
        if (path_is(h->stream, "/late-trailers"))
            fields_add(&h->trailers, SPAN_LIT("t"), SPAN_LIT("1"));
        return IO_EOF;
    }
    h->is_read = true;
    memcpy(buf, "late", 4);
    *n = 4;
    return IO_OK;
}

static void respond(struct handler_record *h, struct span body)
{
    struct stream *s = h->stream;
    fields_init(&h->fields, s->arena);
    fields_add(&h->fields, SPAN_LIT("X-Handler"), SPAN_LIT("yes"));
    fields_init(&h->trailers, s->arena);
    if (path_is(s, "/trailers"))
        fields_add(&h->trailers, SPAN_LIT("t"), SPAN_LIT("1"));
    body_bytes_init(&h->source, body);
    h->response = (struct response){
        .status = 200,
        .fields = &h->fields,
        .body_len =
            path_is(s, "/trailers") ? BODY_LEN_UNKNOWN : (int64_t)body.len,
        .body = &h->source.source,
        .trailers = &h->trailers,
    };
    bool gives_up = path_is(s, "/read-reset") || path_is(s, "/read-cut");
    if (gives_up || path_is(s, "/late-trailers") ||
        path_is(s, "/no-trailers")) {
        h->odd.read = gives_up ? read_and_give_up : read_and_trail;
        h->response.body = &h->odd;
        h->response.body_len = BODY_LEN_UNKNOWN;
    }
    s->ops->respond(s, &h->response);
}

static struct handler_record *of_handler(struct handler *h)
{
    return container_of(h, struct handler_record, handler);
}

static enum sink_flow on_body(struct handler *handler, struct span data)
{
    struct handler_record *h = of_handler(handler);
    str_add(&h->body, data);
    give_up(h, "/body-reset", "/body-cut");
    if (path_is(h->stream, "/now") && h->fields.arena == NULL)
        respond(h, SPAN_LIT("early"));
    return h->pauses ? SINK_PAUSE : SINK_MORE;
}

static char million[1000000];

static void on_end(struct handler *handler, const struct fields *trailers)
{
    struct handler_record *h = of_handler(handler);
    struct stream *s = h->stream;
    h->has_trailers = trailers != NULL;
    if (path_is(s, "/info")) {
        struct fields hints;
        fields_init(&hints, s->arena);
        fields_add(&hints, SPAN_LIT("link"), SPAN_LIT("</x>"));
        s->ops->inform(s, 103, &hints);
    }
    if (path_is(s, "/reset"))
        s->ops->reset(s, NGHTTP2_INTERNAL_ERROR);
    else if (path_is(s, "/cut"))
        s->ops->cut(s);
    else if (path_is(s, "/hang"))
        return;
    else if (path_is(s, "/big"))
        respond(h, span_of(million, sizeof million));
    else if (h->fields.arena == NULL)
        respond(h, str_span(&h->body));
    if (path_is(s, "/drain"))
        s->ops->drain(s);
}

static void on_free(struct handler *handler, bool is_complete)
{
    struct handler_record *h = of_handler(handler);
    struct served *srv = served_of(h->stream->server);
    srv->nhandlers--;
    if (is_complete)
        srv->ncomplete++;
    else
        srv->nbroken++;
    str_fini(&h->body);
    if (srv->last == h)
        srv->last = NULL;
    free(h);
}

static const struct handler_ops handler_ops = {
    .on_body = on_body,
    .on_end = on_end,
    .on_free = on_free,
};

void router_route(struct stream *s)
{
    struct handler_record *h = XALLOC_NEW(struct handler_record);
    h->handler.ops = &handler_ops;
    h->stream = s;
    h->pauses = path_is(s, "/pause");
    s->handler = &h->handler;
    served_of(s->server)->nhandlers++;
    served_of(s->server)->last = h;
}

static void on_gone(struct peer *p)
{
    struct served *srv = served_of(p->server);
    srv->ngone++;
    srv->peer = NULL;
}

static void server_prepare(struct served *srv)
{
    memset(srv, 0, sizeof *srv);
    settings_defaults(&srv->server.settings);
    srv->server.options = (struct server_options){
        .h2_max_streams = 10,
        .head_timeout = 3600 * LOOP_S,
        .idle_timeout = 3600 * LOOP_S,
    };
}

static void server_open(struct served *srv, struct loop *loop,
                        struct transport *t)
{
    srv->server.loop = loop;
    srv->peer = h2_server_new(&srv->server, t, false, "127.0.0.1");
    srv->peer->on_gone = on_gone;
}

/* ---- a client by hand ---- */

struct hand {
    struct served srv;
    struct loop *loop;
    struct transport *near;
    struct h2_wire w;
};

/* The server's idle timer keeps the loop alive: runs until nothing moves. */
static void run(struct loop *loop)
{
    spin_for(loop, 3 * LOOP_MS);
}

static void hand_open(struct hand *h)
{
    h->loop = loop_new();
    struct transport *far = NULL;
    pipe_transport_pair(h->loop, &h->near, &far);
    h2_wire_init(&h->w, far);
    server_open(&h->srv, h->loop, h->near);
    pipe_transport_send(far, SPAN_LIT(NGHTTP2_CLIENT_MAGIC));
    h2_wire_hello(&h->w);
    h->w.is_started = true; /* no magic comes from a server */
}

static void hand_init(struct hand *h)
{
    memset(h, 0, sizeof *h);
    server_prepare(&h->srv);
    hand_open(h);
}

static void hand_fini(struct hand *h)
{
    if (h->srv.peer)
        h->srv.peer->ops->close(h->srv.peer);
    assert_int_equal(h->srv.nhandlers, 0);
    h2_wire_fini(&h->w);
    loop_free(h->loop);
}

static void request(struct h2_wire *w, int32_t id, uint8_t flags,
                    const char *path)
{
    h2_wire_head(w, id, flags, ":method", flags & END ? "GET" : "POST",
                 ":scheme", "http", ":authority", "x.test", ":path", path,
                 NULL);
}

/* The frames of one stream: "H" or "D" with their length, "." for
 * END_STREAM; "R" and a code, "G" and a code. */
static void frames_of(struct h2_wire *w, int32_t id, struct str *text)
{
    struct h2_wire_frame f;
    str_clear(text);
    while (h2_wire_next(w, &f)) {
        if (f.type == NGHTTP2_GOAWAY)
            str_printf(text, "G%u ", h2_wire_code(&f));
        if (f.id != id || id == 0)
            continue;
        if (f.type == NGHTTP2_HEADERS)
            str_add_char(text, 'H');
        else if (f.type == NGHTTP2_DATA)
            str_printf(text, "D%zu", f.payload.len);
        else if (f.type == NGHTTP2_RST_STREAM)
            str_printf(text, "R%u", h2_wire_code(&f));
        else
            continue;
        if (f.type <= NGHTTP2_HEADERS && (f.flags & END))
            str_add_char(text, '.');
        str_add_char(text, ' ');
    }
}

static void assert_frames(struct hand *h, int32_t id, const char *expected)
{
    struct str text;
    str_init(&text);
    frames_of(&h->w, id, &text);
    assert_string_equal(str_text(&text), expected);
    str_fini(&text);
}

static void a_request_is_answered(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    request(&h.w, 1, 0, "/echo");
    h2_wire_data(&h.w, 1, 0, "hel");
    h2_wire_data(&h.w, 1, END, "lo");
    request(&h.w, 3, END, "/info");
    run(h.loop);
    struct str text;
    struct h2_wire_frame f;
    str_init(&text);
    assert_true(h2_wire_find(&h.w, NGHTTP2_HEADERS, &f));
    h2_wire_fields(&h.w, &f, &text);
    assert_string_equal(str_text(&text), ":status: 200\n"
                                         "x-handler: yes\n"
                                         "content-length: 5\n");
    assert_true(h2_wire_find(&h.w, NGHTTP2_HEADERS, &f));
    str_clear(&text);
    h2_wire_fields(&h.w, &f, &text);
    assert_string_equal(str_text(&text), ":status: 103\nlink: </x>\n");
    str_fini(&text);
    assert_int_equal(h.srv.ncomplete, 2);
    hand_fini(&h);
}

static void a_head_request_gets_no_body(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    h2_wire_head(&h.w, 1, END, ":method", "HEAD", ":scheme", "http",
                 ":authority", "x", ":path", "/big", NULL);
    run(h.loop);
    assert_frames(&h, 1, "H. ");
    assert_int_equal(h.srv.ncomplete, 1);
    hand_fini(&h);
}

static void an_expectation_is_met(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    h2_wire_head(&h.w, 1, 0, ":method", "POST", ":scheme", "http", ":authority",
                 "x", ":path", "/echo", "expect", "100-continue", NULL);
    run(h.loop);
    assert_frames(&h, 1, "H ");
    h2_wire_data(&h.w, 1, END, "body");
    run(h.loop);
    assert_frames(&h, 1, "H D4. ");
    hand_fini(&h);
}

static void trailers_go_both_ways(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    request(&h.w, 1, 0, "/trailers");
    h2_wire_data(&h.w, 1, 0, "x");
    h2_wire_head(&h.w, 1, END, "t", "1", NULL);
    run(h.loop);
    assert_frames(&h, 1, "H D1 H. ");
    assert_int_equal(h.srv.ncomplete, 1);
    hand_fini(&h);
}

static void a_complete_response_ends_the_request(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    request(&h.w, 1, 0, "/now");
    h2_wire_data(&h.w, 1, 0, "part");
    run(h.loop);
    assert_frames(&h, 1, "H D5. R0 ");
    assert_int_equal(h.srv.ncomplete, 1);
    hand_fini(&h);
}

static void a_handler_that_pauses_closes_the_window(void **state)
{
    (void)state;
    struct hand h;
    struct h2_wire_frame f;
    static char kib[1025];
    memset(kib, 'k', 1024);
    memset(&h, 0, sizeof h);
    server_prepare(&h.srv);
    h.srv.server.settings.h2.stream_window = 16384;
    hand_open(&h);
    request(&h.w, 1, 0, "/pause");
    for (int i = 0; i < 16; i++)
        h2_wire_data(&h.w, 1, 0, kib);
    run(h.loop);
    struct handler_record *handler = h.srv.last;
    assert_int_equal(handler->body.len, 1024);
    while (h2_wire_find(&h.w, NGHTTP2_WINDOW_UPDATE, &f))
        assert_int_equal(f.id, 0);
    handler->stream->ops->resume(handler->stream, EXCHANGE_SEND);
    run(h.loop);
    assert_int_equal(handler->body.len, 1024);
    assert_false(h2_wire_find(&h.w, NGHTTP2_WINDOW_UPDATE, &f));
    handler->pauses = false;
    handler->stream->ops->resume(handler->stream, EXCHANGE_RECEIVE);
    run(h.loop);
    assert_int_equal(handler->body.len, 16384);
    assert_true(h2_wire_find(&h.w, NGHTTP2_WINDOW_UPDATE, &f));
    assert_int_equal(f.id, 1);
    hand_fini(&h);
    assert_int_equal(h.srv.nbroken, 1);
}

static void a_response_waits_for_the_clients_window(void **state)
{
    (void)state;
    struct hand h;
    struct h2_wire_frame f;
    size_t sum = 0;
    hand_init(&h);
    request(&h.w, 1, END, "/big");
    run(h.loop);
    while (h2_wire_find(&h.w, NGHTTP2_DATA, &f))
        sum += f.payload.len;
    assert_int_equal(sum, 65535);
    assert_int_equal(h.srv.last->source.pos, 65535);
    h2_wire_u32(&h.w, NGHTTP2_WINDOW_UPDATE, 0, 0, 10000000);
    h2_wire_u32(&h.w, NGHTTP2_WINDOW_UPDATE, 0, 1, 10000000);
    run(h.loop);
    while (h2_wire_find(&h.w, NGHTTP2_DATA, &f))
        sum += f.payload.len;
    assert_int_equal(sum, 1000000);
    assert_int_equal(h.srv.ncomplete, 1);
    hand_fini(&h);
}

static void handlers_may_reset_cut_and_drain(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    request(&h.w, 1, END, "/reset");
    run(h.loop);
    assert_frames(&h, 1, "R2 ");
    assert_int_equal(h.srv.nbroken, 1);
    request(&h.w, 3, END, "/hang");
    request(&h.w, 5, END, "/drain");
    run(h.loop);
    assert_frames(&h, 5, "H. G0 ");
    request(&h.w, 7, END, "/echo"); /* still taken: it crossed the notice */
    h2_wire_frame(&h.w, NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0,
                  SPAN_LIT("\0\0\0\0\0\0\0\0"));
    run(h.loop);
    assert_frames(&h, 7, "H. G0 ");
    request(&h.w, 9, END, "/echo");
    run(h.loop);
    assert_frames(&h, 9, "");
    h2_wire_u32(&h.w, NGHTTP2_RST_STREAM, 0, 3, NGHTTP2_CANCEL);
    run(h.loop);
    assert_int_equal(h.srv.ngone, 1);
    hand_fini(&h);

    hand_init(&h);
    request(&h.w, 1, END, "/cut");
    run(h.loop);
    assert_int_equal(h.srv.ngone, 1);
    assert_int_equal(h.srv.nbroken, 1);
    assert_frames(&h, 0, "");
    assert_true(pipe_transport_is_shut(h.w.t));
    hand_fini(&h);
}

static void a_handler_may_give_up_in_any_call(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool is_cut;
    } rows[] = {
        {"/body-reset", false},
        {"/body-cut", true},
        {"/read-reset", false},
        {"/read-cut", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hand h;
        hand_init(&h);
        request(&h.w, 1, 0, rows[i].path);
        request(&h.w, 3, END, "/echo");
        h2_wire_data(&h.w, 1, 0, "one");
        h2_wire_data(&h.w, 1, END, "two");
        run(h.loop);
        assert_int_equal(h.srv.ngone, rows[i].is_cut);
        assert_true(h.srv.nbroken > 0);
        if (!rows[i].is_cut)
            assert_int_equal(h.srv.ncomplete, 1); /* the other one */
        hand_fini(&h);
    }
}

static void trailers_may_be_added_while_the_body_goes(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    request(&h.w, 1, END, "/late-trailers");
    run(h.loop);
    assert_frames(&h, 1, "H D4 H. ");
    request(&h.w, 3, END, "/no-trailers");
    run(h.loop);
    assert_frames(&h, 3, "H D4 D0. ");
    hand_fini(&h);
}

static void a_connection_takes_max_requests(void **state)
{
    (void)state;
    struct hand h;
    memset(&h, 0, sizeof h);
    server_prepare(&h.srv);
    h.srv.server.options.max_requests = 2;
    hand_open(&h);
    request(&h.w, 1, END, "/echo");
    run(h.loop);
    assert_frames(&h, 1, "H. ");
    request(&h.w, 3, END, "/echo");
    run(h.loop);
    assert_frames(&h, 3, "G0 H. ");
    h2_wire_frame(&h.w, NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0,
                  SPAN_LIT("\0\0\0\0\0\0\0\0"));
    run(h.loop);
    assert_int_equal(h.srv.ngone, 1);
    hand_fini(&h);
}

static void too_many_streams_end_the_connection(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    run(h.loop); /* our SETTINGS are acknowledged */
    for (int32_t id = 1; id <= 21; id += 2)
        request(&h.w, id, END, "/hang");
    run(h.loop);
    assert_frames(&h, 0, "G1 ");
    assert_int_equal(h.srv.ngone, 1);
    assert_int_equal(h.srv.nbroken, 10);
    hand_fini(&h);
}

static void rapid_reset_ends_the_connection(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    int32_t id = 1;
    while (id < 4000 && h.srv.peer) {
        for (int i = 0; i < 10; i++, id += 2) {
            request(&h.w, id, END, "/hang");
            h2_wire_u32(&h.w, NGHTTP2_RST_STREAM, 0, id, NGHTTP2_CANCEL);
        }
        run(h.loop);
    }
    assert_true(id < 1000);
    assert_frames(&h, 0, "G11 ");
    assert_int_equal(h.srv.ngone, 1);
    hand_fini(&h);
}

static void malformed_requests_are_stream_errors(void **state)
{
    (void)state;
    struct hand h;
    hand_init(&h);
    h2_wire_head(&h.w, 1, END, ":method", "GET", ":path", "/", NULL);
    h2_wire_head(&h.w, 3, END, ":method", "GET", ":scheme", "http",
                 ":authority", "x", ":path", "/", "X-Up", "v", NULL);
    h2_wire_head(&h.w, 5, END, ":method", "GET", ":scheme", "http",
                 ":authority", "x", ":path", "/", "x", "a\nb", NULL);
    h2_wire_head(&h.w, 7, END, ":method", "GET", ":scheme", "http",
                 ":authority", "x", ":path", "/", "connection", "close", NULL);
    request(&h.w, 9, END, "/echo");
    run(h.loop);
    struct h2_wire_frame f;
    unsigned nresets = 0;
    bool is_answered = false;
    while (h2_wire_next(&h.w, &f)) {
        if (f.type == NGHTTP2_RST_STREAM) {
            assert_int_equal(h2_wire_code(&f), NGHTTP2_PROTOCOL_ERROR);
            nresets++;
        }
        is_answered |= f.type == NGHTTP2_HEADERS && f.id == 9;
    }
    assert_int_equal(nresets, 4);
    assert_true(is_answered);
    assert_int_equal(h.srv.ncomplete, 1);
    assert_int_equal(h.srv.nbroken, 0);
    hand_fini(&h);
}

static void http_1_on_an_http_2_port_ends(void **state)
{
    (void)state;
    struct hand h;
    memset(&h, 0, sizeof h);
    server_prepare(&h.srv);
    h.loop = loop_new();
    struct transport *far = NULL;
    pipe_transport_pair(h.loop, &h.near, &far);
    h2_wire_init(&h.w, far);
    server_open(&h.srv, h.loop, h.near);
    pipe_transport_send_text(far, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    run(h.loop);
    assert_int_equal(h.srv.ngone, 1);
    hand_fini(&h);
}

static void a_silent_or_dribbling_client_is_dropped(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct hand h;
        memset(&h, 0, sizeof h);
        server_prepare(&h.srv);
        h.srv.server.options.head_timeout = 5 * LOOP_MS;
        h.srv.server.options.idle_timeout = 10 * LOOP_MS;
        hand_open(&h);
        if (way == 1) /* a head that is never complete */
            h2_wire_frame(&h.w, NGHTTP2_HEADERS, 0, 1, SPAN_LIT("\x82"));
        if (way == 2)
            request(&h.w, 1, END, "/hang");
        loop_run(h.loop); /* ends when the timer has */
        assert_int_equal(h.srv.ngone, 1);
        hand_fini(&h);
    }
}

/* ---- our own client ---- */

static void serve_ourselves(size_t piece, size_t room)
{
    struct served srv;
    struct h2_rig r;
    struct h2_rig_call *calls[9];
    server_prepare(&srv);
    h2_rig_prepare(&r);
    r.settings.h2.stream_window = 70000;
    h2_rig_open(&r, piece);
    struct transport *far = r.peer.t;
    r.peer.t = NULL;
    pipe_transport_set_piece(far, piece);
    pipe_transport_set_room(far, room);
    pipe_transport_set_room(r.near, room);
    server_open(&srv, r.loop, far);
    size_t size = piece == 1 ? 500 : 300000;
    for (size_t i = 0; i < 9; i++) {
        calls[i] = h2_rig_prepare_call(&r, i % 3 ? "POST" : "GET",
                                       i % 3 ? (int64_t)size : BODY_LEN_NONE);
        calls[i]->request.target = span_str(i % 3 == 2   ? "/trailers"
                                            : i % 3 == 1 ? "/echo"
                                                         : "/big");
        if (i % 3 == 0 && piece == 1)
            calls[i]->request.target = SPAN_LIT("/info");
        calls[i]->upload.give = i % 3 ? size : 0;
        h2_rig_submit(calls[i]);
    }
    unsigned ndone = 0;
    for (int i = 0; i < 2000 && ndone < 9; i++) {
        run(r.loop);
        ndone = 0;
        for (size_t k = 0; k < 9; k++)
            ndone += calls[k]->ndone;
    }
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(calls[i]->ndone, 1);
        assert_int_equal(calls[i]->fault.code, ERR_NONE);
        size_t expected = i % 3 ? size : piece == 1 ? 0 : sizeof million;
        assert_int_equal(calls[i]->body.len, expected);
        assert_string_equal(str_text(&calls[i]->trailers),
                            i % 3 == 2 ? "t=1;" : "");
    }
    assert_int_equal(srv.ncomplete, 9);
    r.conn->ops->drain(r.conn);
    run(r.loop);
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(srv.ngone, 1);
    assert_int_equal(srv.nhandlers, 0);
    h2_rig_fini(&r);
}

static void our_client_and_our_server_agree(void **state)
{
    (void)state;
    serve_ourselves(0, 0);
}

static void they_agree_over_a_narrow_pipe(void **state)
{
    (void)state;
    serve_ourselves(0, 10000);
}

static void they_agree_byte_by_byte(void **state)
{
    (void)state;
    serve_ourselves(1, 0);
}

static void a_draining_server_loses_no_request(void **state)
{
    (void)state;
    struct served srv;
    struct h2_rig r;
    server_prepare(&srv);
    h2_rig_prepare(&r);
    h2_rig_open(&r, 0);
    struct transport *far = r.peer.t;
    r.peer.t = NULL;
    server_open(&srv, r.loop, far);
    struct h2_rig_call *a = h2_rig_get(&r);
    while (a->ndone == 0)
        run(r.loop);
    assert_int_equal(a->ndone, 1);
    struct h2_rig_call *b = h2_rig_get(&r);
    srv.peer->ops->drain(srv.peer);
    while (r.nclosed == 0 || srv.ngone == 0)
        run(r.loop);
    assert_int_equal(r.ndraining > 0, true);
    /* Answered, or given back: never lost. */
    assert_int_equal(b->ndone + b->nreturned, 1);
    assert_int_equal(b->fault.wire, 0);
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(srv.ngone, 1);
    h2_rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered),
        cmocka_unit_test(a_head_request_gets_no_body),
        cmocka_unit_test(an_expectation_is_met),
        cmocka_unit_test(trailers_go_both_ways),
        cmocka_unit_test(trailers_may_be_added_while_the_body_goes),
        cmocka_unit_test(a_handler_may_give_up_in_any_call),
        cmocka_unit_test(a_complete_response_ends_the_request),
        cmocka_unit_test(a_handler_that_pauses_closes_the_window),
        cmocka_unit_test(a_response_waits_for_the_clients_window),
        cmocka_unit_test(handlers_may_reset_cut_and_drain),
        cmocka_unit_test(a_connection_takes_max_requests),
        cmocka_unit_test(too_many_streams_end_the_connection),
        cmocka_unit_test(rapid_reset_ends_the_connection),
        cmocka_unit_test(malformed_requests_are_stream_errors),
        cmocka_unit_test(http_1_on_an_http_2_port_ends),
        cmocka_unit_test(a_silent_or_dribbling_client_is_dropped),
        cmocka_unit_test(our_client_and_our_server_agree),
        cmocka_unit_test(they_agree_over_a_narrow_pipe),
        cmocka_unit_test(they_agree_byte_by_byte),
        cmocka_unit_test(a_draining_server_loses_no_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
