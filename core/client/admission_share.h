/*
 * admission_share -- how many permits a host may hold.
 *
 * A host that is slow, stalled or dead would in time hold every permit, because
 * its transfers do not end; the others would stand still.  So what a host may
 * hold depends on what it has shown (permits: the limit in all, quarter: a
 * fourth of them, at least one):
 *
 *   proven, alone                all permits
 *   proven, beside others        all but a quarter
 *   not proven, alone            all but a quarter
 *   not proven, beside others    a quarter
 *
 * Once some host is proven, all that are not hold together no more than all but
 * a quarter: many dead hosts are no worse than one.
 *
 * Pure questions about an admission as it stands.
 */
#ifndef CORE_CLIENT_ADMISSION_SHARE_H
#define CORE_CLIENT_ADMISSION_SHARE_H

#include <stdbool.h>

#include "client/admission.h"

/* Is a permit free? */
bool admission_share_is_left(const struct admission *a);
/* And may a host that is not proven have it? */
bool admission_share_is_left_for_unproven(const struct admission *a);
/* Does this host hold fewer than it may, whatever is free? */
bool admission_share_may_grow(const struct admission *a,
                              const struct admission_host *h);

#endif
