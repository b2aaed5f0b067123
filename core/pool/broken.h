/*
 * broken -- alternatives that did not work while something else did, and for
 * how long they are left alone.
 *
 * The first time that is BROKEN_FIRST, and twice as long each time again, up to
 * BROKEN_MOST: what browsers do.  Success clears.  Data without a clock: `now`
 * is seconds since 1970, so that it may be kept on disk.
 */
#ifndef CORE_POOL_BROKEN_H
#define CORE_POOL_BROKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/map.h"
#include "base/span.h"
#include "base/str.h"
#include "pool/state_report.h"

#define BROKEN_FIRST INT64_C(300) /* s */
#define BROKEN_MOST  (INT64_C(48) * 60 * 60)
#define BROKEN_MAX   1024 /* entries; the one longest untouched goes */

struct broken {
    struct map entries;
    struct list order; /* the one longest untouched first */
    size_t len;
    bool is_changed; /* since it was saved or loaded */
};

void broken_init(struct broken *b, uint64_t seed);
void broken_fini(struct broken *b);

/* Keys are printable text without blanks, of the caller's making.  Seconds for
 * which the key's place is still left alone; 0: it is not, or no more. */
int64_t broken_for(const struct broken *b, struct span key, int64_t now);
/* The key's place did not work; seconds for which it is left alone now. */
int64_t broken_failed(struct broken *b, struct span key, int64_t now);
void broken_worked(struct broken *b, struct span key);

/* Calls visit() for each that is left alone now. */
void broken_each(const struct broken *b, int64_t now,
                 void (*visit)(void *user, struct span key, int64_t until),
                 void *user);
/* Takes away those that is_bad() says so of; how many. */
size_t broken_prune(struct broken *b,
                    bool (*is_bad)(const void *user, struct span key),
                    const void *user);

/* Text, one line an entry: the key, its end, how many times.  False: it is none
 * of this kind.  An entry that is there stays if it lasts longer. */
bool broken_load(struct broken *b, struct span text, int64_t now,
                 struct state_report *report);
/* Entries whose time is over are kept for BROKEN_MOST: they count still. */
void broken_save(struct broken *b, int64_t now, struct str *text);

#endif
