/*
 * echo -- the request, sent back: /echo, /headers.
 */
#ifndef CORE_SERVE_ECHO_H
#define CORE_SERVE_ECHO_H

#include "serve/stream.h"

/* JSON of the whole request, its body included up to ECHO_BODY_MAX; with ?raw,
 * or where Accept wants application/octet-stream more, the body alone, of any size, while it
 * still arrives. */
#define ECHO_BODY_MAX ((size_t)1 << 20)
void echo_start(struct stream *s, struct span argument);

/* JSON of the request's fields. */
void echo_headers_start(struct stream *s, struct span argument);

#endif
