/*
 * tls_shown -- what -v shows of a server's certificate, whether it is taken or
 * not: who it is for, from when to when, under which names, and who signed it.
 *
 * Made for a session only if somebody listens; every function takes NULL.
 */
#ifndef CORE_TRANSPORT_TLS_SHOWN_H
#define CORE_TRANSPORT_TLS_SHOWN_H

#include "base/span.h"
#include "io/loop.h"

struct tls_shown;

/* NULL: nobody wants notes.  The loop outlives it. */
struct tls_shown *tls_shown_new(struct loop *loop);
void tls_shown_free(struct tls_shown *s);
/* The leaf has come; the first one counts. */
void tls_shown_take(struct tls_shown *s, struct span der);
/* The leaf was judged: tells, once. */
void tls_shown_tell(struct tls_shown *s);

#endif
