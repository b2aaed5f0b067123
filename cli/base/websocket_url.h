/*
 * websocket_url -- is a URL a WebSocket's (RFC 6455 3)?
 */
#ifndef CLI_BASE_WEBSOCKET_URL_H
#define CLI_BASE_WEBSOCKET_URL_H

#include <stdbool.h>
#include <strings.h>

static inline bool websocket_url_is(const char *url)
{
    return strncasecmp(url, "ws://", 5) == 0 ||
           strncasecmp(url, "wss://", 6) == 0;
}

#endif
