/*
 * access -- one line for each request that was answered, or was not.
 *
 *   127.0.0.1 "GET /x" HTTP/2 200 1234 0.8ms
 *   {"time":"...","remote":"127.0.0.1","method":"GET",...}
 */
#ifndef CORE_SERVE_ACCESS_H
#define CORE_SERVE_ACCESS_H

#include <stdbool.h>

#include "serve/reply.h"

/* At the end of the exchange; does nothing when nobody wants to know.
 * is_complete: all of the response was handed to the client. */
void access_log(const struct reply *r, bool is_complete);

#endif
