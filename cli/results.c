#include "results.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "results_order.h"
#include "results_output.h"

struct results {
    struct qv_client *client;
    void (*on_room)(void *user);
    void *user;
    bool is_ordered;
    bool is_called; /* what happens now happens within a call */
    bool is_room_due;
    bool is_flush_due;
    struct results_order order;
    struct results_output output;
    struct qv_timer room_timer;
    struct qv_timer flush_timer;
};

/* Whoever called in must not be called back from there: a moment later. */
static void tell_room(struct results *r)
{
    if (r->is_room_due)
        return;
    r->is_room_due = true;
    qv_timer_arm(r->client, &r->room_timer, 0);
}

static void on_room_due(struct qv_timer *t)
{
    struct results *r = QV_OWNER(t, struct results, room_timer);

    r->is_room_due = false;
    r->on_room(r->user);
}

static void on_outlet_room(struct outlet *o)
{
    struct results *r = QV_OWNER(o, struct results, output.outlet);

    if (r->is_called)
        tell_room(r);
    else if (results_failed(r) || !results_is_full(r))
        r->on_room(r->user);
}

static void on_flush_due(struct qv_timer *t)
{
    struct results *r = QV_OWNER(t, struct results, flush_timer);

    r->is_flush_due = false;
    results_output_flush(&r->output);
    if (r->output.failed)
        r->on_room(r->user);
}

static void write_line(struct results *r, const char *line, size_t len)
{
    r->is_called = true;
    results_output_line(&r->output, line, len);
    r->is_called = false;
    if (r->output.is_file && !r->is_flush_due) {
        /* The lines of one moment leave together. */
        r->is_flush_due = true;
        qv_timer_arm(r->client, &r->flush_timer, 0);
    }
    if (r->output.failed)
        tell_room(r);
}

__attribute__((format(printf, 3, 4))) static void
fail(struct qv_error *error, int status, const char *format, ...)
{
    va_list args;

    *error = (struct qv_error){
        .status = status, .name = "output", .class_name = "invalid"};
    va_start(args, format);
    (void)vsnprintf(error->text, sizeof(error->text), format, args);
    va_end(args);
}

static bool open_output(struct results *r, const struct results_options *o,
                        struct qv_error *error)
{
    if (!o->path || !strcmp(o->path, "-"))
        return true;
    if (results_output_open(&r->output, o->path, false))
        return true;
    fail(error, QV_EXIT_WRITE, "%.150s: %s", o->path, strerror(errno));
    return false;
}

struct results *results_new(struct qv_client *client,
                            const struct results_options *o,
                            void (*on_room)(void *user), void *user,
                            struct qv_error *error)
{
    struct results *r = mem_new(1, sizeof(*r));

    *r = (struct results){
        .client = client,
        .on_room = on_room,
        .user = user,
        .is_ordered = o->ordered,
        .room_timer.on_expired = on_room_due,
        .flush_timer.on_expired = on_flush_due,
    };
    results_output_init(&r->output, client, on_outlet_room);
    if (open_output(r, o, error))
        return r;
    results_free(r);
    return NULL;
}

void results_free(struct results *r)
{
    if (r->is_room_due)
        qv_timer_disarm(r->client, &r->room_timer);
    if (r->is_flush_due)
        qv_timer_disarm(r->client, &r->flush_timer);
    results_order_fini(&r->order);
    results_output_fini(&r->output);
    free(r);
}

enum results_fate results_fate(const struct results *r, uint64_t seq)
{
    (void)r;
    (void)seq;
    return RESULTS_NEW;
}

uint64_t results_done_before(const struct results *r)
{
    (void)r;
    return 0;
}

void results_expect(struct results *r, uint64_t seq)
{
    if (r->is_ordered)
        results_order_expect(&r->order, seq);
}

void results_begin(struct results *r, uint64_t seq, bool is_idempotent)
{
    (void)r;
    (void)seq;
    (void)is_idempotent;
}

/* What waited for the line that has just come. */
static void release(struct results *r)
{
    const struct results_waiting *w;

    while ((w = results_order_head(&r->order))) {
        write_line(r, w->line, w->len);
        results_order_pop(&r->order);
    }
}

void results_end(struct results *r, uint64_t seq, const char *line, size_t len)
{
    if (!r->is_ordered) {
        write_line(r, line, len);
    } else if (results_order_is_head(&r->order, seq)) {
        write_line(r, line, len);
        results_order_pop(&r->order);
        release(r);
    } else {
        results_order_put(&r->order, seq, line, len);
    }
}

bool results_is_full(const struct results *r)
{
    return r->order.bytes >= RESULTS_ORDER_MAX ||
           results_output_is_full(&r->output);
}

int results_failed(const struct results *r)
{
    return results_output_failed(&r->output);
}

void results_flush(struct results *r)
{
    if (r->is_flush_due) {
        r->is_flush_due = false;
        qv_timer_disarm(r->client, &r->flush_timer);
    }
    results_output_stop(&r->output);
}
