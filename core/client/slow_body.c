#include "client/slow_body.h"

static void on_time(struct loop_timer *timer, uint64_t now)
{
    struct slow_body *b = container_of(timer, struct slow_body, timer);
    (void)now;
    b->on_ready(b);
}

static enum io slow_read(struct body_source *src, uint8_t *buf, size_t cap,
                         size_t *n)
{
    struct slow_body *b = container_of(src, struct slow_body, source);
    uint64_t now = loop_now(b->loop);
    size_t room = throttle_room(&b->throttle, now, cap);
    *n = 0;
    if (room == 0) {
        loop_arm(b->loop, &b->timer, b->throttle.next);
        return IO_AGAIN;
    }
    enum io io = b->inner->read(b->inner, buf, room, n);
    if (io == IO_OK)
        throttle_take(&b->throttle, now, *n);
    else if (io == IO_FAILED)
        src->fault = b->inner->fault;
    return io;
}

static bool slow_rewind(struct body_source *src)
{
    struct slow_body *b = container_of(src, struct slow_body, source);
    return b->inner->rewind(b->inner);
}

void slow_body_init(struct slow_body *b, struct loop *loop,
                    struct body_source *inner, uint64_t rate)
{
    *b = (struct slow_body){
        .source = {.read = slow_read, .rewind = slow_rewind},
        .inner = inner,
        .loop = loop,
        .throttle = {.rate = rate},
        .timer.on_expired = on_time,
    };
}

void slow_body_fini(struct slow_body *b)
{
    if (b->inner)
        loop_disarm(b->loop, &b->timer);
    b->inner = NULL;
}
