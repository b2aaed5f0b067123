/*
 * pattern -- deterministic bytes: byte i of the pattern is the same whatever
 * length or range of it is asked for, and no two stretches are alike, so a
 * lost, doubled or misplaced piece shows.
 */
#ifndef CORE_SERVE_PATTERN_H
#define CORE_SERVE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/* Bytes [pos, pos + len) of it. */
void pattern_fill(uint8_t *to, uint64_t pos, size_t len);

#endif
