/*
 * fake_loop -- io/loop.h with a clock of its own and no descriptors.
 *
 * A turn costs no system call and an hour no time, and the same input does the
 * same again.  It takes the place of io/loop.c in a program that is linked
 * with the library of tests/fuzz before the engine.  Descriptors are never
 * ready: what stands on it brings its own transport.
 */
#ifndef TESTS_FUZZ_FAKE_LOOP_H
#define TESTS_FUZZ_FAKE_LOOP_H

#include "io/loop.h"

/* n turns, a microsecond from one to the next. */
void fake_loop_turns(struct loop *loop, unsigned n);
/* Until ns from now: a turn at each deadline that lies before it, at most a
 * hundred. */
void fake_loop_pass(struct loop *loop, uint64_t ns);

#endif
