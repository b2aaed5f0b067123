/*
 * journal_state -- what is known of each entry, in two bits.
 *
 * Memory is for the entries that were spoken of: a number far above the others,
 * of a damaged journal, costs a page.
 */
#ifndef CLI_JOURNAL_JOURNAL_STATE_H
#define CLI_JOURNAL_JOURNAL_STATE_H

#include <stddef.h>
#include <stdint.h>

/* Nobody has so many entries: a number above is of a damaged line. */
#define JOURNAL_STATE_MAX ((uint64_t)1 << 34)

enum journal_entry {
    JOURNAL_NEW,
    JOURNAL_STARTED, /* and may be sent again */
    JOURNAL_STARTED_ONCE,
    JOURNAL_DONE,
};

/* Zeroed: all are new. */
struct journal_state {
    uint8_t **pages; /* NULL in it: all of that page are new */
    size_t npages;
    uint64_t end; /* behind the highest that is not new */
    uint64_t ndone;
};

void journal_state_fini(struct journal_state *s);
/* seq: up to JOURNAL_STATE_MAX. */
void journal_state_set(struct journal_state *s, uint64_t seq,
                       enum journal_entry e);
enum journal_entry journal_state_get(const struct journal_state *s,
                                     uint64_t seq);

#endif
