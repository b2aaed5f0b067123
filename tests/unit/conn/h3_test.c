/*
 * The client against a scripted peer: rows H3-1 to H3-12 and H3-14, then what
 * an exchange can meet.
 */
#include "conn/h3.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "support/fake_quic.h"
#include "support/h3_script.h"

#define CONTROL 3
#define ENCODER 7
#define DECODER 11
#define OTHER   15

/* --- a client and its exchanges ------------------------------------------ */

struct rig {
    struct loop *loop;
    struct settings settings;
    struct quic *q;
    struct conn *c; /* NULL: closed */
    unsigned ncapacity;
    unsigned nfeatures; /* on_features() */
    unsigned ndraining;
    struct fault closed;
    struct trace trace;
    struct str traced;
};

struct probe {
    struct exchange ex;
    struct request request;
    struct rig *rig;
    int status;
    unsigned ninterim;
    struct str body;
    struct str fields;
    unsigned ntrailers;
    bool is_done;
    bool is_returned;
    bool is_pausing; /* after each piece */
    struct fault fault;
    void (*on_body)(struct probe *p);
    void (*on_done)(struct probe *p);
};

static struct rig *the_rig; /* of the test that runs */

static void note_fields(struct probe *p, const struct fields *f)
{
    for (size_t i = 0; i < f->len; i++)
        str_printf(&p->fields, "%.*s=%.*s;", SPAN_ARG(f->items[i].name),
                   SPAN_ARG(f->items[i].value));
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct probe *p = container_of(ex, struct probe, ex);
    assert_false(p->is_done);
    if (head->status < 200) {
        p->ninterim++;
        return;
    }
    assert_int_equal(p->status, 0);
    p->status = head->status;
    note_fields(p, head->fields);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct probe *p = container_of(ex, struct probe, ex);
    assert_false(p->is_done);
    str_add(&p->body, data);
    if (p->on_body)
        p->on_body(p);
    return p->is_pausing ? SINK_PAUSE : SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct probe *p = container_of(ex, struct probe, ex);
    p->ntrailers++;
    note_fields(p, trailers);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct probe *p = container_of(ex, struct probe, ex);
    assert_false(p->is_done || p->is_returned);
    assert_null(ex->conn);
    p->is_done = true;
    if (fault)
        p->fault = *fault;
    if (p->on_done)
        p->on_done(p);
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_capacity(struct conn *c)
{
    assert_ptr_equal(c, the_rig->c);
    the_rig->ncapacity++;
}

static void on_features(struct conn *c)
{
    assert_ptr_equal(c, the_rig->c);
    the_rig->nfeatures++;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)how;
    struct probe *p = container_of(ex, struct probe, ex);
    (void)c;
    assert_false(p->is_done || p->is_returned);
    p->is_returned = true;
    p->fault = *why;
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)why;
    assert_int_equal(c->ops->capacity(c), 0);
    the_rig->ndraining++;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    assert_int_equal(c->active, 0);
    the_rig->closed = *why;
    the_rig->c = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_features = on_features,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

static void settle(struct rig *r)
{
    fake_quic_settle(r->loop);
}

static void on_event(struct trace *t, const struct trace_event *event)
{
    struct rig *r = container_of(t, struct rig, trace);
    str_add(&r->traced, event->text);
}

static struct rig *rig_new(void)
{
    struct rig *r = XALLOC_NEW(struct rig);
    static const struct conn_facts facts = {.id = 1};
    the_rig = r;
    r->loop = loop_new();
    settings_defaults(&r->settings);
    r->q = fake_quic_new(r->loop, false);
    r->c = h3_new(r->loop, r->q, &r->settings, &facts);
    r->c->events = &events;
    r->trace.wants_notes = true;
    r->trace.on_event = on_event;
    str_init(&r->traced);
    return r;
}

static void rig_free(struct rig *r)
{
    if (r->c)
        r->c->ops->close(r->c);
    settle(r);
    fake_quic_free(r->q);
    str_fini(&r->traced);
    loop_free(r->loop);
    free(r);
}

static struct probe *probe_new(struct rig *r, const char *method)
{
    struct probe *p = XALLOC_NEW(struct probe);
    p->rig = r;
    arena_init(&p->ex.arena);
    p->request = (struct request){
        .method = span_str(method),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = SPAN_LIT("/x"),
        .body_len = BODY_LEN_NONE,
    };
    fields_init(&p->request.fields, &p->ex.arena);
    p->ex.request = &p->request;
    p->ex.sink = &sink;
    list_init(&p->ex.link);
    str_init(&p->body);
    str_init(&p->fields);
    return p;
}

static struct probe *get(struct rig *r)
{
    struct probe *p = probe_new(r, "GET");
    r->c->ops->submit(r->c, &p->ex);
    return p;
}

static void probe_free(struct probe *p)
{
    arena_fini(&p->ex.arena);
    str_fini(&p->body);
    str_fini(&p->fields);
    free(p);
}

/* --- what the peer sends -------------------------------------------------- */

static void inject(struct rig *r, int64_t id, const struct str *bytes, bool fin)
{
    fake_quic_receive(r->q, id, str_span(bytes), fin);
    settle(r);
}

static void inject_control(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_control(&b, NULL, 0);
    inject(r, CONTROL, &b, false);
    str_fini(&b);
}

static void inject_ok(struct rig *r, int64_t id)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, ":status", "200", "x", "y", NULL);
    h3_script_data(&b, "ok");
    inject(r, id, &b, true);
    str_fini(&b);
}

static void assert_ok(const struct probe *p)
{
    assert_true(p->is_done);
    assert_string_equal(p->fault.detail, "");
    assert_int_equal(p->fault.code, ERR_NONE);
    assert_int_equal(p->status, 200);
    assert_string_equal(str_text(&p->body), "ok");
}

/* --- rows ------------------------------------------------------------------ */

struct row {
    const char *name;
    int64_t id; /* where the bytes go */
    void (*script)(struct str *b);
    bool fin;
    bool no_control; /* the row is the control stream */
    enum err err;    /* of the exchange on stream 0 */
    uint64_t wire;
    uint64_t conn_code;   /* CONNECTION_CLOSE, FAKE_NONE: it lives */
    uint64_t stream_code; /* STOP_SENDING on stream 0 */
};

#define LIVES FAKE_NONE
#define NO    FAKE_NONE

static void head_200(struct str *b)
{
    h3_script_headers(b, ":status", "200", NULL);
}

static void length_short(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "5", NULL);
    h3_script_data(b, "four");
}

static void length_long(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "3", NULL);
    h3_script_data(b, "four");
}

static void length_junk(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "+5", NULL);
}

static void length_twice(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "2",
                      "content-length", "2", NULL);
}

static void cut_in_data(struct str *b)
{
    head_200(b);
    str_add(b, SPAN_LIT("\x00\x0a"
                        "abc"));
}

static void cut_in_length(struct str *b)
{
    head_200(b);
    str_add(b, SPAN_LIT("\x00\x4a"));
}

static void cut_in_type(struct str *b)
{
    head_200(b);
    str_add(b, SPAN_LIT("\x40"));
}

static void cut_in_head(struct str *b)
{
    str_add(b, SPAN_LIT("\x01\x0a\x00\x00\xd9"));
}

static void nothing(struct str *b)
{
    (void)b;
}

static void only_grease(struct str *b)
{
    h3_script_frame(b, 0x21, SPAN_LIT("grease"));
}

static void data_first(struct str *b)
{
    h3_script_data(b, "early");
}

static void only_interim(struct str *b)
{
    h3_script_headers(b, ":status", "103", NULL);
}

static void data_after_interim(struct str *b)
{
    only_interim(b);
    h3_script_data(b, "x");
}

static void data_after_trailers(struct str *b)
{
    head_200(b);
    h3_script_data(b, "x");
    h3_script_headers(b, "t", "v", NULL);
    h3_script_data(b, "y");
}

static void no_status(struct str *b)
{
    h3_script_headers(b, "server", "x", NULL);
}

static void two_status(struct str *b)
{
    h3_script_headers(b, ":status", "200", ":status", "200", NULL);
}

static void bad_status(struct str *b)
{
    h3_script_headers(b, ":status", "2x0", NULL);
}

static void status_101(struct str *b)
{
    h3_script_headers(b, ":status", "101", NULL);
}

static void request_pseudo(struct str *b)
{
    h3_script_headers(b, ":status", "200", ":path", "/", NULL);
}

static void unknown_pseudo(struct str *b)
{
    h3_script_headers(b, ":status", "200", ":what", "/", NULL);
}

static void late_pseudo(struct str *b)
{
    h3_script_headers(b, "server", "x", ":status", "200", NULL);
}

static void upper_case(struct str *b)
{
    h3_script_headers(b, ":status", "200", "Server", "x", NULL);
}

static void connection_field(struct str *b)
{
    h3_script_headers(b, ":status", "200", "connection", "close", NULL);
}

static void transfer_encoding(struct str *b)
{
    h3_script_headers(b, ":status", "200", "transfer-encoding", "chunked",
                      NULL);
}

static void pseudo_in_trailers(struct str *b)
{
    head_200(b);
    h3_script_data(b, "x");
    h3_script_headers(b, ":status", "200", NULL);
}

static void second_control(struct str *b)
{
    h3_script_varint(b, 0x00);
}

static void no_settings(struct str *b)
{
    h3_script_varint(b, 0x00);
    h3_script_frame(b, 0x07, SPAN_LIT("\x00"));
}

static void two_settings(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0x04, span_of(NULL, 0));
}

static void h2_settings(struct str *b)
{
    h3_script_control(b, (const uint64_t[]){0x03, 100}, 2);
}

static void datagram_setting(struct str *b)
{
    h3_script_control(b, (const uint64_t[]){0x33, 2}, 2);
}

static void settings_cut(struct str *b)
{
    h3_script_varint(b, 0x00);
    h3_script_frame(b, 0x04, SPAN_LIT("\x06"));
}

static void headers_on_control(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_headers(b, ":status", "200", NULL);
}

static void data_on_control(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_data(b, "x");
}

static void ping_on_control(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0x06, SPAN_LIT("12345678"));
}

static void max_push_id_to_client(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0x0d, SPAN_LIT("\x01"));
}

static void settings_on_request(struct str *b)
{
    h3_script_frame(b, 0x04, span_of(NULL, 0));
}

static void h2_frame_on_request(struct str *b)
{
    h3_script_frame(b, 0x08, SPAN_LIT("1234"));
}

static void goaway_on_request(struct str *b)
{
    h3_script_frame(b, 0x07, SPAN_LIT("\x00"));
}

static void push_stream(struct str *b)
{
    h3_script_varint(b, 0x01);
    h3_script_varint(b, 0x00);
}

static void push_promise(struct str *b)
{
    h3_script_frame(b, 0x05, SPAN_LIT("\x00\x00\x00\xd9"));
}

static void goaway_not_request(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0x07, SPAN_LIT("\x03"));
}

static void goaway_grows(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0x07, SPAN_LIT("\x08"));
    h3_script_frame(b, 0x07, SPAN_LIT("\x0c"));
}

static void qpack_static_index(struct str *b)
{
    h3_script_frame(b, 0x01, SPAN_LIT("\x00\x00\xff\x64"));
}

static void qpack_capacity(struct str *b)
{
    h3_script_varint(b, 0x02);
    str_add(b, SPAN_LIT("\x3f\xff\xff\x03")); /* 64 KiB, offered were 4 */
}

static void qpack_insert_count_zero(struct str *b)
{
    h3_script_varint(b, 0x03);
    str_add(b, SPAN_LIT("\x00"));
}

static void qpack_ack_of_nothing(struct str *b)
{
    h3_script_varint(b, 0x03);
    str_add(b, SPAN_LIT("\x84"));
}

static void huge_value(struct str *b)
{
    struct str value;
    str_init(&value);
    memset(str_reserve(&value, 60000), 'a', 60000);
    str_commit(&value, 60000);
    struct span pairs[14] = {SPAN_LIT(":status"), SPAN_LIT("200")};
    for (size_t i = 2; i < 14; i += 2) {
        pairs[i] = SPAN_LIT("x");
        pairs[i + 1] = str_span(&value);
    }
    /* Huffman makes it 225 KiB: under the limit encoded, over it decoded. */
    h3_script_headers_of(b, pairs, 14);
    str_fini(&value);
}

static void huge_head_length(struct str *b)
{
    h3_script_varint(b, 0x01);
    h3_script_varint(b, (uint64_t)1 << 61);
}

static void huge_unknown_frame(struct str *b)
{
    h3_script_varint(b, 0x21);
    h3_script_varint(b, (uint64_t)1 << 40);
    str_add(b, SPAN_LIT("zzz"));
}

static void too_many_fields(struct str *b)
{
    struct str payload;
    str_init(&payload);
    str_add(&payload, SPAN_LIT("\x00\x00\xd9")); /* :status: 200 */
    for (int i = 0; i < 3000; i++)
        str_add(&payload, SPAN_LIT("\xe0")); /* a static pair */
    h3_script_frame(b, 0x01, str_span(&payload));
    str_fini(&payload);
}

static void empty_data_flood(struct str *b)
{
    head_200(b);
    for (int i = 0; i < 5000; i++)
        str_add(b, SPAN_LIT("\x00\x00"));
}

static void grease_flood(struct str *b)
{
    head_200(b);
    for (int i = 0; i < 5000; i++)
        h3_script_frame(b, 0x21, SPAN_LIT("g"));
}

static void interim_flood(struct str *b)
{
    for (int i = 0; i < 100; i++)
        h3_script_headers(b, ":status", "103", NULL);
}

static void control_flood(struct str *b)
{
    h3_script_control(b, NULL, 0);
    for (int i = 0; i < 5000; i++)
        h3_script_frame(b, 0x21, SPAN_LIT("g"));
}

static void encoder_flood(struct str *b)
{
    h3_script_varint(b, 0x02);
    str_add(b, SPAN_LIT("\x3f\xe1\x1f")); /* capacity 4096 */
    for (int i = 0; i < 400000; i++)
        str_add(b, SPAN_LIT("\x41x\x01y"));
}

static const struct row rows[] = {
    /* H3-1 */
    {"H3-1 content-length larger than the body", 0, length_short, true, false,
     ERR_H3, 0x10e, LIVES, NO},
    {"H3-1 content-length smaller than the body", 0, length_long, false, false,
     ERR_H3, 0x10e, LIVES, 0x10e},
    {"H3-1 content-length that is no number", 0, length_junk, true, false,
     ERR_H3, 0x10e, LIVES, NO},
    {"H3-1 content-length twice", 0, length_twice, true, false, ERR_H3, 0x10e,
     LIVES, NO},
    {"H3-1 FIN in a DATA frame", 0, cut_in_data, true, false, ERR_H3, 0x106,
     0x106, NO},
    {"H3-1 FIN in a frame's length", 0, cut_in_length, true, false, ERR_H3,
     0x106, 0x106, NO},
    {"H3-1 FIN in a frame's type", 0, cut_in_type, true, false, ERR_H3, 0x106,
     0x106, NO},
    {"H3-1 FIN in the head", 0, cut_in_head, true, false, ERR_H3, 0x106, 0x106,
     NO},
    {"H3-1 FIN with no head", 0, nothing, true, false, ERR_H3, 0x10e, LIVES,
     NO},
    {"H3-1 FIN after grease only", 0, only_grease, true, false, ERR_H3, 0x10e,
     LIVES, NO},
    {"H3-1 DATA first", 0, data_first, false, false, ERR_H3, 0x105, 0x105, NO},
    {"H3-1 only interim heads", 0, only_interim, true, false, ERR_H3, 0x10e,
     LIVES, NO},
    {"H3-1 DATA after an interim head", 0, data_after_interim, false, false,
     ERR_H3, 0x105, 0x105, NO},
    {"H3-1 DATA after trailers", 0, data_after_trailers, true, false, ERR_H3,
     0x105, 0x105, NO},
    /* H3-7 */
    {"H3-7 no :status", 0, no_status, false, false, ERR_H3, 0x10e, LIVES,
     0x10e},
    {"H3-7 :status twice", 0, two_status, false, false, ERR_H3, 0x10e, LIVES,
     0x10e},
    {"H3-7 :status that is no number", 0, bad_status, false, false, ERR_H3,
     0x10e, LIVES, 0x10e},
    {"H3-7 status 101", 0, status_101, false, false, ERR_H3, 0x10e, LIVES,
     0x10e},
    {"H3-7 a request's pseudo field", 0, request_pseudo, false, false, ERR_H3,
     0x10e, LIVES, 0x10e},
    {"H3-7 an unknown pseudo field", 0, unknown_pseudo, false, false, ERR_H3,
     0x10e, LIVES, 0x10e},
    {"H3-7 a pseudo field after others", 0, late_pseudo, false, false, ERR_H3,
     0x10e, LIVES, 0x10e},
    {"H3-7 an upper-case name", 0, upper_case, false, false, ERR_H3, 0x10e,
     LIVES, 0x10e},
    {"H3-7 connection field", 0, connection_field, false, false, ERR_H3, 0x10e,
     LIVES, 0x10e},
    {"H3-7 transfer-encoding", 0, transfer_encoding, false, false, ERR_H3,
     0x10e, LIVES, 0x10e},
    {"H3-7 pseudo field in trailers", 0, pseudo_in_trailers, false, false,
     ERR_H3, 0x10e, LIVES, 0x10e},
    /* H3-8 */
    {"H3-8 control stream ends", CONTROL, nothing, true, false, ERR_H3, 0x104,
     0x104, NO},
    {"H3-8 second control stream", OTHER, second_control, false, false, ERR_H3,
     0x103, 0x103, NO},
    {"H3-8 no SETTINGS", CONTROL, no_settings, false, true, ERR_H3, 0x10a,
     0x10a, NO},
    {"H3-8 SETTINGS twice", CONTROL, two_settings, false, true, ERR_H3, 0x105,
     0x105, NO},
    {"H3-8 a setting of HTTP/2", CONTROL, h2_settings, false, true, ERR_H3,
     0x109, 0x109, NO},
    {"H3-8 SETTINGS cut", CONTROL, settings_cut, false, true, ERR_H3, 0x106,
     0x106, NO},
    {"H3-8 HEADERS on the control stream", CONTROL, headers_on_control, false,
     true, ERR_H3, 0x105, 0x105, NO},
    {"H3-8 DATA on the control stream", CONTROL, data_on_control, false, true,
     ERR_H3, 0x105, 0x105, NO},
    {"H3-8 a frame of HTTP/2 on the control stream", CONTROL, ping_on_control,
     false, true, ERR_H3, 0x105, 0x105, NO},
    {"H3-8 MAX_PUSH_ID to a client", CONTROL, max_push_id_to_client, false,
     true, ERR_H3, 0x105, 0x105, NO},
    {"H3-8 SETTINGS on a request", 0, settings_on_request, false, false, ERR_H3,
     0x105, 0x105, NO},
    {"H3-8 a frame of HTTP/2 on a request", 0, h2_frame_on_request, false,
     false, ERR_H3, 0x105, 0x105, NO},
    {"H3-8 GOAWAY on a request", 0, goaway_on_request, false, false, ERR_H3,
     0x105, 0x105, NO},
    {"H3-8 a request of the server's", 1, head_200, false, false, ERR_H3, 0x103,
     0x103, NO},
    {"H3-8 push stream", OTHER, push_stream, false, false, ERR_H3, 0x108, 0x108,
     NO},
    {"H3-8 PUSH_PROMISE", 0, push_promise, false, false, ERR_H3, 0x108, 0x108,
     NO},
    /* H3-5 */
    {"H3-5 GOAWAY with an id of no request", CONTROL, goaway_not_request, false,
     true, ERR_H3, 0x108, 0x108, NO},
    {"H3-5 GOAWAY that grows", CONTROL, goaway_grows, false, true, ERR_H3,
     0x108, 0x108, NO},
    /* H3-9 */
    {"H3-9 SETTINGS_H3_DATAGRAM 2", CONTROL, datagram_setting, false, true,
     ERR_H3, 0x109, 0x109, NO},
    /* H3-10 */
    {"H3-10 static index out of range", 0, qpack_static_index, false, false,
     ERR_H3, 0x200, 0x200, NO},
    {"H3-10 capacity over the limit", ENCODER, qpack_capacity, false, false,
     ERR_H3, 0x201, 0x201, NO},
    {"H3-10 insert count increment 0", DECODER, qpack_insert_count_zero, false,
     false, ERR_H3, 0x202, 0x202, NO},
    {"H3-10 acknowledgement of nothing", DECODER, qpack_ack_of_nothing, false,
     false, ERR_H3, 0x202, 0x202, NO},
    {"H3-10 endless insertions", ENCODER, encoder_flood, false, false, ERR_H3,
     0x107, 0x107, NO},
    /* H3-11 */
    {"H3-11 a head over the limit", 0, huge_value, false, false,
     ERR_HEAD_TOO_LARGE, 0x107, LIVES, 0x107},
    {"H3-11 a head of 2^61 bytes", 0, huge_head_length, false, false,
     ERR_HEAD_TOO_LARGE, 0x107, LIVES, 0x107},
    {"H3-11 too many fields", 0, too_many_fields, false, false,
     ERR_HEAD_TOO_LARGE, 0x107, LIVES, 0x107},
    {"H3-11 an unknown frame of 2^40 bytes", 0, huge_unknown_frame, false,
     false, ERR_H3, 0x107, LIVES, 0x107},
    /* H3-12 */
    {"H3-12 empty DATA frames", 0, empty_data_flood, false, false, ERR_H3,
     0x107, 0x107, NO},
    {"H3-12 grease frames", 0, grease_flood, false, false, ERR_H3, 0x107, 0x107,
     NO},
    {"H3-12 grease on the control stream", CONTROL, control_flood, false, true,
     ERR_H3, 0x107, 0x107, NO},
    {"H3-12 interim heads", 0, interim_flood, false, false, ERR_HEAD_TOO_LARGE,
     0x107, LIVES, 0x107},
};

#define EXPECT(cond, ...)                                                      \
    do {                                                                       \
        if (!(cond))                                                           \
            fail_msg(__VA_ARGS__);                                             \
    } while (0)

/* Did the connection's fate reach the exchange that was not to blame? */
static void check_innocent(const struct row *row, const struct probe *p)
{
    EXPECT(p->is_done, "%s: innocent not done", row->name);
    if (row->conn_code == LIVES) {
        assert_ok(p);
        return;
    }
    bool is_peer = row->id != 0;
    EXPECT(p->fault.code == (is_peer ? ERR_H3 : ERR_RECV),
           "%s: innocent has %s", row->name, err_name(p->fault.code));
}

static void run_row(const struct row *row, size_t piece)
{
    struct rig *r = rig_new();
    struct probe *guilty = get(r);
    struct probe *innocent = get(r);
    settle(r);
    if (!row->no_control)
        inject_control(r);
    r->q->piece = piece;
    struct str b;
    str_init(&b);
    row->script(&b);
    inject(r, row->id, &b, row->fin);
    str_fini(&b);
    EXPECT(guilty->is_done, "%s: not done", row->name);
    EXPECT(guilty->fault.code == row->err, "%s: %s, not %s (%s)", row->name,
           err_name(guilty->fault.code), err_name(row->err),
           guilty->fault.detail);
    EXPECT(guilty->fault.wire == row->wire, "%s: wire 0x%llx", row->name,
           (unsigned long long)guilty->fault.wire);
    EXPECT(r->q->failed == row->conn_code, "%s: closed with 0x%llx", row->name,
           (unsigned long long)r->q->failed);
    struct fake_stream *s = fake_quic_stream(r->q, 0);
    EXPECT(s->stop == row->stream_code || row->stream_code == NO,
           "%s: stopped with 0x%llx", row->name, (unsigned long long)s->stop);
    if (row->conn_code == LIVES)
        inject_ok(r, 4);
    check_innocent(row, innocent);
    EXPECT((r->c == NULL) == (row->conn_code != LIVES), "%s: conn", row->name);
    rig_free(r);
    probe_free(guilty);
    probe_free(innocent);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        run_row(&rows[i], 0);
}

static void test_rows_byte_by_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].script != encoder_flood && rows[i].script != huge_value)
            run_row(&rows[i], 1);
}

/* --- what an exchange can meet --------------------------------------------- */

static void inject_text(struct rig *r, int64_t id, void (*script)(struct str *),
                        bool fin)
{
    struct str b;
    str_init(&b);
    script(&b);
    inject(r, id, &b, fin);
    str_fini(&b);
}

static struct rig *rig_started(void)
{
    struct rig *r = rig_new();
    settle(r);
    inject_control(r);
    return r;
}

static void part_of_body(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "4", NULL);
    h3_script_data(b, "ok");
}

static void whole_body(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "2", NULL);
    h3_script_data(b, "ok");
}

static void test_h3_2_reset_in_the_body_fails(void **state)
{
    (void)state;
    static const uint64_t codes[] = {0x100, 0x102, 0x10c, 0x10b, 0x4242};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct rig *r = rig_started();
        struct probe *p = get(r);
        struct probe *other = get(r);
        inject_text(r, 0, i % 2 ? head_200 : part_of_body, false);
        fake_quic_receive_reset(r->q, 0, codes[i]);
        settle(r);
        assert_true(p->is_done);
        assert_int_equal(p->fault.code, ERR_PARTIAL);
        assert_int_equal(p->fault.wire, codes[i]);
        inject_ok(r, 4);
        assert_ok(other);
        rig_free(r);
        probe_free(p);
        probe_free(other);
    }
}

static void test_h3_3_complete_answer_then_close_is_success(void **state)
{
    (void)state;
    for (int has_fin = 0; has_fin < 2; has_fin++) {
        struct rig *r = rig_started();
        struct probe *p = get(r);
        inject_text(r, 0, whole_body, has_fin);
        fake_quic_lose(r->q, ERR_NONE, 0x100, "H3_NO_ERROR");
        settle(r);
        assert_ok(p);
        assert_null(r->c);
        rig_free(r);
        probe_free(p);
    }
}

static void test_close_in_the_body_is_no_success(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *partial = get(r);
    struct probe *waiting = get(r);
    inject_text(r, 0, part_of_body, false);
    fake_quic_lose(r->q, ERR_NONE, 0x100, "H3_NO_ERROR");
    settle(r);
    assert_int_equal(partial->fault.code, ERR_PARTIAL);
    assert_int_equal(waiting->fault.code, ERR_RECV);
    assert_int_equal(err_class(waiting->fault.code), ERR_CLASS_TRANSIENT);
    rig_free(r);
    probe_free(partial);
    probe_free(waiting);
}

static void test_loss_of_the_connection_reaches_each_once(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p[3] = {get(r), get(r), NULL};
    settle(r);
    p[2] = get(r); /* nothing of it was taken */
    fake_quic_lose(r->q, ERR_TIMEOUT, 0, "no packet within 30 s");
    settle(r);
    assert_int_equal(p[0]->fault.code, ERR_TIMEOUT);
    assert_int_equal(p[1]->fault.code, ERR_TIMEOUT);
    assert_true(p[0]->is_done && p[1]->is_done);
    assert_true(p[2]->is_done || p[2]->is_returned);
    assert_int_equal(r->closed.code, ERR_TIMEOUT);
    rig_free(r);
    for (int i = 0; i < 3; i++)
        probe_free(p[i]);
}

static struct probe *submit(struct rig *r, const char *method)
{
    struct probe *p = probe_new(r, method);
    r->c->ops->submit(r->c, &p->ex);
    settle(r);
    return p;
}

static void test_an_idle_connection_is_asked_before_a_post(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->silence = r->settings.timeouts.ping_after;
    struct probe *p = submit(r, "POST");
    assert_true(r->q->is_asked);
    assert_true(r->q->is_expected);
    assert_int_equal(p->ex.bytes_head_sent, 0);
    /* The answer to a GET would be as good, so it does not wait. */
    struct probe *g = submit(r, "GET");
    assert_true(g->ex.bytes_head_sent > 0);
    struct probe *second = submit(r, "POST");
    assert_int_equal(second->ex.bytes_head_sent, 0);
    r->c->ops->cancel(r->c, &second->ex);
    fake_quic_answer(r->q);
    settle(r);
    assert_true(p->ex.bytes_head_sent > 0);
    inject_ok(r, 4);
    assert_ok(p);
    inject_ok(r, 0);
    assert_ok(g);
    assert_false(r->q->is_expected);
    /* It has just been heard. */
    struct probe *next = submit(r, "POST");
    assert_true(next->ex.bytes_head_sent > 0);
    rig_free(r);
    probe_free(p);
    probe_free(g);
    probe_free(second);
    probe_free(next);
}

static void test_a_post_that_waits_for_a_dead_peer_is_returned(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->silence = r->settings.timeouts.ping_after;
    struct probe *p = submit(r, "POST");
    fake_quic_lose(r->q, ERR_RECV, 0, "the path is dead");
    settle(r);
    assert_true(p->is_returned);
    rig_free(r);
    probe_free(p);
    /* Nor is it looked at after the owner has closed. */
    r = rig_started();
    r->q->silence = r->settings.timeouts.ping_after;
    p = submit(r, "POST");
    rig_free(r);
    assert_false(p->is_done || p->is_returned);
    probe_free(p);
}

static void test_what_was_never_sent_is_returned(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->conn_limit = r->q->conn_sent; /* nothing leaves any more */
    struct probe *p = get(r);
    settle(r);
    fake_quic_lose(r->q, ERR_QUIC, 0, "lost");
    settle(r);
    assert_true(p->is_returned);
    rig_free(r);
    probe_free(p);
}

static void test_h3_4_rejected_is_returned(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct probe *fallback = get(r);
    settle(r);
    fake_quic_receive_reset(r->q, 0, 0x10b);
    fake_quic_receive_reset(r->q, 4, 0x110);
    settle(r);
    assert_true(p->is_returned);
    assert_true(fallback->is_done);
    assert_int_equal(fallback->fault.code, ERR_H3);
    assert_int_equal(fallback->fault.wire, 0x110);
    assert_non_null(r->c);
    rig_free(r);
    probe_free(p);
    probe_free(fallback);
}

static void goaway_4(struct str *b)
{
    h3_script_frame(b, 0x07, SPAN_LIT("\x04"));
}

static void goaway_notice(struct str *b)
{
    h3_script_frame(b, 0x07, SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xfc"));
}

static void test_h3_5_goaway_returns_what_is_not_processed(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *kept = get(r);
    struct probe *moved = get(r);
    settle(r);
    inject_text(r, CONTROL, goaway_notice, false);
    assert_int_equal(r->ndraining, 1);
    assert_false(moved->is_returned);
    inject_text(r, CONTROL, goaway_4, false);
    assert_int_equal(r->ndraining, 1);
    assert_true(moved->is_returned);
    assert_false(kept->is_done);
    struct probe *late = get(r);
    settle(r);
    assert_true(late->is_returned);
    inject_ok(r, 0);
    assert_ok(kept);
    assert_null(r->c); /* drained */
    assert_int_equal(r->q->closed, 0x100);
    rig_free(r);
    probe_free(kept);
    probe_free(moved);
    probe_free(late);
}

/* GOAWAY names requests that it takes no more: what the sink has heard of an
 * answer cannot be taken back. */
static void test_h3_5_goaway_takes_back_no_answer(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *kept = get(r);
    struct probe *answered = get(r);
    settle(r);
    inject_text(r, 4, head_200, false);
    inject_text(r, CONTROL, goaway_4, false);
    assert_false(answered->is_returned);
    assert_true(answered->is_done);
    assert_int_equal(answered->fault.code, ERR_PARTIAL);
    inject_ok(r, 0);
    assert_ok(kept);
    rig_free(r);
    probe_free(kept);
    probe_free(answered);
}

static void test_h3_14_grease_is_tolerated(void **state)
{
    (void)state;
    struct rig *r = rig_new();
    struct probe *p = get(r);
    struct str b;
    str_init(&b);
    h3_script_control(&b, (const uint64_t[]){0x21, 7, 0x4021, 9}, 4);
    h3_script_frame(&b, 0x21, SPAN_LIT("grease"));
    inject(r, CONTROL, &b, false);
    str_clear(&b);
    h3_script_varint(&b, 0x21 + 31 * 5);
    str_add_text(&b, "anything");
    inject(r, OTHER, &b, false);
    assert_int_equal(fake_quic_stream(r->q, OTHER)->stop, 0x103);
    str_clear(&b);
    h3_script_frame(&b, 0x21 + 31, SPAN_LIT("grease"));
    h3_script_headers(&b, ":status", "200", NULL);
    h3_script_frame(&b, 0x21, span_of(NULL, 0));
    h3_script_data(&b, "o");
    h3_script_frame(&b, 0x21 + 62, SPAN_LIT("grease"));
    h3_script_data(&b, "k");
    inject(r, 0, &b, true);
    assert_ok(p);
    assert_non_null(r->c);
    str_fini(&b);
    rig_free(r);
    probe_free(p);
}

static void test_h3_7_illegal_values_reach_nobody(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct span pairs[] = {
        SPAN_LIT(":status"), SPAN_LIT("200"),   SPAN_LIT("cr"),
        SPAN_LIT("a\rb"),    SPAN_LIT("lf"),    SPAN_LIT("a\nb"),
        SPAN_LIT("nul"),     SPAN_LIT("a\0b"),  SPAN_LIT("na me"),
        SPAN_LIT("x"),       SPAN_LIT("good"),  SPAN_LIT("yes"),
        SPAN_LIT("esc"),     SPAN_LIT("\x1b["),
    };
    struct str b;
    str_init(&b);
    h3_script_headers_of(&b, pairs, 14);
    inject(r, 0, &b, true);
    assert_string_equal(str_text(&p->fields), "good=yes;");
    str_fini(&b);
    rig_free(r);
    probe_free(p);
}

static void uni_grease(struct str *b)
{
    h3_script_varint(b, 0x21);
}

static void test_h3_12_stream_flood_ends_the_connection(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct str b;
    str_init(&b);
    uni_grease(&b);
    for (int i = 0; i < 3000 && r->q->failed == FAKE_NONE; i++)
        fake_quic_receive(r->q, OTHER + 4 * i, str_span(&b), false);
    settle(r);
    assert_int_equal(r->q->failed, 0x107);
    assert_true(p->is_done);
    str_fini(&b);
    rig_free(r);
    probe_free(p);
}

static void test_critical_streams_must_stay(void **state)
{
    (void)state;
    static const int64_t own[] = {2, 6, 10};
    for (size_t i = 0; i < 3; i++) {
        struct rig *r = rig_started();
        fake_quic_receive_stop(r->q, own[i], 0x100);
        settle(r);
        assert_int_equal(r->q->failed, 0x104);
        rig_free(r);
    }
    struct rig *r = rig_started();
    fake_quic_receive_reset(r->q, CONTROL, 0x100);
    settle(r);
    assert_int_equal(r->q->failed, 0x104);
    rig_free(r);
}

static void whole_story(struct str *b)
{
    h3_script_headers(b, ":status", "103", "link", "</a>", NULL);
    h3_script_headers(b, ":status", "200", "x", "y", NULL);
    h3_script_data(b, "o");
    h3_script_data(b, "k");
    h3_script_headers(b, "sum", "1", NULL);
}

static void test_heads_body_and_trailers_in_any_pieces(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 9; piece++) {
        struct rig *r = rig_started();
        struct probe *p = get(r);
        r->q->piece = piece;
        inject_text(r, 0, whole_story, true);
        assert_ok(p);
        assert_int_equal(p->ninterim, 1);
        assert_int_equal(p->ntrailers, 1);
        assert_string_equal(str_text(&p->fields), "x=y;sum=1;");
        assert_int_equal(p->ex.bytes_body_received, 2);
        assert_true(p->ex.first_byte_at > 0 && p->ex.sent_at > 0);
        assert_true(p->ex.bytes_head_sent > 0);
        rig_free(r);
        probe_free(p);
    }
}

static void empty_trailers(struct str *b)
{
    h3_script_headers(b, ":status", "200", "x", "y", NULL);
    h3_script_data(b, "ok");
    h3_script_headers(b, NULL);
}

static void test_trailers_without_a_field_are_none(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 3; piece++) {
        struct rig *r = rig_started();
        struct probe *p = get(r);
        r->q->piece = piece;
        inject_text(r, 0, empty_trailers, true);
        assert_ok(p);
        assert_int_equal(p->ntrailers, 0);
        assert_int_equal(p->ex.bytes_body_received, 2);
        rig_free(r);
        probe_free(p);
    }
}

static void long_without_body(struct str *b)
{
    h3_script_headers(b, ":status", "200", "content-length", "1000", NULL);
}

static void test_head_has_no_body(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = probe_new(r, "HEAD");
    r->c->ops->submit(r->c, &p->ex);
    inject_text(r, 0, long_without_body, true);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    rig_free(r);
    probe_free(p);
}

static void test_cancel_resets_one_stream(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct probe *other = get(r);
    inject_text(r, 0, part_of_body, false);
    unsigned before = r->ncapacity;
    r->c->ops->cancel(r->c, &p->ex);
    settle(r);
    assert_false(p->is_done);
    assert_int_equal(fake_quic_stream(r->q, 0)->stop, 0x10c);
    assert_int_equal(r->c->active, 1);
    assert_true(r->ncapacity > before);
    inject_ok(r, 4);
    assert_ok(other);
    rig_free(r);
    probe_free(p);
    probe_free(other);
}

static void cancel_it(struct probe *p)
{
    p->rig->c->ops->cancel(p->rig->c, &p->ex);
}

static void close_it(struct probe *p)
{
    p->rig->c->ops->close(p->rig->c);
    p->rig->c = NULL;
}

static void test_cancel_and_close_inside_a_callback(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct rig *r = rig_started();
        struct probe *p = get(r);
        p->on_body = i ? close_it : cancel_it;
        inject_text(r, 0, whole_story, true);
        assert_false(p->is_done);
        assert_string_equal(str_text(&p->body), "o");
        rig_free(r);
        probe_free(p);
    }
}

static struct probe *next_probe;

static void submit_next(struct probe *p)
{
    next_probe = get(p->rig);
}

static void test_submit_inside_on_done(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    p->on_done = submit_next;
    inject_ok(r, 0);
    assert_ok(p);
    inject_ok(r, 4);
    assert_ok(next_probe);
    assert_false(next_probe->ex.is_first);
    rig_free(r);
    probe_free(p);
    probe_free(next_probe);
}

/* --- back-pressure --------------------------------------------------------- */

static void data_1000(struct str *b)
{
    char bytes[1000];
    memset(bytes, 'z', sizeof bytes);
    h3_script_frame(b, 0x00, span_of(bytes, sizeof bytes));
}

static void test_pause_holds_one_stream_back(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct probe *other = get(r);
    p->is_pausing = true;
    inject_text(r, 0, head_200, false);
    uint64_t before = fake_quic_stream(r->q, 0)->credited;
    uint64_t conn = r->q->conn_credited;
    for (int i = 0; i < 100; i++)
        inject_text(r, 0, data_1000, i == 99);
    assert_int_equal(p->body.len, 1000);
    /* 100 frame heads of 3 bytes are nobody's. */
    assert_int_equal(fake_quic_stream(r->q, 0)->credited - before, 300);
    assert_int_equal(r->q->conn_credited - conn, 100300);
    inject_ok(r, 4);
    assert_ok(other);
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    settle(r);
    assert_true(p->body.len > 1000 && !p->is_done);
    p->is_pausing = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    assert_false(p->is_done); /* never before resume() returns */
    settle(r);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    assert_int_equal(p->body.len, 100000);
    rig_free(r);
    probe_free(p);
    probe_free(other);
}

static void test_held_bytes_keep_connection_credit_over_the_bound(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->settings.quic.conn_window = 10000;
    struct probe *p = get(r);
    p->is_pausing = true;
    inject_text(r, 0, head_200, false);
    uint64_t conn = r->q->conn_credited;
    for (int i = 0; i < 100; i++)
        inject_text(r, 0, data_1000, false);
    assert_true(r->q->conn_credited - conn <= 11000 + 300);
    p->is_pausing = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    settle(r);
    assert_int_equal(p->body.len, 100000);
    assert_int_equal(r->q->conn_credited - conn, 100300);
    rig_free(r);
    probe_free(p);
}

static void test_a_whole_answer_survives_the_connection(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    struct probe *lost = get(r);
    p->is_pausing = true;
    r->q->piece = 20;
    inject_text(r, 0, head_200, false);
    inject_text(r, 0, data_1000, true);
    fake_quic_lose(r->q, ERR_QUIC, 0, "lost");
    settle(r);
    assert_true(lost->is_done);
    assert_false(p->is_done);
    assert_non_null(r->c);
    assert_int_equal(r->c->ops->capacity(r->c), 0);
    p->is_pausing = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    settle(r);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    assert_int_equal(p->body.len, 1000);
    assert_null(r->c);
    rig_free(r);
    probe_free(p);
    probe_free(lost);
}

/* --- uploads ---------------------------------------------------------------- */

struct source {
    struct body_source source;
    size_t left;
    size_t given;
    bool is_dry;
    bool is_broken;
};

static enum io source_read(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct source *s = container_of(src, struct source, source);
    if (s->is_broken)
        return fault_set(&src->fault, ERR_READ, 0, "%s", "gone");
    if (s->is_dry)
        return IO_AGAIN;
    *n = s->left < cap ? s->left : cap;
    for (size_t i = 0; i < *n; i++)
        buf[i] = (uint8_t)((s->given + i) * 7 >> 3);
    s->left -= *n;
    s->given += *n;
    return *n ? IO_OK : IO_EOF;
}

static struct probe *post(struct rig *r, struct source *s, int64_t body_len)
{
    struct probe *p = probe_new(r, "POST");
    s->source.read = source_read;
    p->ex.body = &s->source;
    p->request.body_len = body_len;
    r->c->ops->submit(r->c, &p->ex);
    settle(r);
    return p;
}

static void test_upload_is_bounded_until_acknowledged(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source s = {.left = 20 << 20};
    r->q->send_window = 1 << 30;
    r->q->holds_acks = true;
    struct probe *p = post(r, &s, 20 << 20);
    assert_true(s.given <= 3 << 20);
    r->q->holds_acks = false;
    quic_wake(r->q);
    settle(r);
    assert_int_equal(s.left, 0);
    assert_int_equal(p->ex.bytes_body_sent, 20 << 20);
    assert_true(fake_quic_stream(r->q, 0)->has_fin);
    assert_true(p->ex.sent_at > 0);
    inject_ok(r, 0);
    assert_ok(p);
    rig_free(r);
    probe_free(p);
}

static void test_upload_waits_for_its_source(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source dry = {.left = 5000, .is_dry = true};
    struct source wet = {.left = 5000};
    struct probe *a = post(r, &dry, BODY_LEN_UNKNOWN);
    struct probe *b = post(r, &wet, BODY_LEN_UNKNOWN);
    assert_false(fake_quic_stream(r->q, 0)->has_fin);
    assert_true(fake_quic_stream(r->q, 4)->has_fin);
    dry.is_dry = false;
    r->c->ops->resume(r->c, &a->ex, EXCHANGE_SEND);
    settle(r);
    assert_true(fake_quic_stream(r->q, 0)->has_fin);
    assert_int_equal(dry.left, 0);
    rig_free(r);
    probe_free(a);
    probe_free(b);
}

static void test_each_direction_is_resumed_on_its_own(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source source = {.left = 5000, .is_dry = true};
    struct probe *p = post(r, &source, BODY_LEN_UNKNOWN);
    p->is_pausing = true;
    inject_text(r, 0, head_200, false);
    uint64_t credited = fake_quic_stream(r->q, 0)->credited;
    for (int i = 0; i < 10; i++)
        inject_text(r, 0, data_1000, i == 9);
    assert_int_equal(p->body.len, 1000);
    /* The upload has bytes: the reader is no readier for that. */
    source.is_dry = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_SEND);
    settle(r);
    assert_int_equal(source.left, 0);
    assert_int_equal(p->body.len, 1000);
    assert_int_equal(fake_quic_stream(r->q, 0)->credited - credited, 30);
    assert_false(p->is_done);
    p->is_pausing = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    settle(r);
    assert_int_equal(p->body.len, 10000);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    rig_free(r);
    probe_free(p);
}

static void test_a_resumed_reader_does_not_ask_the_source(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source source = {.left = 5000, .is_dry = true};
    struct probe *p = post(r, &source, BODY_LEN_UNKNOWN);
    p->is_pausing = true;
    inject_text(r, 0, head_200, false);
    inject_text(r, 0, data_1000, false);
    inject_text(r, 0, data_1000, false);
    source.is_dry = false;
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_RECEIVE);
    settle(r);
    assert_int_equal(p->body.len, 2000);
    assert_int_equal(source.left, 5000);
    r->c->ops->resume(r->c, &p->ex, EXCHANGE_SEND | EXCHANGE_RECEIVE);
    settle(r);
    assert_int_equal(source.left, 0);
    rig_free(r);
    probe_free(p);
}

static void test_upload_that_breaks_never_looks_whole(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source broken = {.left = 100, .is_broken = true};
    struct source brief = {.left = 100};
    struct probe *a = post(r, &broken, 100);
    struct probe *b = post(r, &brief, 101);
    struct probe *other = get(r);
    assert_int_equal(a->fault.code, ERR_READ);
    assert_int_equal(b->fault.code, ERR_READ);
    assert_false(fake_quic_stream(r->q, 0)->has_fin);
    assert_false(fake_quic_stream(r->q, 4)->has_fin);
    assert_int_equal(fake_quic_stream(r->q, 0)->reset, 0x10c);
    assert_int_equal(fake_quic_stream(r->q, 4)->reset, 0x10c);
    inject_ok(r, 8);
    assert_ok(other);
    rig_free(r);
    probe_free(a);
    probe_free(b);
    probe_free(other);
}

static void test_h3_6_answer_with_stop_sending_is_success(void **state)
{
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct rig *r = rig_started();
        struct source s = {.left = 1000, .is_dry = true};
        struct probe *p = post(r, &s, BODY_LEN_UNKNOWN);
        if (order == 0)
            inject_ok(r, 0);
        fake_quic_receive_stop(r->q, 0, 0x100);
        settle(r);
        if (order == 1)
            inject_ok(r, 0);
        assert_ok(p);
        rig_free(r);
        probe_free(p);
    }
}

static void refusal(struct str *b)
{
    h3_script_headers(b, ":status", "413", NULL);
}

static void test_a_refusal_ends_the_upload(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source s = {.left = 1000, .is_dry = true};
    struct probe *p = post(r, &s, BODY_LEN_UNKNOWN);
    inject_text(r, 0, refusal, true);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    assert_int_equal(p->status, 413);
    assert_int_equal(fake_quic_stream(r->q, 0)->reset, 0x10c);
    rig_free(r);
    probe_free(p);
}

static void go_on(struct str *b)
{
    h3_script_headers(b, ":status", "100", NULL);
}

static void test_body_waits_for_100_continue(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct source s = {.left = 1000};
    struct probe *p = probe_new(r, "POST");
    s.source.read = source_read;
    p->ex.body = &s.source;
    p->request.body_len = 1000;
    p->request.expect_continue = true;
    fields_add(&p->request.fields, SPAN_LIT("expect"),
               SPAN_LIT("100-continue"));
    r->c->ops->submit(r->c, &p->ex);
    settle(r);
    assert_int_equal(s.given, 0);
    inject_text(r, 0, go_on, false);
    assert_int_equal(s.left, 0);
    inject_ok(r, 0);
    assert_ok(p);
    rig_free(r);
    probe_free(p);
}

/* --- the connection --------------------------------------------------------- */

static void test_room_is_the_smaller_limit(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->bidi_left = 5;
    assert_int_equal(r->c->ops->capacity(r->c), 5);
    r->settings.quic.max_streams = 3;
    struct probe *p = get(r);
    assert_int_equal(r->c->ops->capacity(r->c), 2);
    inject_ok(r, 0);
    r->q->bidi_left = 1;
    assert_int_equal(r->c->ops->capacity(r->c), 1);
    unsigned before = r->ncapacity;
    fake_quic_allow(r->q, 3);
    settle(r);
    assert_true(r->ncapacity > before);
    rig_free(r);
    probe_free(p);
}

/* What the peer's SETTINGS and the handshake make of a connection. */
static void test_features_are_what_both_sides_have_said(void **state)
{
    (void)state;
    enum {
        CONNECT = FEATURE_EXTENDED_CONNECT | FEATURE_PROTOCOL,
        WT = FEATURE_WEBTRANSPORT,
        DATAGRAMS = FEATURE_DATAGRAMS,
        ALWAYS = FEATURE_REPLAY_SAFE,
    };
    static const struct {
        bool announces; /* we do */
        size_t datagram_max;
        uint64_t settings[4]; /* of the peer */
        size_t nsettings;
        unsigned pending; /* before them */
        unsigned has;     /* after */
    } cases[] = {
        {false, 0, {0}, 0, CONNECT | WT, ALWAYS},
        {false, 0, {0x8, 1}, 2, CONNECT | WT, ALWAYS | CONNECT},
        {false, 0, {0x8, 0}, 2, CONNECT | WT, ALWAYS},
        /* Each of the three that make datagrams missing once. */
        {false, 1200, {0x33, 1}, 2, CONNECT | WT, ALWAYS},
        {true, 0, {0x33, 1}, 2, CONNECT | WT, ALWAYS},
        {true, 1200, {0x33, 0}, 2, CONNECT | WT | DATAGRAMS, ALWAYS},
        {true,
         1200,
         {0x33, 1},
         2,
         CONNECT | WT | DATAGRAMS,
         ALWAYS | DATAGRAMS},
        {true,
         1200,
         {0x33, 1, 0x8, 1},
         4,
         CONNECT | WT | DATAGRAMS,
         ALWAYS | CONNECT | DATAGRAMS},
        /* WebTransport in each of its drafts, and declined. */
        {false, 0, {0x2b603742, 1}, 2, CONNECT | WT, ALWAYS | WT},
        {false, 0, {0xc671706a, 16}, 2, CONNECT | WT, ALWAYS | WT},
        {false, 0, {0x14e9cd29, 1}, 2, CONNECT | WT, ALWAYS | WT},
        {false, 0, {0x2c7cf000, 1}, 2, CONNECT | WT, ALWAYS | WT},
        {false, 0, {0x2b603742, 0, 0xc671706a, 0}, 4, CONNECT | WT, ALWAYS},
    };
    size_t ncases = sizeof cases / sizeof *cases;
    for (size_t n = 0; n < 2 * ncases; n++) {
        size_t i = n / 2;
        struct rig *r = rig_new();
        r->q->piece = n % 2; /* byte by byte as well */
        r->settings.quic.h3_datagrams = cases[i].announces;
        r->q->datagram_max = cases[i].datagram_max;
        settle(r);
        struct conn_features f = {.has = 0};
        r->c->ops->features(r->c, &f);
        assert_int_equal(f.has, ALWAYS);
        assert_int_equal(f.pending, cases[i].pending);
        assert_int_equal(r->nfeatures, 0);
        struct str b;
        str_init(&b);
        h3_script_control(&b, cases[i].settings, cases[i].nsettings);
        inject(r, CONTROL, &b, false);
        str_fini(&b);
        f = (struct conn_features){.has = 0};
        r->c->ops->features(r->c, &f);
        assert_int_equal(f.has, cases[i].has);
        assert_int_equal(f.pending, 0);
        assert_int_equal(f.datagram_max,
                         f.has & DATAGRAMS ? cases[i].datagram_max : 0);
        assert_int_equal(r->nfeatures, 1);
        rig_free(r);
    }
}

static void test_no_stream_no_loss(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->bidi_left = 0;
    struct probe *p = get(r);
    assert_false(p->is_returned);
    settle(r);
    assert_true(p->is_returned);
    rig_free(r);
    probe_free(p);
}

static void test_drain_closes_when_idle(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    r->c->ops->drain(r->c);
    assert_int_equal(r->c->ops->capacity(r->c), 0);
    settle(r);
    assert_non_null(r->c);
    inject_ok(r, 0);
    assert_ok(p);
    assert_null(r->c);
    assert_int_equal(r->closed.code, ERR_NONE);
    rig_free(r);
    probe_free(p);
}

static void test_close_drops_without_a_word(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    struct probe *p = get(r);
    settle(r);
    r->c->ops->close(r->c);
    r->c = NULL;
    settle(r);
    assert_false(p->is_done || p->is_returned);
    assert_int_equal(r->q->closed, 0x100);
    rig_free(r);
    probe_free(p);
}

static void small_sections(struct str *b)
{
    h3_script_control(b, (const uint64_t[]){0x06, 200}, 2);
}

static void test_the_peers_section_limit_is_obeyed(void **state)
{
    (void)state;
    struct rig *r = rig_new();
    inject_text(r, CONTROL, small_sections, false);
    struct probe *p = probe_new(r, "GET");
    fields_add(&p->request.fields, SPAN_LIT("x"),
               SPAN_LIT("0123456789012345678901234567890123456789"));
    r->c->ops->submit(r->c, &p->ex);
    settle(r);
    assert_int_equal(p->fault.code, ERR_HEAD_TOO_LARGE);
    rig_free(r);
    probe_free(p);
}

static void test_heads_are_traced_as_text(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    loop_set_trace(r->loop, &r->trace);
    struct probe *p = probe_new(r, "GET");
    fields_add(&p->request.fields, SPAN_LIT("Accept"), SPAN_LIT("*/*"));
    fields_add(&p->request.fields, SPAN_LIT("Connection"), SPAN_LIT("close"));
    r->c->ops->submit(r->c, &p->ex);
    inject_ok(r, 0);
    assert_string_equal(str_text(&r->traced),
                        "GET /x HTTP/3\r\nHost: example.test\r\n"
                        "Accept: */*\r\n\r\n"
                        "HTTP/3 200\r\nx: y\r\n\r\n");
    loop_set_trace(r->loop, NULL);
    rig_free(r);
    probe_free(p);
}

static void test_300_exchanges_one_after_another(void **state)
{
    (void)state;
    struct rig *r = rig_started();
    r->q->bidi_left = 300;
    for (int i = 0; i < 300; i++) {
        struct probe *p = get(r);
        inject_ok(r, 4 * i);
        assert_ok(p);
        probe_free(p);
    }
    assert_int_equal(r->c->active, 0);
    rig_free(r);
}

#define TEST(name) cmocka_unit_test(test_##name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows),
        TEST(rows_byte_by_byte),
        TEST(h3_2_reset_in_the_body_fails),
        TEST(h3_3_complete_answer_then_close_is_success),
        TEST(close_in_the_body_is_no_success),
        TEST(loss_of_the_connection_reaches_each_once),
        TEST(an_idle_connection_is_asked_before_a_post),
        TEST(a_post_that_waits_for_a_dead_peer_is_returned),
        TEST(what_was_never_sent_is_returned),
        TEST(h3_4_rejected_is_returned),
        TEST(h3_5_goaway_returns_what_is_not_processed),
        TEST(h3_5_goaway_takes_back_no_answer),
        TEST(h3_6_answer_with_stop_sending_is_success),
        TEST(h3_7_illegal_values_reach_nobody),
        TEST(h3_12_stream_flood_ends_the_connection),
        TEST(h3_14_grease_is_tolerated),
        TEST(critical_streams_must_stay),
        TEST(heads_body_and_trailers_in_any_pieces),
        TEST(trailers_without_a_field_are_none),
        TEST(head_has_no_body),
        TEST(cancel_resets_one_stream),
        TEST(cancel_and_close_inside_a_callback),
        TEST(submit_inside_on_done),
        TEST(pause_holds_one_stream_back),
        TEST(held_bytes_keep_connection_credit_over_the_bound),
        TEST(a_whole_answer_survives_the_connection),
        TEST(upload_is_bounded_until_acknowledged),
        TEST(upload_waits_for_its_source),
        TEST(each_direction_is_resumed_on_its_own),
        TEST(a_resumed_reader_does_not_ask_the_source),
        TEST(upload_that_breaks_never_looks_whole),
        TEST(a_refusal_ends_the_upload),
        TEST(body_waits_for_100_continue),
        TEST(room_is_the_smaller_limit),
        TEST(features_are_what_both_sides_have_said),
        TEST(no_stream_no_loss),
        TEST(drain_closes_when_idle),
        TEST(close_drops_without_a_word),
        TEST(the_peers_section_limit_is_obeyed),
        TEST(heads_are_traced_as_text),
        TEST(300_exchanges_one_after_another),
    };
    return cmocka_run_group_tests_name("h3", tests, NULL, NULL);
}
