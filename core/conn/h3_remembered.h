/*
 * h3_remembered -- a server's SETTINGS, as a client keeps them with a ticket
 * (RFC 9114 7.2.4.2): while it sends early data it keeps to what they were, and
 * a server that takes early data may have changed them to its favour alone.
 */
#ifndef CORE_CONN_H3_REMEMBERED_H
#define CORE_CONN_H3_REMEMBERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nghttp3/nghttp3.h>

#include "base/span.h"

#define H3_REMEMBERED_MAX                                                      \
    64 /* bytes that h3_remembered_write() writes at most */

/* What holds when nothing was kept: the protocol's defaults. */
void h3_remembered_default(nghttp3_proto_settings *s);
size_t h3_remembered_write(const nghttp3_proto_settings *s,
                           uint8_t to[H3_REMEMBERED_MAX]);
/* False, with *s as it was: these are none. */
bool h3_remembered_read(struct span from, nghttp3_proto_settings *s);

/* Does `now` take something away from what was allowed before?  The name of
 * that, or NULL. */
const char *h3_remembered_reduced(const nghttp3_proto_settings *before,
                                  const nghttp3_proto_settings *now);

#endif
