#include "pool/idle.h"

/* A process has 1,024 descriptors, if nobody asked for more. */
#define IDLE_MAX 256

static void arm(struct idle *idle)
{
    const struct heap_node *first = heap_first(&idle->ends);
    if (first)
        loop_arm(idle->loop, &idle->timer, first->key);
    else
        loop_disarm(idle->loop, &idle->timer);
}

static void end(struct idle *idle, struct idle_place *place, enum idle_end why)
{
    idle_remove(idle, place);
    place->on_end(place, why);
}

/* The timer is not moved when its connection is used again, which happens
 * much more often than that it fires for nothing. */
static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct idle *idle = container_of(t, struct idle, timer);
    struct heap_node *first;
    while ((first = heap_first(&idle->ends)) != NULL && first->key <= now)
        end(idle, container_of(first, struct idle_place, node), IDLE_TIMED_OUT);
    arm(idle);
}

void idle_init(struct idle *idle, struct loop *loop)
{
    *idle = (struct idle){.loop = loop, .max = IDLE_MAX};
    list_init(&idle->order);
    heap_init(&idle->ends);
    idle->timer.on_expired = on_timer;
}

void idle_fini(struct idle *idle)
{
    loop_disarm(idle->loop, &idle->timer);
    heap_fini(&idle->ends);
}

void idle_init_place(struct idle_place *place)
{
    list_init(&place->link);
}

bool idle_has(const struct idle_place *place)
{
    return heap_has(&place->node);
}

void idle_add(struct idle *idle, struct idle_place *place, uint64_t deadline)
{
    list_append(&idle->order, &place->link);
    heap_insert(&idle->ends, &place->node, deadline);
    if (heap_first(&idle->ends) == &place->node || !heap_has(&idle->timer.node))
        arm(idle);
    if (idle->ends.len > idle->max)
        end(idle, container_of(idle->order.next, struct idle_place, link),
            IDLE_CROWDED_OUT);
}

void idle_remove(struct idle *idle, struct idle_place *place)
{
    if (!idle_has(place))
        return;
    list_remove(&place->link);
    heap_remove(&idle->ends, &place->node);
}
