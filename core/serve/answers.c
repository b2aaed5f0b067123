#include "serve/answers.h"

#include <stdio.h>

#include "base/list.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/target.h"

/* An hour: more is a typing error. */
#define DELAY_MAX ((uint64_t)3600 * 1000)

struct answer {
    struct reply reply;
    uint64_t number; /* UINT64_MAX: the path has none */
    const char *allow;
    struct loop_timer timer;
};

static struct answer *answer_new(struct stream *s, struct span number,
                                 const struct reply_ops *ops)
{
    struct answer *a = ARENA_NEW(s->arena, struct answer);
    reply_init(&a->reply, s, ops);
    if (!span_to_u64(number, &a->number))
        a->number = UINT64_MAX;
    return a;
}

/* ---- /status/N ---- */

static void status_on_end(struct reply *r, const struct fields *trailers)
{
    struct answer *a = container_of(r, struct answer, reply);
    (void)trailers;
    if (a->number == 102 || a->number == 103) {
        struct fields none;
        fields_init(&none, r->stream->arena);
        r->stream->ops->inform(r->stream, (int)a->number, &none);
        a->number = 200;
    }
    bool is_final = a->number >= 200 && a->number <= 999;
    reply_status(r, is_final ? (int)a->number : 400);
}

void answers_status_start(struct stream *s, struct span number)
{
    static const struct reply_ops ops = {.on_end = status_on_end};
    (void)answer_new(s, number, &ops);
}

/* ---- /delay/MS ---- */

static void on_expired(struct loop_timer *t, uint64_t now)
{
    (void)now;
    reply_status(&container_of(t, struct answer, timer)->reply, 200);
}

static void delay_on_end(struct reply *r, const struct fields *trailers)
{
    struct answer *a = container_of(r, struct answer, reply);
    struct loop *loop = server_loop(r->stream->server);
    (void)trailers;
    if (a->number > DELAY_MAX) {
        reply_status(r, 400);
        return;
    }
    a->timer.on_expired = on_expired;
    loop_arm(loop, &a->timer, loop_now(loop) + a->number * LOOP_MS);
}

static void delay_on_free(struct reply *r)
{
    struct answer *a = container_of(r, struct answer, reply);
    loop_disarm(server_loop(r->stream->server), &a->timer);
}

void answers_delay_start(struct stream *s, struct span ms)
{
    static const struct reply_ops ops = {
        .on_end = delay_on_end,
        .on_free = delay_on_free,
    };
    (void)answer_new(s, ms, &ops);
}

/* ---- /redirect/N ---- */

/* Where the last redirect leads; false when it cannot stand in a field. */
static bool find_end(const struct stream *s, struct span *to)
{
    if (!target_param(s->request->target, "to", s->arena, to) || to->len == 0)
        *to = SPAN_LIT("/");
    return fields_is_value(*to);
}

static void add_location(struct answer *a, struct span to)
{
    if (a->number <= 1) {
        fields_add(&a->reply.fields, SPAN_LIT("location"), to);
        return;
    }
    struct span query = target_query(a->reply.stream->request->target);
    struct str location;
    str_init(&location);
    str_printf(&location, "/redirect/%llu%s", (unsigned long long)a->number - 1,
               query.len > 0 ? "?" : "");
    str_add(&location, query);
    reply_field(&a->reply, "location", str_text(&location));
    str_fini(&location);
}

static void redirect_on_end(struct reply *r, const struct fields *trailers)
{
    struct answer *a = container_of(r, struct answer, reply);
    uint64_t code = target_number(r->stream->request->target, "code", 302);
    struct span to;
    (void)trailers;
    if (a->number == UINT64_MAX || code < 300 || code > 399 ||
        !find_end(r->stream, &to)) {
        reply_status(r, 400);
        return;
    }
    add_location(a, to);
    reply_status(r, (int)code);
}

void answers_redirect_start(struct stream *s, struct span number)
{
    static const struct reply_ops ops = {.on_end = redirect_on_end};
    (void)answer_new(s, number, &ops);
}

/* ---- /goaway ---- */

static void goaway_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    r->stream->ops->drain(r->stream);
    reply_status(r, 200);
}

void answers_goaway_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = goaway_on_end};
    (void)answer_new(s, argument, &ops);
}

/* ---- what a path does not do ---- */

static void allow_on_end(struct reply *r, const struct fields *trailers)
{
    struct answer *a = container_of(r, struct answer, reply);
    bool is_question =
        span_equal(r->stream->request->method, SPAN_LIT("OPTIONS"));
    (void)trailers;
    reply_field(r, "allow", a->allow);
    reply_status(r, is_question ? 204 : 405);
}

void answers_allow_start(struct stream *s, const char *methods)
{
    static const struct reply_ops ops = {.on_end = allow_on_end};
    struct answer *a = answer_new(s, SPAN_LIT(""), &ops);
    a->allow = methods;
}

void answers_refuse_start(struct stream *s, int status)
{
    static const struct reply_ops ops = {.on_end = NULL};
    struct answer *a = answer_new(s, SPAN_LIT(""), &ops);
    reply_status(&a->reply, status);
}

/* ---- /early-reject ---- */

static void early_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    reply_status(r, r->stream->is_early ? 425 : 200);
}

void answers_early_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = early_on_end};
    (void)argument;
    (void)answer_new(s, SPAN_LIT(""), &ops);
}
