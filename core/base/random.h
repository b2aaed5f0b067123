/*
 * random -- random bytes from the kernel, fit for secrets.
 *
 * Each call is a system call: for seeds and for what happens seldom. Not
 * arc4random(), which glibc has only since 2.36: the program shall run where
 * 2.34 is.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Ends the program when there is no randomness to be had. */
void random_bytes(void *to, size_t len);

/* From 0 to limit - 1; 0 for a limit of 0. */
uint32_t random_below(uint32_t limit);

#endif
