#include "conn/h3_guard.h"

#include "conn/h3_frames.h"

/* This much payload of an unknown frame, or of a control or QPACK stream,
 * weighs as much as one empty frame. */
#define JUNK_UNIT 1024

void h3_guard_init(struct h3_guard *g, const struct settings_limits *limits)
{
    *g = (struct h3_guard){.limits = limits};
}

static enum h3_guard_verdict useless(struct h3_guard *g)
{
    return ++g->barren > g->limits->no_progress ? H3_GUARD_FLOOD
                                                : H3_GUARD_FINE;
}

void h3_guard_useful(struct h3_guard *g)
{
    if (g->barren > 0)
        g->barren--;
}

static enum h3_guard_verdict useful(struct h3_guard *g)
{
    h3_guard_useful(g);
    return H3_GUARD_FINE;
}

bool h3_guard_junk(struct h3_guard *g, size_t len)
{
    g->junk += len;
    size_t units = g->junk / JUNK_UNIT;
    g->junk %= JUNK_UNIT;
    if (units > g->limits->no_progress - g->barren)
        return false;
    g->barren += (unsigned)units;
    return true;
}

enum h3_guard_verdict h3_guard_frame(struct h3_guard *g, uint64_t type,
                                     uint64_t len)
{
    switch (type) {
    case H3_FRAMES_DATA:
        return len > 0 ? useful(g) : useless(g);
    case H3_FRAMES_HEADERS:
        /* Encoded, it is hardly longer than decoded. */
        return len > g->limits->head ? H3_GUARD_TOO_LARGE : useful(g);
    case H3_FRAMES_PUSH_PROMISE:
        return H3_GUARD_PUSH;
    default:
        if (len / JUNK_UNIT > g->limits->no_progress)
            return H3_GUARD_ENDLESS;
        if (!h3_guard_junk(g, (size_t)len))
            return H3_GUARD_FLOOD;
        return useless(g);
    }
}
