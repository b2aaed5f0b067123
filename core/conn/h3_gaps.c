#include "conn/h3_gaps.h"

#include <string.h>

/* From one such stream to the next (RFC 9000 2.1). */
#define STEP 4

static size_t find(const struct h3_gaps *g, int64_t id)
{
    size_t i = 0;
    while (i < g->n && g->ids[i] != id)
        i++;
    return i;
}

static void remove_at(struct h3_gaps *g, size_t i)
{
    g->n--;
    memmove(g->ids + i, g->ids + i + 1, (g->n - i) * sizeof *g->ids);
}

static void skip_to(struct h3_gaps *g, int64_t id)
{
    int64_t first = id - (int64_t)H3_GAPS_MAX * STEP;
    for (int64_t at = first > g->next ? first : g->next; at < id; at += STEP) {
        if (g->n == H3_GAPS_MAX)
            remove_at(g, 0);
        g->ids[g->n++] = at;
    }
    g->next = id + STEP;
}

void h3_gaps_seen(struct h3_gaps *g, int64_t id)
{
    if (id >= g->next) {
        skip_to(g, id);
        return;
    }
    size_t i = find(g, id);
    if (i < g->n)
        remove_at(g, i);
}

bool h3_gaps_may_come(const struct h3_gaps *g, int64_t id)
{
    return id >= g->next || find(g, id) < g->n;
}
