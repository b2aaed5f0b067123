/*
 * continuation -- whether a body that broke off can go on where it did.
 *
 * Told of every final head and every piece, it knows how much of which
 * representation has come.  The next try then asks for the rest
 * (qv_transfer_continue()), and the head that comes says whether it follows, or
 * all of it anew.
 */
#ifndef CLI_FILES_CONTINUATION_H
#define CLI_FILES_CONTINUATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"

struct continuation {
    uint64_t came;     /* bytes that are kept */
    char *validator;   /* of them; NULL: nothing can be continued */
    bool is_awaited;   /* the next head says if the rest comes */
    bool is_forbidden; /* bytes here are not those of a representation alone */
};

/* Is it a request whose answer may be had in parts?  Plain GET alone. */
bool continuation_is_for(const struct qv_request *r);
/* A final head; is_decoded: content codings are undone.  False: what came is
 * void, and `came` is 0: the whole follows. */
bool continuation_head(struct continuation *c, const struct qv_head *head,
                       bool is_decoded);
static inline void continuation_add(struct continuation *c, size_t len)
{
    c->came += len;
}
/* In on_restart().  False: everything has to come again, continuation_reset()
 * is due. */
bool continuation_ask(struct continuation *c, struct qv_transfer *t);
/* Only these bytes are there, and nobody knows of what. */
void continuation_reset(struct continuation *c, uint64_t came);
void continuation_fini(struct continuation *c);

#endif
