/*
 * dialer -- what all dials of a client share: the loop, the TLS contexts and
 * the numbering of connections.
 */
#ifndef CORE_DIAL_DIALER_H
#define CORE_DIAL_DIALER_H

#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/tls_context.h"

struct dialer {
    struct loop *loop;
    struct map contexts; /* TLS options and carrier -> struct shared_context */
    uint64_t last_conn_id;
};

/* The loop is borrowed. */
void dialer_init(struct dialer *d, struct loop *loop);
/* No dial runs, and no connection uses a context any more. */
void dialer_fini(struct dialer *d);

/*
 * The context for these options, made at the first call; it lives as long as
 * the dialer and keeps its own copy of the settings.  NULL: *fault.
 */
struct tls_context *dialer_tls(struct dialer *d, const struct settings *s,
                               enum tls_carrier carrier, struct fault *fault);

/* The number of the next connection: 1, 2, ... */
uint64_t dialer_conn_id(struct dialer *d);

#endif
