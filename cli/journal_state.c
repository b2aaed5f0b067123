#include "journal_state.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void journal_state_fini(struct journal_state *s)
{
    free(s->bits);
    *s = (struct journal_state){0};
}

static void grow(struct journal_state *s, size_t need)
{
    size_t cap = s->cap ? s->cap : 1024;

    while (cap < need)
        cap *= 2;
    s->bits = mem_resize(s->bits, cap, 1);
    memset(s->bits + s->cap, 0, cap - s->cap);
    s->cap = cap;
}

void journal_state_set(struct journal_state *s, uint64_t seq,
                       enum journal_entry e)
{
    size_t at = (size_t)(seq / 4);
    unsigned shift = (unsigned)(seq % 4) * 2;
    enum journal_entry before = journal_state_get(s, seq);

    if (at >= s->cap)
        grow(s, at + 1);
    s->bits[at] =
        (uint8_t)((s->bits[at] & ~(3U << shift)) | (unsigned)e << shift);
    if (e == JOURNAL_DONE && before != JOURNAL_DONE)
        s->ndone++;
    else if (e != JOURNAL_DONE && before == JOURNAL_DONE)
        s->ndone--;
}

enum journal_entry journal_state_get(const struct journal_state *s,
                                     uint64_t seq)
{
    size_t at = (size_t)(seq / 4);

    if (seq / 4 >= s->cap)
        return JOURNAL_NEW;
    return (enum journal_entry)(s->bits[at] >> (seq % 4) * 2 & 3);
}
