/*
 * quic_protocol -- what an application protocol has to say to the peer before
 * and after it speaks: its name in TLS, and the error codes (RFC 9000 20.2)
 * that the connection needs on its own account.
 */
#ifndef CORE_CONN_QUIC_PROTOCOL_H
#define CORE_CONN_QUIC_PROTOCOL_H

#include <stdint.h>

#include "base/err.h"

struct quic_protocol {
    const char *alpn;
    uint64_t no_error;       /* a listener goes away */
    uint64_t internal_error; /* an application failed without a reason */
    uint64_t excessive_load; /* the peer keeps us busy for nothing */
    /* *f becomes: the peer closed the connection with this code.  ERR_NONE for
     * what is no error; else with the name of the code in its text, and with
     * the remedy that the code implies. */
    void (*closed)(struct fault *f, uint64_t code);
};

#endif
