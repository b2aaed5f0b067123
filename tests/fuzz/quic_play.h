/*
 * quic_play -- the operations by which an input sends QUIC packets; what the
 * programs for client and router share.
 */
#ifndef TESTS_FUZZ_QUIC_PLAY_H
#define TESTS_FUZZ_QUIC_PLAY_H

#include "fuzz_input.h"
#include "quic_script.h"

#define QUIC_PLAY_OPS 10

/* One operation: packets, datagrams, or what a path does to them. */
void quic_play_act(struct quic_script *s, uint8_t op, struct fuzz_input *in);

#endif
