/*
 * admission_filing -- where each host of an admission stands, so that the one whose
 * turn it is is found at once.
 *
 * A host with something to start is in one of two rings, that of the proven or
 * that of the others, and moves to the end of it with each start.  A host that
 * waits for its time (rate, hold) is in a heap; one that has all it may have is
 * nowhere, and filed again when that changes; one that nobody needs is in the
 * list of the idle, and forgotten when those are too many.  So a start costs
 * O(log hosts), however many wait.
 */
#ifndef CORE_CLIENT_ADMISSION_FILING_H
#define CORE_CLIENT_ADMISSION_FILING_H

#include "client/admission.h"

/* The host of this key, made if there is none. */
struct admission_host *admission_filing_get(struct admission *a,
                                            struct span key);
/* Puts the host where it belongs now, because something of it has changed; one
 * that is ready keeps its turn.  Of one that is idle now nothing is looked at
 * afterwards: the oldest of too many are freed. */
void admission_filing_put(struct admission *a, struct admission_host *h);
/* The host stands nowhere, until it is put again: at the end of its ring. */
void admission_filing_take_out(struct admission *a, struct admission_host *h);
/* Frees the host. */
void admission_filing_forget(struct admission *a, struct admission_host *h);
/* The host goes to the other ring. */
void admission_filing_set_proven(struct admission *a, struct admission_host *h,
                                 bool is_proven);

#endif
