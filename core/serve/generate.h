/*
 * generate -- bodies made of the pattern (serve/pattern.h): /bytes/N, /drip,
 * and those that end badly: /cut/N, /reset/N.
 */
#ifndef CORE_SERVE_GENERATE_H
#define CORE_SERVE_GENERATE_H

#include "serve/stream.h"

/* N bytes; ranges and conditions as for a file. */
void generate_bytes_start(struct stream *s, struct span number);
/* ?bytes= in ten pieces, spread over ?ms=. */
void generate_drip_start(struct stream *s, struct span argument);
/* N bytes of a longer body, then the connection ends; with ?chunked the
 * length is not announced. */
void generate_cut_start(struct stream *s, struct span number);
/* The same, but only the stream ends; ?code= is what it is reset with. */
void generate_reset_start(struct stream *s, struct span number);

#endif
