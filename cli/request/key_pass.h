/*
 * key_pass -- the pass phrase of a private key, asked for when the key needs one
 * and none was given, as OpenSSL does for curl.
 */
#ifndef CLI_REQUEST_KEY_PASS_H
#define CLI_REQUEST_KEY_PASS_H

#include "base/strings.h"
#include "core/quiver.h"

/* For the origin's key and the proxy's.  Without a terminal nothing changes, and
 * the key will not open. */
void key_pass_ask(struct qv_options *o, struct strings_owned *owned);

#endif
