/*
 * cert_text -- a certificate in words, line by line as curl's %{certs} has it,
 * and then itself in PEM.
 *
 * Of extensions the ones that are looked at when a server is judged: names,
 * constraints, usages, and the key identifiers that link a chain.
 */
#ifndef CORE_TRANSPORT_CERT_TEXT_H
#define CORE_TRANSPORT_CERT_TEXT_H

#include "base/span.h"
#include "base/str.h"

/* Nothing but the PEM block when it is no certificate. */
void cert_text_add(struct str *to, struct span der);

#endif
