/*
 * digest -- SHA-256 of bytes that come in pieces.
 */
#ifndef CORE_CLIENT_DIGEST_H
#define CORE_CLIENT_DIGEST_H

#include <stddef.h>

#include "quiver.h"

void digest_init(struct qv_sha256 *s);
void digest_add(struct qv_sha256 *s, const void *data, size_t len);
/* Lower case and a NUL; *s must be initialised again before it is used. */
void digest_hex(struct qv_sha256 *s, char hex[65]);

#endif
