#include "pool/idle.h"

#include <sys/resource.h>

/* A process has 1,024 descriptors, if nobody asked for more or less. */
#define IDLE_MAX 256

/* A quarter of them: the others are for those that carry something. */
static size_t quarter_of_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur > (rlim_t)4 * IDLE_MAX)
        return IDLE_MAX;
    return (size_t)limit.rlim_cur / 4;
}

static void arm(struct idle *idle)
{
    const struct heap_node *first = heap_first(&idle->ends);
    if (first)
        loop_arm(idle->loop, &idle->timer, first->key);
    else
        loop_disarm(idle->loop, &idle->timer);
}

static void end(struct idle *idle, struct idle_entry *entry, enum idle_end why)
{
    idle_remove(idle, entry);
    entry->on_end(entry, why);
}

/* The timer is not moved when its connection is used again, which happens
 * much more often than that it fires for nothing. */
static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct idle *idle = container_of(t, struct idle, timer);
    struct heap_node *first;
    while ((first = heap_first(&idle->ends)) != NULL && first->key <= now)
        end(idle, container_of(first, struct idle_entry, node), IDLE_TIMED_OUT);
    arm(idle);
}

void idle_init(struct idle *idle, struct loop *loop)
{
    *idle = (struct idle){.loop = loop, .max = quarter_of_descriptors()};
    list_init(&idle->order);
    heap_init(&idle->ends);
    idle->timer.on_expired = on_timer;
}

void idle_fini(struct idle *idle)
{
    loop_disarm(idle->loop, &idle->timer);
    heap_fini(&idle->ends);
}

void idle_init_entry(struct idle_entry *entry)
{
    list_init(&entry->link);
}

bool idle_has(const struct idle_entry *entry)
{
    return heap_has(&entry->node);
}

void idle_add(struct idle *idle, struct idle_entry *entry, uint64_t deadline)
{
    list_append(&idle->order, &entry->link);
    heap_insert(&idle->ends, &entry->node, deadline);
    if (heap_first(&idle->ends) == &entry->node || !heap_has(&idle->timer.node))
        arm(idle);
    if (idle->ends.len > idle->max)
        (void)idle_evict(idle);
}

bool idle_evict(struct idle *idle)
{
    if (list_is_empty(&idle->order))
        return false;
    end(idle, container_of(idle->order.next, struct idle_entry, link),
        IDLE_EVICTED);
    return true;
}

void idle_remove(struct idle *idle, struct idle_entry *entry)
{
    if (!idle_has(entry))
        return;
    list_remove(&entry->link);
    heap_remove(&idle->ends, &entry->node);
}
