/*
 * websocket_handshake -- the fields that open a WebSocket, of both roles (RFC
 * 6455 4; over HTTP/2 and HTTP/3 RFC 8441 5, which has neither key nor accept).
 *
 * What the versions do to ask for the protocol at all (Connection, Upgrade,
 * :protocol, 101) is not here: it is request.protocol (http/message.h).
 */
#ifndef CORE_CHANNEL_WEBSOCKET_HANDSHAKE_H
#define CORE_CHANNEL_WEBSOCKET_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "channel/websocket_deflate.h"
#include "http/message.h"

enum {
    WEBSOCKET_HANDSHAKE_KEY_LEN = 24,
    WEBSOCKET_HANDSHAKE_ACCEPT_LEN = 28,
};

/* Sec-WebSocket-Key: random, NUL-terminated. */
void websocket_handshake_make_key(char key[WEBSOCKET_HANDSHAKE_KEY_LEN + 1]);

/* The Sec-WebSocket-Accept that belongs to a key, NUL-terminated. */
void websocket_handshake_accept(
    struct span key, char accept[WEBSOCKET_HANDSHAKE_ACCEPT_LEN + 1]);

/* What both sides have agreed on. */
struct websocket_handshake {
    struct span subprotocol; /* bytes of the offer; base NULL: none */
    struct websocket_deflate deflate;
};

/* ---- the client ---- */

struct websocket_offer {
    char key[WEBSOCKET_HANDSHAKE_KEY_LEN + 1]; /* from _make_key() */
    const char *const *subprotocols; /* tokens, all different, best first */
    size_t nsubprotocols;
    struct websocket_deflate deflate;
};

/* Adds the offer's fields: those of every version to `fields`, those of
 * HTTP/1.1 alone to `upgrade_fields`.  Others with their names go. */
void websocket_handshake_offer(const struct websocket_offer *offer,
                               struct fields *fields,
                               struct fields *upgrade_fields);

/* Reads the head that has switched (message_is_switched()).  False, with the
 * fault: it accepts another key, or chooses what was not offered (RFC 6455
 * 4.1); nothing of the protocol may be sent or read then. */
bool websocket_handshake_confirm(const struct websocket_offer *offer,
                                 const struct response_head *head,
                                 struct websocket_handshake *agreed,
                                 struct fault *fault);

/* ---- the server ---- */

struct websocket_policy {
    struct span subprotocol; /* chosen if it is offered; base NULL: none is */
    bool no_deflate;
};

/*
 * Reads a request whose protocol is "websocket".  0: it is accepted, and
 * `answer` has got the fields that say so.  Else the status to refuse it with:
 * 426, with the version that we speak in `answer` (RFC 6455 4.4), or 400.
 */
int websocket_handshake_answer(const struct request *request,
                               enum http_version version,
                               const struct websocket_policy *policy,
                               struct fields *answer,
                               struct websocket_handshake *agreed);

/* Adds the field that names the version we speak, of a refusal with 426. */
void websocket_handshake_add_version(struct fields *answer);

#endif
