#include "fetch/printed.h"

static void on_lane_drain(struct lane *l)
{
    struct printed *p = l->user;
    p->on_drain(p);
}

static void open_lane(struct printed *p)
{
    if (!p->lane)
        p->lane = lane_new(p->lanes, p->number, on_lane_drain, p);
}

void printed_await(struct printed *p)
{
    open_lane(p);
    lane_await(p->lane);
}

void printed_yield(struct printed *p)
{
    if (p->lane)
        lane_yield(p->lane);
}

enum qv_flow printed_write(struct printed *p, const void *data, size_t len)
{
    p->has_answer = true;
    if (len)
        p->last = ((const char *)data)[len - 1];
    open_lane(p);
    p->lanes->writer.is_immediate = p->is_immediate;
    return lane_write(p->lane, data, len);
}

bool printed_is_full(const struct printed *p)
{
    return p->lane && lane_is_full(p->lane);
}

void printed_close(struct printed *p)
{
    if (p->lane)
        lane_close(p->lane);
    p->lane = NULL;
}
