/*
 * no_proxy -- is a host reached without a proxy?  The rules of curl 8.23.
 *
 * "*" alone is every host.  Otherwise a list with commas: a name is itself and
 * everything below it, with or without a dot in front; an address is itself, or
 * with "/bits" a block.  Ports are not looked at, and nothing is resolved.
 */
#ifndef CORE_CLIENT_NO_PROXY_H
#define CORE_CLIENT_NO_PROXY_H

#include <stdbool.h>

#include "http/url_host.h"

bool no_proxy_matches(const char *list, const struct url_host *host);

#endif
