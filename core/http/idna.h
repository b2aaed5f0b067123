/*
 * idna -- host names in Unicode as DNS and TLS know them.
 */
#ifndef CORE_HTTP_IDNA_H
#define CORE_HTTP_IDNA_H

#include "base/arena.h"
#include "base/span.h"

/*
 * *name, UTF-8 with a NUL behind it, becomes its A-labels, in the arena; NULL
 * then.  Otherwise says why there are none, in words that stay valid.
 */
const char *idna_to_ascii(struct span *name, struct arena *arena);

#endif
