/*
 * ticket_key -- what a ticket must never cross.
 *
 * A ticket stands for a handshake in which a peer has shown who it is, to
 * somebody who had a certain trust and showed a certain identity.  So it may be
 * used only where all of that is the same: host, port and SNI; the protocols
 * that are offered; carrier; whether and by which CAs the peer is verified; our
 * own certificate; versions, ciphers and groups; and the proxy that is between.
 * Files count with what they are, not with their name alone: a CA file that was
 * written anew is another.
 *
 * The key is a hash, because it stands in files and has secrets (of a proxy, of a
 * private key) in it.
 */
#ifndef CORE_TRANSPORT_TICKET_KEY_H
#define CORE_TRANSPORT_TICKET_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "settings/settings.h"
#include "transport/tickets.h"
#include "transport/tls_context.h"

struct ticket_place {
    struct span host; /* SNI, and the name that is verified */
    struct span at;   /* where it is dialled */
    uint16_t port;    /* there */
    bool is_proxy;    /* it is one to us, no origin */
    enum tls_carrier carrier;
    const struct span *alpn; /* offered */
    int nalpn;
    const struct settings *settings; /* of the hop */
};

/* May sessions with such options be resumed at all?  Not where each handshake is
 * asked for something that a session does not hold, and must not get around: a
 * status, revocation lists. */
bool ticket_key_is_wanted(const struct settings_tls_options *tls);

void ticket_key(const struct ticket_place *p, uint8_t key[TICKETS_KEY_LEN]);

#endif
