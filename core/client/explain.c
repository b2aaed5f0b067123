#include "client/explain.h"

#include "client/result.h"
#include "http/story.h"
#include "io/loop.h"
#include "quiver/explain.h"

struct clock {
    uint64_t started_at; /* 0: it has not begun */
    uint64_t now;
};

/* Of a connection that was there before the start it is negative. */
static double since(const struct clock *c, uint64_t at)
{
    uint64_t from = c->started_at;
    if (from == 0)
        return 0;
    return at < from ? -((double)(from - at) / 1e9) : (double)(at - from) / 1e9;
}

/* As they were told: those of a connection came before the transfer took them over.
 * What is nearly in order, and equal things stay in it. */
static void sort(const struct story_decision **all, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct story_decision *one = all[i];
        size_t at = i;
        for (; at > 0 && all[at - 1]->number > one->number; at--)
            all[at] = all[at - 1];
        all[at] = one;
    }
}

static void fill_decisions(struct qv_explain *e, const struct clock *c,
                           struct arena *arena, const struct story *s)
{
    size_t n = 0;
    if (s->ndecisions == 0)
        return;
    const struct story_decision **all =
        arena_alloc(arena, s->ndecisions * sizeof(void *));
    struct qv_decision *out = arena_alloc(arena, s->ndecisions * sizeof *out);
    for (const struct story_decision *d = s->decisions; d; d = d->next)
        all[n++] = d;
    sort(all, n);
    for (size_t i = 0; i < n; i++)
        out[i] = (struct qv_decision){
            .at = since(c, all[i]->at),
            .topic = story_topic_name(all[i]->topic),
            .conn_id = all[i]->conn_id,
            .of = all[i]->of,
            .chosen = all[i]->chosen,
            .because = all[i]->because,
        };
    e->decisions = out;
    e->ndecisions = n;
}

static const char *found_name(enum story_found found)
{
    switch (found) {
    case STORY_ASKING:
        return "asking";
    case STORY_FOUND:
        return "found";
    case STORY_NOTHING:
        return "none";
    case STORY_FAILED:
        return "failed";
    case STORY_LATE:
        return "late";
    case STORY_CANCELLED:
        return "cancelled";
    }
    return "";
}

static void fill_lookups(struct qv_explain *e, const struct clock *c,
                         struct arena *arena, const struct story *s)
{
    size_t n = 0;
    if (s->nlookups == 0)
        return;
    struct qv_lookup *out = arena_alloc(arena, s->nlookups * sizeof *out);
    for (const struct story_lookup *l = s->lookups; l; l = l->next)
        out[n++] = (struct qv_lookup){
            .name = l->name,
            .type = l->type,
            .by = l->by,
            .start = since(c, l->start),
            .end = since(c, l->found == STORY_ASKING ? c->now : l->end),
            .result = found_name(l->found),
            .why = l->why,
            .records = l->records,
            .nrecords = l->nrecords,
        };
    e->lookups = out;
    e->nlookups = n;
}

static void fill_attempts(struct qv_explain *e, const struct clock *c,
                          struct arena *arena, const struct story *s)
{
    size_t n = 0;
    if (s->nattempts == 0)
        return;
    struct qv_attempt *out = arena_alloc(arena, s->nattempts * sizeof *out);
    for (const struct story_attempt *a = s->attempts; a; a = a->next) {
        result_attempt(&out[n], &a->attempt);
        out[n].start = since(c, a->attempt.start);
        out[n++].end = since(c, a->attempt.end ? a->attempt.end : c->now);
    }
    e->attempts = out;
    e->nattempts = n;
}

static enum qv_known known(enum allowed_known is_so)
{
    switch (is_so) {
    case ALLOWED_UNKNOWN:
        break;
    case ALLOWED_NO:
        return QV_NO;
    case ALLOWED_YES:
        return QV_YES;
    }
    return QV_UNKNOWN;
}

static void fill_allowed(struct qv_allowed *out, struct arena *arena,
                         const struct allowed *a)
{
    struct qv_setting *settings =
        arena_alloc(arena, (a->nsettings + 1) * sizeof *settings);
    for (size_t i = 0; i < a->nsettings; i++)
        settings[i] =
            (struct qv_setting){a->settings[i].name, a->settings[i].value};
    *out = (struct qv_allowed){
        .streams = a->streams,
        .datagram_max = a->datagram_max,
        .path_mtu = a->path_mtu,
        .idle = a->idle < 0 ? -1 : (double)a->idle / (double)LOOP_S,
        .datagrams = known(a->datagrams),
        .connect = known(a->connect),
        .webtransport = known(a->webtransport),
        .early_data = known(a->early_data),
        .migration = known(a->migration),
        .settings = settings,
        .nsettings = a->nsettings,
    };
}

const struct qv_explain *explain_new(const struct story *s, uint64_t started_at,
                                     uint64_t now, struct arena *arena)
{
    const struct clock clock = {started_at, now};
    if (s == NULL)
        return NULL;
    struct qv_explain *e = ARENA_NEW(arena, struct qv_explain);
    fill_decisions(e, &clock, arena, s);
    fill_lookups(e, &clock, arena, s);
    fill_attempts(e, &clock, arena, s);
    e->nleft_out = s->nleft_out;
    fill_allowed(&e->allowed, arena, &s->allowed);
    return e;
}
