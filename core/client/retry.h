/*
 * retry -- when a request is sent once more: the whole way, and what is decided
 * on it.
 *
 * A request may go again at four places; the nearest to the wire is asked
 * first:
 *
 *   1. The pool, when a connection gives an exchange back that the peer surely
 *      did not process (enum conn_return): another connection gets it, at no
 *      cost to anybody; not for ever (goes_on() in pool/pool_members.c), and
 *      after a pause if the server refuses (pool/back_off.h).  The transfer
 *      hears of it only when the pool has given up.
 *   2. At once, and once per hop: on a fresh connection when one was lost under
 *      a request that is safe to repeat; with another version when the peer
 *      asks for that; on a connection of its own when the answer is 421;
 *      without its Expect field when the answer is 417; with credentials when
 *      a proxy's is 407 (proxied.h) and a server's 401 (credentials.h).
 *   3. After a while, as often as --retry says: a new try, because the answer
 *      asks for patience or because of a fault that may pass.  It has to be
 *      within the user's number and time and the budget of the host
 *      (retry_budget.h), the body must be there to be sent again, and the
 *      caller must take back what it has got.  The wait is the user's, or
 *      doubles, and is what the server asks for if that is longer
 *      (retry_after.h).  Meanwhile the transfer has no permit
 *      (retry_back_off.h).
 *   4. Not one request but a host: what the server says about its load, and a
 *      host that nothing was heard from, hold all transfers back that wait
 *      there (admission_hold()).
 *
 * What is no more than a rule, without a transfer, is in retry_rules.h: the
 * methods, statuses, faults and delays.  What a code of the wire means is not
 * known here: whoever saw a fault has set its remedy (base/err.h).
 *
 * This module decides, and tells what it has decided (-v, events, the tries of
 * the result).  Doing it is up to the caller, once the exchange is over.
 */
#ifndef CORE_CLIENT_RETRY_H
#define CORE_CLIENT_RETRY_H

#include <stdbool.h>

#include "client/flight.h"

/*
 * A final head has come.  Holds the host back if the head says so, and
 * remembers in hop.retry if the request is to be sent again whatever follows.
 * True: nobody wants this head, nor its body; the caller may have cancelled the
 * transfer.
 */
bool retry_on_head(struct flight *f, const struct response_head *head);

/*
 * The hop is over, by hop.fault if it has failed.  The plan tells what is to
 * be done; RETRY_NEVER: the outcome stands (it may be another fault now, if a
 * body could not be rewound).
 */
struct retry_plan retry_on_end(struct flight *f);

/* The try is ended from outside by this fault (time, size, output): the same,
 * but that nothing is sent again at once. */
struct retry_plan retry_on_stop(struct flight *f, const struct fault *why);

/* The transfer has ended without a fault: an answer that asks for nothing shows
 * that its host is alive, and fills its budget. */
void retry_on_success(struct flight *f);

#endif
