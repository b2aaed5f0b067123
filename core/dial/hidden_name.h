/*
 * hidden_name -- does the name of an origin go out hidden (Encrypted Client Hello,
 * RFC 9849), and with which keys?
 *
 * What the server has said itself counts more than what was given, and that more
 * than its HTTPS record (RFC 9848).  The same over TCP and QUIC.
 */
#ifndef CORE_DIAL_HIDDEN_NAME_H
#define CORE_DIAL_HIDDEN_NAME_H

#include <stdbool.h>

#include "base/err.h"
#include "dial/dialer.h"
#include "settings/settings.h"
#include "transport/tls_ech.h"

struct svcb;

/* Is that asked for, so that the record is needed? */
bool hidden_name_is_wanted(const struct settings *s);

/*
 * For TLS with an origin: fills what *wish lacks, which has its host and port; the
 * list is empty when the name goes in the clear.  service: the HTTPS record that has
 * named the address; NULL: none.  False with *fault (ERR_ECH): the name must be
 * hidden, and cannot.
 */
bool hidden_name_choose(struct tls_ech_wish *wish, struct dialer *d,
                        const struct settings *s, const struct svcb *service,
                        const struct tls_context *context, struct fault *fault);

#endif
