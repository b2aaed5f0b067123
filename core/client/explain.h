/*
 * explain -- a transfer's story as the engine's user sees it.
 */
#ifndef CORE_CLIENT_EXPLAIN_H
#define CORE_CLIENT_EXPLAIN_H

struct flight;
struct qv_explain;

/* In the flight's arena, for the result; NULL: the transfer has no story. */
const struct qv_explain *explain_of(struct flight *f);

#endif
