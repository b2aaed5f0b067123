/*
 * upload -- bodies that are read, counted and hashed: /upload, /trailers.
 */
#ifndef CORE_SERVE_UPLOAD_H
#define CORE_SERVE_UPLOAD_H

#include "serve/stream.h"

/* {"bytes": N, "sha256": "..."} of the request's body. */
void upload_start(struct stream *s, struct span argument);

/* The request's body back, or a line of text without one; then a trailer
 * section: the request's own trailers, x-bytes and x-sha256 of the body. */
void upload_trailers_start(struct stream *s, struct span argument);

#endif
