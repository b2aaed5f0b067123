/*
 * origin -- what exchanges must have in common to share connections.
 */
#ifndef CORE_POOL_ORIGIN_H
#define CORE_POOL_ORIGIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/str.h"
#include "settings/settings.h"

struct origin {
    bool is_secure;
    struct span host; /* lower-case A-label, or address without brackets */
    uint16_t port;
};

/* Appends what is equal for two requests to one scheme, host and port. */
void origin_host_key(const struct origin *o, struct str *key);

/* Appends the bytes that are equal for two requests exactly when they may use
 * one connection.  reuse: settings_key() of the settings, made once for all
 * requests that have them. */
void origin_key(const struct origin *o, const struct settings *s,
                struct span reuse, struct str *key);

/* Does --connect-to send connections for it to another place? */
bool origin_is_elsewhere(const struct origin *o, const struct settings *s);

/* Appends its name for people and programs: "https://example.com:443". */
void origin_name(const struct origin *o, struct str *name);

#endif
