/*
 * ping -- round trips to an origin, by one of two ways to ask: ping_frames.c,
 * ping_versions.c.
 *
 * Here is what both have: the settings, where the origin is, when each question
 * was asked, and the end.
 */
#ifndef CORE_PROBE_PING_H
#define CORE_PROBE_PING_H

#include "base/arena.h"
#include "client/client.h"
#include "client/prepared.h"
#include "http/url.h"
#include "quiver.h"

/* Questions whose time is remembered: an answer to an older one is dropped. */
#define PING_ASKED_MAX 1024

struct ping;

struct ping_way {
    size_t size; /* of what embeds the ping, as its first member */
    /* Begins; false with *fault.  Calls nothing back. */
    bool (*start)(struct ping *p, struct fault *fault);
    bool (*send)(struct ping *p, uint64_t seq);
    /* Gives up what it has: no event follows. */
    void (*stop)(struct ping *p);
};

struct ping {
    struct qv_ping *face; /* NULL: over, for its user */
    const struct ping_way *way;
    struct client *client;
    const struct qv_request *ask;
    struct client_work work;
    struct prepared *prepared;
    struct arena arena;
    struct url url;
    struct span host; /* as it is looked up, in the arena */
    uint64_t started_at;
    struct {
        uint64_t seq; /* 0: none */
        uint64_t at;
    } asked[PING_ASKED_MAX];
    struct fault end;
    struct loop_task begin_task; /* a way's own */
    struct loop_task end_task;
    struct loop_task reap_task;
};

extern const struct ping_way ping_frames;
extern const struct ping_way ping_versions;

void ping_start(struct client *c, struct qv_ping *face, enum qv_ping_kind kind,
                const struct qv_request *ask);
bool ping_send(struct ping *p, uint64_t seq);
void ping_cancel(struct ping *p);

/* ---- for the ways ---- */

/* An answer has come: fills its rtt, and tells it.  `held` is taken from the
 * time.  One that nobody waits for is dropped. */
void ping_answered(struct ping *p, struct qv_ping_answer *a);
/* The ping is over for this reason: on_closed comes from a task. */
void ping_fail(struct ping *p, const struct fault *why);

static inline struct loop *ping_loop(const struct ping *p)
{
    return p->client->loop;
}

#endif
