/*
 * base64 -- RFC 4648 4, for credentials and handshakes.
 */
#ifndef CORE_BASE_BASE64_H
#define CORE_BASE_BASE64_H

#include "base/span.h"
#include "base/str.h"

/* Appends the bytes as base64, padded, without line ends. */
void base64_add(struct str *to, struct span bytes);

#endif
