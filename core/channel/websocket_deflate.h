/*
 * websocket_deflate -- the parameters of permessage-deflate, as they are
 * offered, answered and agreed on in Sec-WebSocket-Extensions (RFC 7692 7.1).
 */
#ifndef CORE_CHANNEL_WEBSOCKET_DEFLATE_H
#define CORE_CHANNEL_WEBSOCKET_DEFLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "http/fields.h"

enum {
    WEBSOCKET_DEFLATE_BITS_NONE = 0, /* the parameter is not there: 15 */
    WEBSOCKET_DEFLATE_BITS_ANY = 1,  /* it is there without a value: offers of
                                        client_max_window_bits only */
    WEBSOCKET_DEFLATE_BITS_MIN = 8,
    WEBSOCKET_DEFLATE_BITS_MAX = 15,
};

/* Zeroed: without the extension. */
struct websocket_deflate {
    bool is_on;
    bool client_no_context_takeover;
    bool server_no_context_takeover;
    uint8_t client_max_window_bits; /* 8 to 15, or WEBSOCKET_DEFLATE_BITS_* */
    uint8_t server_max_window_bits;
};

/* Appends what is on as an element of Sec-WebSocket-Extensions. */
void websocket_deflate_add(struct str *to, const struct websocket_deflate *d);

/* The server's choice: the answer to the first offer in the request that it can
 * take, which is one without a parameter that is unknown, twice there, or has a
 * bad value (RFC 7692 7.1); none: not on. */
struct websocket_deflate websocket_deflate_choose(const struct fields *request);

/* The client's check of the answer to `offer`: what is agreed on.  False, with
 * the fault: the answer has what was not offered, or not what it had to have,
 * and the handshake has failed (RFC 6455 4.1, RFC 7692 7.1). */
bool websocket_deflate_confirm(const struct fields *answer,
                               const struct websocket_deflate *offer,
                               struct websocket_deflate *agreed,
                               struct fault *fault);

#endif
