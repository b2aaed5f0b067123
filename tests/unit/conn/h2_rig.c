#include "conn/h2_rig.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "conn/h2.h"
#include "support/pipe_transport.h"

static struct h2_rig_call *of_exchange(struct exchange *ex)
{
    return container_of(ex, struct h2_rig_call, ex);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct h2_rig_call *call = of_exchange(ex);
    str_printf(&call->heads, "%d", head->status);
    for (size_t i = 0; i < head->fields->len; i++)
        str_printf(&call->heads, " %.*s=%.*s",
                   SPAN_ARG(head->fields->items[i].name),
                   SPAN_ARG(head->fields->items[i].value));
    str_add_char(&call->heads, '\n');
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct h2_rig_call *call = of_exchange(ex);
    assert(call->ndone == 0);
    str_add(&call->body, data);
    if (call->cancels) {
        struct conn *c = ex->conn;
        c->ops->cancel(c, ex);
        arena_fini(&ex->arena); /* whoever looks at it now is caught */
        return SINK_MORE;
    }
    return call->pauses ? SINK_PAUSE : SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct h2_rig_call *call = of_exchange(ex);
    assert(trailers->len > 0);
    for (size_t i = 0; i < trailers->len; i++)
        str_printf(&call->trailers, "%.*s=%.*s;",
                   SPAN_ARG(trailers->items[i].name),
                   SPAN_ARG(trailers->items[i].value));
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct h2_rig_call *call = of_exchange(ex);
    call->ndone++;
    if (fault)
        call->fault = *fault;
    assert(ex->conn == NULL && ex->state == EXCHANGE_DONE);
    arena_fini(&ex->arena);
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static struct h2_rig *of_conn(struct conn *c)
{
    return c->owner;
}

static void on_capacity(struct conn *c)
{
    of_conn(c)->ncapacity++;
}

static void on_features(struct conn *c)
{
    of_conn(c)->nfeatures++;
}

static void on_alt_svc(struct conn *c, struct span origin, struct span value)
{
    str_printf(&of_conn(c)->places, "%.*s %.*s\n", SPAN_ARG(origin),
               SPAN_ARG(value));
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    struct h2_rig_call *call = of_exchange(ex);
    call->nreturned++;
    call->how = how;
    call->fault = *why;
    if (of_conn(c)->resubmits && c->ops->capacity(c) > 0)
        c->ops->submit(c, ex);
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)why;
    of_conn(c)->ndraining++;
    assert(c->ops->capacity(c) == 0);
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct h2_rig *r = of_conn(c);
    assert(c->active == 0);
    r->nclosed++;
    r->closed = *why;
    r->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_features = on_features,
    .on_alt_svc = on_alt_svc,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

void h2_rig_prepare(struct h2_rig *r)
{
    memset(r, 0, sizeof *r);
    r->loop = loop_new();
    settings_defaults(&r->settings);
}

void h2_rig_open(struct h2_rig *r, size_t piece)
{
    struct transport *far = NULL;
    struct conn_facts facts = {.id = 1};
    pipe_transport_pair(r->loop, &r->near, &far);
    pipe_transport_set_piece(r->near, piece);
    h2_wire_init(&r->peer, far);
    r->conn = h2_new(r->loop, r->near, &r->settings, &facts);
    r->conn->events = &events;
    r->conn->owner = r;
}

void h2_rig_init(struct h2_rig *r, size_t piece)
{
    h2_rig_prepare(r);
    h2_rig_open(r, piece);
}

void h2_rig_fini(struct h2_rig *r)
{
    str_fini(&r->places);
    if (r->conn)
        r->conn->ops->close(r->conn);
    h2_wire_fini(&r->peer);
    loop_free(r->loop);
    for (size_t i = 0; i < r->ncalls; i++) {
        arena_fini(&r->calls[i].ex.arena);
        arena_fini(r->calls[i].request.fields.arena);
        free(r->calls[i].request.fields.arena);
        str_fini(&r->calls[i].heads);
        str_fini(&r->calls[i].body);
        str_fini(&r->calls[i].trailers);
    }
}

void h2_rig_run(struct h2_rig *r)
{
    loop_run(r->loop);
}

static enum io read_upload(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct h2_rig_upload *u = container_of(src, struct h2_rig_upload, source);
    *n = u->give < cap ? u->give : cap;
    if (*n > 0) {
        memset(buf, 'u', *n);
        u->give -= *n;
        u->nread += *n;
        return IO_OK;
    }
    if (u->fails)
        return fault_set(&src->fault, ERR_READ, 0, "the disk is gone");
    return u->is_last ? IO_EOF : IO_AGAIN;
}

struct h2_rig_call *h2_rig_prepare_call(struct h2_rig *r, const char *method,
                                        int64_t body_len)
{
    assert(r->ncalls < H2_RIG_CALLS);
    struct h2_rig_call *call = &r->calls[r->ncalls++];
    struct arena *arena = malloc(sizeof *arena);
    arena_init(arena);
    call->rig = r;
    call->request = (struct request){
        .method = span_str(method),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = SPAN_LIT("/"),
        .body_len = body_len,
    };
    fields_init(&call->request.fields, arena);
    call->upload.source.read = read_upload;
    call->ex = (struct exchange){
        .request = &call->request,
        .body = body_len == BODY_LEN_NONE ? NULL : &call->upload.source,
        .sink = &sink,
    };
    list_init(&call->ex.link);
    arena_init(&call->ex.arena);
    return call;
}

void h2_rig_submit(struct h2_rig_call *call)
{
    struct conn *c = call->rig->conn;
    c->ops->submit(c, &call->ex);
}

struct h2_rig_call *h2_rig_get(struct h2_rig *r)
{
    struct h2_rig_call *call = h2_rig_prepare_call(r, "GET", BODY_LEN_NONE);
    h2_rig_submit(call);
    return call;
}
