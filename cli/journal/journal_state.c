#include "journal/journal_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

enum {
    PER_BYTE = 4,
    PAGE_SIZE = 4096,
    PER_PAGE = PAGE_SIZE * PER_BYTE
};

void journal_state_fini(struct journal_state *s)
{
    for (size_t i = 0; i < s->npages; i++)
        free(s->pages[i]);
    free(s->pages);
    *s = (struct journal_state){0};
}

/* The page that the entry is in, made at need. */
static uint8_t *page(struct journal_state *s, uint64_t seq)
{
    size_t at = (size_t)(seq / PER_PAGE);
    if (at >= s->npages) {
        size_t n = 2 * s->npages > at ? 2 * s->npages : at + 1;
        s->pages = xalloc_array(s->pages, n, sizeof *s->pages);
        memset(s->pages + s->npages, 0, (n - s->npages) * sizeof *s->pages);
        s->npages = n;
    }
    if (!s->pages[at])
        s->pages[at] = xalloc_zeroed(PAGE_SIZE, 1);
    return s->pages[at];
}

void journal_state_set(struct journal_state *s, uint64_t seq,
                       enum journal_entry e)
{
    uint8_t *byte = page(s, seq) + seq % PER_PAGE / PER_BYTE;
    unsigned shift = (unsigned)(seq % PER_BYTE) * 2;
    enum journal_entry before = journal_state_get(s, seq);
    *byte = (uint8_t)((*byte & ~(3U << shift)) | (unsigned)e << shift);
    if (e != JOURNAL_NEW && seq >= s->end)
        s->end = seq + 1;
    if (e == JOURNAL_DONE && before != JOURNAL_DONE)
        s->ndone++;
    else if (e != JOURNAL_DONE && before == JOURNAL_DONE)
        s->ndone--;
}

enum journal_entry journal_state_get(const struct journal_state *s,
                                     uint64_t seq)
{
    uint64_t at = seq / PER_PAGE;
    unsigned shift = (unsigned)(seq % PER_BYTE) * 2;
    if (at >= s->npages || !s->pages[at])
        return JOURNAL_NEW;
    return (enum journal_entry)(
        s->pages[at][seq % PER_PAGE / PER_BYTE] >> shift & 3);
}
