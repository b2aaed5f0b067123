/*
 * explain -- the story of a transfer or channel as the engine's user sees it.
 */
#ifndef CORE_CLIENT_EXPLAIN_H
#define CORE_CLIENT_EXPLAIN_H

#include <stdint.h>

struct arena;
struct qv_explain;
struct story;

/* In the arena, and borrowing from the story; NULL: there is none.  Times are
 * from started_at (loop clock; 0: it has not begun). */
const struct qv_explain *explain_new(const struct story *s, uint64_t started_at,
                                     uint64_t now, struct arena *arena);

#endif
