/*
 * resume -- the rest of a body whose beginning the caller has already.
 *
 * Two ways lead here.  The caller asks so from the start (qv_request.from), and
 * may know no validator; or a try has broken off and the caller keeps what it
 * has brought (qv_transfer_continue()): it asked for the whole, so whatever the
 * server says about ranges, the whole is what it gets.
 *
 * Two pieces make a whole only when they are of the same representation.  So the
 * request names what the first piece was of (If-Range, RFC 9110 13.1.5), and a
 * 206 counts only if it begins where the first piece ends (RFC 9110 14.4, 15.3.7)
 * and is of the same.
 */
#ifndef CORE_CLIENT_RESUME_H
#define CORE_CLIENT_RESUME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/message.h"
#include "quiver.h"

struct resume {
    uint64_t from;        /* bytes that the caller has; 0: all are asked for */
    const char *if_range; /* what they are of; NULL: nobody knows */
    char *owned;          /* the same, when it is ours; NULL */
    bool is_implied;      /* by qv_transfer_continue() */
};

/* As the request asks; what was continued is forgotten. */
void resume_reset(struct resume *r, const struct qv_request *ask);
void resume_continue(struct resume *r, uint64_t from, const char *if_range);
void resume_fini(struct resume *r);

enum resume_verdict {
    RESUME_PLAIN,    /* the answer is what it is: a redirect, an error, or all
                        of what was asked for */
    RESUME_REST,     /* what is missing follows */
    RESUME_COMPLETE, /* nothing is missing */
    RESUME_ANEW,     /* of no use: the whole has to be asked for */
    RESUME_REFUSED,  /* *fault says why */
};

/* What a final head means to a request that asked for a rest. */
enum resume_verdict resume_judge(const struct resume *r,
                                 const struct response_head *head,
                                 struct fault *fault);

#endif
