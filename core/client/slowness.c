#include "client/slowness.h"

#define LOOK_EVERY   (1 * LOOP_S)
#define TIME_DEFAULT (30 * LOOP_S) /* curl's */

static void look_again(struct slowness *s, uint64_t now)
{
    uint64_t limit = s->slow_since + s->rule.time;
    uint64_t next = now + LOOK_EVERY;
    s->at = now;
    s->bytes = s->count(s);
    loop_arm(s->loop, &s->timer, limit < next ? limit : next);
}

static void on_look(struct loop_timer *timer, uint64_t now)
{
    struct slowness *s = container_of(timer, struct slowness, timer);
    double seconds = (double)(now - s->at) / (double)LOOP_S;
    double passed = (double)(s->count(s) - s->bytes);
    if (passed >= (double)s->rule.limit * seconds) {
        s->slow_since = now;
    } else if (now - s->slow_since >= s->rule.time) {
        s->on_slow(s);
        return;
    }
    look_again(s, now);
}

void slowness_start(struct slowness *s, struct loop *loop,
                    const struct slowness_rule *rule)
{
    s->loop = loop;
    s->rule = *rule;
    if (s->rule.limit == 0)
        s->rule.limit = 1;
    if (s->rule.time == 0)
        s->rule.time = TIME_DEFAULT;
    s->timer.on_expired = on_look;
    slowness_forgive(s);
}

void slowness_forgive(struct slowness *s)
{
    if (s->loop == NULL)
        return;
    s->slow_since = loop_now(s->loop);
    look_again(s, s->slow_since);
}

void slowness_stop(struct slowness *s)
{
    if (s->loop)
        loop_disarm(s->loop, &s->timer);
    s->loop = NULL;
}
