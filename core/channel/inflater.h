/*
 * inflater -- the messages of permessage-deflate, out of their payloads (RFC
 * 7692 7.2.2).
 *
 * A payload comes in any pieces and gives bytes as far as there is room for
 * them, so whoever limits the room limits what a small payload can become.
 * Memory is that of the window, taken once.
 */
#ifndef CORE_CHANNEL_INFLATER_H
#define CORE_CHANNEL_INFLATER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct inflater;

enum inflater_result {
    INFLATER_MORE,   /* the input is used up; or the message is complete */
    INFLATER_FULL,   /* there is no room left: call again */
    INFLATER_BROKEN, /* no DEFLATE */
};

/* window_bits 8 to 15; has_context: a message may refer to those before. */
struct inflater *inflater_new(int window_bits, bool has_context);
void inflater_free(struct inflater *f);

/* Takes from the front of *in, writes to `out`: *n bytes, also when it is
 * broken behind them. */
enum inflater_result inflater_run(struct inflater *f, struct span *in,
                                  uint8_t *out, size_t cap, size_t *n);

/* The payload is complete: until INFLATER_MORE, which says that the message is,
 * and the next may begin. */
enum inflater_result inflater_end(struct inflater *f, uint8_t *out, size_t cap,
                                  size_t *n);

#endif
