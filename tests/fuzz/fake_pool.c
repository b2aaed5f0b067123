#include "fake_pool.h"

#include <assert.h>
#include <string.h>

#include "base/fault.h"
#include "fake_loop.h"
#include "heap_bound.h"

/* What a call does when it is called back. */
enum fake_act {
    ACT_PAUSE = 1,
    ACT_CANCEL_IN_BODY = 2,
    ACT_CANCEL_IN_HEAD = 4,
    ACT_CANCEL_IN_TRAILERS = 8,
    ACT_RESUME_IN_BODY = 16,
    ACT_ALL = 31,
};

/* What a kind means beside its method, which is in the lowest three bits. */
enum {
    KIND_EXPECT = 8,
    KIND_PAUSE = 16,
    KIND_NO_REWIND = 32,
    KIND_PROTOCOL = 64, /* whatever the method */
};

static const struct method {
    struct span name;
    int64_t body_len;
    size_t give; /* at once, and then the end */
} methods[] = {
    {SPAN_LIT("GET"), BODY_LEN_NONE, 0},
    {SPAN_LIT("HEAD"), BODY_LEN_NONE, 0},
    {SPAN_LIT("POST"), BODY_LEN_UNKNOWN, 0},
    {SPAN_LIT("PUT"), 40, 0},
    {SPAN_LIT("GET"), BODY_LEN_NONE, 0}, /* with an Upgrade */
    {SPAN_LIT("OPTIONS"), BODY_LEN_NONE, 0},
    {SPAN_LIT("CONNECT"), BODY_LEN_NONE, 0},
    {SPAN_LIT("POST"), BODY_LEN_UNKNOWN, 30},
};

#define KIND_UPGRADE 4

static struct fake_call *call_of(struct exchange *ex)
{
    return container_of(ex, struct fake_call, ex);
}

/* Calls into the connection nest: a cancel inside a callback inside nothing. */
static bool begin_calling(struct fake_pool *p)
{
    bool was = p->is_calling;
    p->is_calling = true;
    return was;
}

static void check_alive(const struct fake_call *c)
{
    assert(c->life == FAKE_CALL_LIVE);
    assert(!c->pool->is_calling);
}

static void cancel(struct fake_call *c)
{
    struct fake_pool *p = c->pool;
    assert(c->ex.conn == p->conn);
    c->life = FAKE_CALL_CANCELLED;
    bool was = begin_calling(p);
    p->conn->ops->cancel(p->conn, &c->ex);
    p->is_calling = was;
    c->ex.state = EXCHANGE_DONE;
    arena_fini(&c->ex.arena);
}

static void resume_subs(struct fake_call *c);

void fake_pool_resume(struct fake_call *c, unsigned ways)
{
    struct fake_pool *p = c->pool;
    bool was = begin_calling(p);
    if (ways & EXCHANGE_RECEIVE)
        c->is_paused = false;
    p->conn->ops->resume(p->conn, &c->ex, ways);
    if (ways & EXCHANGE_RECEIVE)
        resume_subs(c);
    p->is_calling = was;
}

/* Sinks. */

static void check_field(const struct field *f)
{
    assert(f->name.len > 0);
    for (const char *at = "\n:"; *at; at++)
        assert(!memchr(f->name.base, *at, f->name.len));
    assert(!memchr(f->name.base, '\0', f->name.len));
    if (f->value.len == 0)
        return;
    for (const char *at = "\r\n"; *at; at++)
        assert(!memchr(f->value.base, *at, f->value.len));
    assert(!memchr(f->value.base, '\0', f->value.len));
}

static void check_fields(const struct fields *fields)
{
    for (size_t i = 0; i < fields->len; i++)
        check_field(&fields->items[i]);
}

/* 101 after fields that the user put there, or what was asked for. */
static bool is_switch(const struct fake_call *c,
                      const struct response_head *head)
{
    const struct request *r = &c->request;
    if (head->status == 101)
        return true;
    if (r->protocol.base)
        return message_is_switched(head);
    return message_wants_switch(r) && head->status >= 200 && head->status < 300;
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct fake_call *c = call_of(ex);
    check_alive(c);
    assert(c->status < 200);
    assert(head->status >= 100 && head->status <= 999);
    check_fields(head->fields);
    c->status = head->status;
    c->is_switched = is_switch(c, head);
    uint64_t n;
    struct span length = fields_value(head->fields, "content-length");
    if (head->status >= 200 && length.base && span_to_u64(length, &n))
        c->announced = (int64_t)n;
    if (fields_value(head->fields, "transfer-encoding").base)
        c->is_coded = true;
    if (c->acts & ACT_CANCEL_IN_HEAD)
        cancel(c);
}

/* For a protocol HTTP/1.1 asks with GET; above it 2xx switches. */
static bool is_bodyless(const struct fake_call *c)
{
    const struct request *r = &c->request;
    return message_is_bodyless(r->protocol.base ? SPAN_LIT("GET") : r->method,
                               c->status);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct fake_call *c = call_of(ex);
    check_alive(c);
    assert(!c->is_paused && !c->has_ended);
    assert(c->is_switched || !is_bodyless(c));
    str_add(&c->body, data); /* ASan sees that all of it is there */
    if (c->acts & ACT_CANCEL_IN_BODY) {
        cancel(c);
        return SINK_MORE;
    }
    if (c->acts & ACT_RESUME_IN_BODY)
        fake_pool_resume(c, EXCHANGE_RECEIVE);
    c->is_paused = c->acts & ACT_PAUSE;
    return c->is_paused ? SINK_PAUSE : SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct fake_call *c = call_of(ex);
    check_alive(c);
    assert(!c->is_paused);
    assert(c->status >= 200);
    assert(trailers->len > 0);
    check_fields(trailers);
    if (c->acts & ACT_CANCEL_IN_TRAILERS)
        cancel(c);
}

static void on_end(struct exchange *ex)
{
    struct fake_call *c = call_of(ex);
    check_alive(c);
    assert(c->is_switched && !c->is_paused && !c->has_ended);
    c->has_ended = true;
    if (c->acts & ACT_CANCEL_IN_TRAILERS)
        cancel(c);
}

static void check_success(const struct fake_call *c)
{
    assert(c->status >= 200 || c->status == 101);
    assert(c->has_ended == c->is_switched);
    if (c->announced < 0 || c->is_coded || c->is_switched || is_bodyless(c))
        return;
    assert((uint64_t)c->announced == c->body.len);
}

static void drop_all(struct fake_pool *p)
{
    for (size_t i = 0; i < p->ncalls; i++)
        if (p->calls[i].life == FAKE_CALL_LIVE)
            p->calls[i].life = FAKE_CALL_DROPPED;
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct fake_call *c = call_of(ex);
    struct fake_pool *p = c->pool;
    check_alive(c);
    assert(ex->conn == NULL && ex->state == EXCHANGE_DONE);
    c->life = FAKE_CALL_DONE;
    c->is_ok = fault == NULL;
    if (fault) {
        assert(fault->code != ERR_NONE && fault->detail[0]);
        c->error = fault->code;
    } else {
        assert(!c->is_paused);
        check_success(c);
    }
    arena_fini(&ex->arena);
    if (p->is_closing_on_done)
        fake_pool_close(p);
    else if (p->is_submitting_on_done)
        fake_pool_submit(p, p->next_kind);
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_end = on_end,
    .on_done = on_done,
};

/* Streams that belong to an exchange. */

static const char is_sub_paused; /* its address is the owner of one that is */

static struct fake_call *call_of_sub(struct substream *sub)
{
    struct fake_call *c = container_of(sub->all, struct fake_call, subs);
    check_alive(c);
    return c;
}

static struct substream **find_sub(struct fake_call *c, struct substream *sub)
{
    for (size_t i = 0; i < FAKE_POOL_SUBS; i++)
        if (c->live[i] == sub)
            return &c->live[i];
    return NULL;
}

static void check_sub(struct fake_call *c, struct substream *sub)
{
    assert(find_sub(c, sub));
    assert(sub->owner == NULL);
}

static void open_sub(struct fake_call *c, bool is_uni)
{
    struct substream **at = find_sub(c, NULL);
    struct substream *sub = at ? substreams_open(&c->subs, is_uni) : NULL;
    if (sub == NULL)
        return;
    *at = sub;
    substreams_write(sub, SPAN_LIT("from the client"));
}

static void on_sub_open(struct substream *sub)
{
    struct fake_call *c = call_of_sub(sub);
    struct substream **at = find_sub(c, NULL);
    if (c->acts & ACT_CANCEL_IN_HEAD) {
        cancel(c);
        return;
    }
    assert(at);
    *at = sub;
    bool was = begin_calling(c->pool);
    open_sub(c, !sub->is_uni);
    c->pool->is_calling = was;
}

static enum sink_flow on_sub_data(struct substream *sub, struct span data)
{
    struct fake_call *c = call_of_sub(sub);
    check_sub(c, sub);
    assert(data.len > 0);
    bool was = begin_calling(c->pool);
    if (!sub->is_shut)
        substreams_write(sub, data);
    if (c->acts & ACT_RESUME_IN_BODY)
        substreams_stop(sub, data.base[0]);
    c->pool->is_calling = was;
    str_add(&c->body, data); /* ASan sees that all of it is there */
    c->body.len -= data.len;
    if (c->acts & ACT_CANCEL_IN_BODY) {
        cancel(c);
        return SINK_MORE;
    }
    if ((c->acts & (ACT_PAUSE | ACT_RESUME_IN_BODY)) != ACT_PAUSE)
        return SINK_MORE;
    sub->owner = (void *)(uintptr_t)&is_sub_paused;
    return SINK_PAUSE;
}

static void on_sub_end(struct substream *sub)
{
    struct fake_call *c = call_of_sub(sub);
    check_sub(c, sub);
    if (c->acts & ACT_CANCEL_IN_TRAILERS) {
        cancel(c);
        return;
    }
    bool was = begin_calling(c->pool);
    substreams_end(sub);
    c->pool->is_calling = was;
}

static void on_sub_code(struct substream *sub, uint32_t code)
{
    struct fake_call *c = call_of_sub(sub);
    assert(find_sub(c, sub));
    bool was = begin_calling(c->pool);
    substreams_reset(sub, code);
    substreams_stop(sub, code);
    c->pool->is_calling = was;
}

static void on_sub_drain(struct substream *sub)
{
    assert(find_sub(call_of_sub(sub), sub));
    assert(!sub->is_shut);
}

static void on_sub_gone(struct substream *sub)
{
    struct fake_call *c = call_of_sub(sub);
    struct substream **at = find_sub(c, sub);
    assert(at);
    *at = NULL;
    if (c->acts & ACT_CANCEL_IN_TRAILERS)
        cancel(c);
}

static const struct substreams_ops sub_ops = {
    .on_open = on_sub_open,
    .on_data = on_sub_data,
    .on_end = on_sub_end,
    .on_reset = on_sub_code,
    .on_stop = on_sub_code,
    .on_drain = on_sub_drain,
    .on_gone = on_sub_gone,
};

static void resume_subs(struct fake_call *c)
{
    bool has_any = false;
    for (size_t i = 0; i < FAKE_POOL_SUBS && c->subs.carrier; i++) {
        struct substream *sub = c->live[i];
        if (sub == NULL)
            continue;
        has_any = true;
        sub->owner = NULL;
        substreams_resume(sub);
    }
    if (!has_any && c->status >= 200)
        open_sub(c, false);
}

/* Datagrams: those that come are sent back. */

static void push_datagram(struct fake_call *c, struct span payload)
{
    if (datagrams_push(&c->datagrams, payload, loop_now(c->pool->loop)) &&
        c->life == FAKE_CALL_LIVE)
        fake_pool_resume(c, EXCHANGE_DATAGRAM);
}

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct fake_call *c = container_of(d, struct fake_call, datagrams);
    check_alive(c);
    if (c->acts & ACT_CANCEL_IN_HEAD)
        cancel(c);
    else
        push_datagram(c, payload);
}

static void on_drain(struct datagrams *d)
{
    struct fake_call *c = container_of(d, struct fake_call, datagrams);
    check_alive(c);
    assert(d->counters.acked + d->counters.lost <= d->counters.sent);
    if (c->acts & ACT_CANCEL_IN_HEAD)
        cancel(c);
}

static void add_datagrams(struct fake_call *c)
{
    static const struct datagrams_limits limits = {.count = 4};
    c->datagrams.on_datagram = on_datagram;
    c->datagrams.on_drain = on_drain;
    datagrams_init(&c->datagrams, &limits);
    c->ex.datagrams = &c->datagrams;
}

/* Uploads. */

static enum io source_read(struct body_source *s, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct fake_call *c = container_of(s, struct fake_call, source);
    assert(c->life == FAKE_CALL_LIVE);
    assert(c->is_switched || !message_wants_switch(&c->request));
    *n = c->give < cap ? c->give : cap;
    if (*n) {
        memset(buf, 'u', *n);
        c->give -= *n;
        c->given += *n;
        return IO_OK;
    }
    if (c->is_broken)
        return fault_set(&s->fault, ERR_READ, 0, "the disk is gone");
    return c->is_last ? IO_EOF : IO_AGAIN;
}

static bool source_rewind(struct body_source *s)
{
    struct fake_call *c = container_of(s, struct fake_call, source);
    if (c->has_no_rewind)
        return false;
    c->give += c->given;
    c->given = 0;
    return true;
}

/* Events. */

static void submit(struct fake_call *c)
{
    struct fake_pool *p = c->pool;
    c->life = FAKE_CALL_LIVE;
    memset(c->live, 0, sizeof c->live);
    bool was = begin_calling(p);
    p->conn->ops->submit(p->conn, &c->ex);
    p->is_calling = was;
}

static void on_capacity(struct conn *k)
{
    struct fake_pool *p = k->owner;
    assert(p->conn == k && !p->is_calling);
    if (p->is_submitting_on_capacity)
        fake_pool_submit(p, p->next_kind);
}

static void on_features(struct conn *k)
{
    struct fake_pool *p = k->owner;
    struct conn_features f = {.has = 0};
    assert(p->conn == k && !p->is_calling);
    k->ops->features(k, &f);
    assert((f.has & f.pending) == 0);
}

static void on_returned(struct conn *k, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    struct fake_call *c = call_of(ex);
    (void)how;
    (void)why;
    check_alive(c);
    c->life = FAKE_CALL_RETURNED;
    assert(c->status < 200 && c->body.len == 0);
    if (c->pool->is_submitting_again && k->ops->capacity(k) > 0)
        submit(c);
}

static void on_draining(struct conn *k, const struct fault *why)
{
    struct fake_pool *p = k->owner;
    (void)why;
    assert(k->ops->capacity(k) == 0);
    assert(!p->is_calling);
}

static void on_closed(struct conn *k, const struct fault *why)
{
    struct fake_pool *p = k->owner;
    (void)why;
    assert(k->active == 0 && p->conn == k && !p->is_calling);
    for (size_t i = 0; i < p->ncalls; i++)
        assert(p->calls[i].life != FAKE_CALL_LIVE);
    p->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_features = on_features,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

/* The pool. */

void fake_pool_init(struct fake_pool *p)
{
    size_t heap = heap_bound_used();
    *p = (struct fake_pool){.loop = loop_new(), .heap_at_start = heap};
    settings_defaults(&p->settings);
}

void fake_pool_adopt(struct fake_pool *p, struct conn *c)
{
    p->conn = c;
    c->events = &events;
    c->owner = p;
}

static void add_upgrade(struct fields *f)
{
    fields_add(f, SPAN_LIT("Connection"), SPAN_LIT("Upgrade"));
    fields_add(f, SPAN_LIT("Upgrade"), SPAN_LIT("x"));
}

static void ask_for_protocol(struct request *r)
{
    r->method = SPAN_LIT("CONNECT");
    r->protocol = SPAN_LIT("x");
    r->body_len = BODY_LEN_UNKNOWN;
}

struct fake_call *fake_pool_submit(struct fake_pool *p, uint8_t kind)
{
    if (p->conn == NULL || p->ncalls == FAKE_POOL_CALLS ||
        p->conn->ops->capacity(p->conn) == 0)
        return NULL;
    const struct method *m = &methods[kind & 7];
    struct fake_call *c = &p->calls[p->ncalls++];
    *c = (struct fake_call){
        .pool = p,
        .request =
            {
                .method = m->name,
                .scheme = SPAN_LIT("http"),
                .authority = SPAN_LIT("h.example"),
                .target = SPAN_LIT("/x"),
                .body_len = m->body_len,
            },
        .source = {.read = source_read, .rewind = source_rewind},
        .give = m->give,
        .is_last = m->give > 0,
        .has_no_rewind = kind & KIND_NO_REWIND,
        .acts = kind & KIND_PAUSE ? ACT_PAUSE : 0,
        .announced = -1,
    };
    str_init(&c->body);
    arena_init(&c->ex.arena);
    list_init(&c->ex.link);
    fields_init(&c->request.fields, &c->ex.arena);
    bool has_body = m->body_len != BODY_LEN_NONE || kind & KIND_PROTOCOL;
    if (has_body && kind & KIND_EXPECT) {
        c->request.expect_continue = true;
        fields_add(&c->request.fields, SPAN_LIT("Expect"),
                   SPAN_LIT("100-continue"));
    }
    if ((kind & 7) == KIND_UPGRADE)
        add_upgrade(&c->request.fields);
    if (kind & KIND_PROTOCOL) {
        ask_for_protocol(&c->request);
        add_datagrams(c);
    }
    c->subs.ops = &sub_ops;
    c->subs.limit = FAKE_POOL_SUBS / 8;
    substreams_init(&c->subs);
    c->ex.substreams = &c->subs;
    c->ex.request = &c->request;
    c->ex.sink = &sink;
    c->ex.body = has_body ? &c->source : NULL;
    submit(c);
    return c;
}

static void feed(struct fake_call *c, uint8_t how)
{
    c->give += (size_t)how * 7;
    c->is_last |= how & 1;
    c->is_broken |= how == 252;
    static const uint8_t bytes[256];
    if (c->ex.datagrams && how & 2)
        push_datagram(c, span_of(bytes, how));
    if (c->life == FAKE_CALL_LIVE)
        fake_pool_resume(c, EXCHANGE_SEND);
}

static void drain(struct fake_pool *p)
{
    bool was = begin_calling(p);
    p->conn->ops->drain(p->conn);
    p->is_calling = was;
}

static void set_habits(struct fake_pool *p, uint8_t how, uint8_t kind)
{
    p->is_submitting_again = how & 1;
    p->is_submitting_on_capacity = how & 2;
    p->is_submitting_on_done = how & 4;
    p->is_closing_on_done = (how & 0xf8) == 0x80;
    p->next_kind = kind;
}

void fake_pool_act(struct fake_pool *p, uint8_t op, struct fuzz_input *in)
{
    struct fake_call none = {0};
    uint8_t which = fuzz_input_u8(in);
    uint8_t how = fuzz_input_u8(in);
    struct fake_call *c = p->ncalls ? &p->calls[which % p->ncalls] : &none;
    bool is_live = c->life == FAKE_CALL_LIVE;
    switch (op % FAKE_POOL_ACTS) {
    case 0:
        fake_pool_submit(p, how);
        break;
    case 1:
        if (is_live)
            fake_pool_resume(c, EXCHANGE_RECEIVE);
        break;
    case 2:
        if (is_live)
            cancel(c);
        break;
    case 3:
        feed(c, how);
        break;
    case 4:
        c->acts = how & ACT_ALL;
        break;
    case 5:
        if (p->conn && how < 64)
            drain(p);
        break;
    case 6:
        set_habits(p, which, how);
        break;
    case 7:
        if (how & 0x80)
            fake_loop_pass(p->loop, LOOP_MS << (how & 15));
        else
            fake_loop_turns(p->loop, how % 16 + 1);
        break;
    }
    heap_bound_check(p->heap_at_start);
}

void fake_pool_settle(struct fake_pool *p)
{
    fake_loop_turns(p->loop, 60);
    heap_bound_check(p->heap_at_start);
    if (p->conn)
        return;
    for (size_t i = 0; i < p->ncalls; i++)
        assert(p->calls[i].life != FAKE_CALL_LIVE);
}

size_t fake_pool_successes(const struct fake_pool *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->ncalls; i++)
        n += p->calls[i].life == FAKE_CALL_DONE && p->calls[i].is_ok;
    return n;
}

void fake_pool_close(struct fake_pool *p)
{
    struct conn *k = p->conn;
    if (k == NULL)
        return;
    drop_all(p);
    p->conn = NULL;
    bool was = begin_calling(p);
    k->ops->close(k);
    p->is_calling = was;
}

void fake_pool_fini(struct fake_pool *p)
{
    loop_free(p->loop);
    for (size_t i = 0; i < p->ncalls; i++) {
        arena_fini(&p->calls[i].ex.arena);
        str_fini(&p->calls[i].body);
        datagrams_fini(&p->calls[i].datagrams);
    }
}
