/*
 * engine_request -- the request of a command that has one URL: channel, tunnel, ping,
 * probe.
 */
#ifndef CLI_ENGINE_ENGINE_REQUEST_H
#define CLI_ENGINE_ENGINE_REQUEST_H

#include "engine/engine.h"
#include "request/request.h"

/*
 * Makes *r for the URL (which may be a WebSocket's) by the first operation and what
 * the configuration says of the URL's origin: *effective, as long as the engine lives,
 * also when it fails.  -v tells of that, and --session adds what it knows.  False with
 * *error; request_fini() is due in any case.
 */
bool engine_request_init(struct engine *e, struct request *r, const char *url,
                         const struct operation **effective,
                         struct qv_error *error);

/* For what is no transfer, of which the client itself would ask: the credentials of a
 * netrc, if there are any.  False with *error. */
bool engine_request_login(struct engine *e, struct request *r,
                          const struct operation *effective,
                          struct qv_error *error);

/* A WebSocket's URL as configurations and messages know it: ws is http, wss https.
 * Others are what they are.  For the caller to free. */
char *engine_request_http_url(const char *url);

#endif
