/*
 * heap_bound -- how much memory one input may make grow.
 *
 * The windows, heads and buffers that the settings allow a peer add up to far
 * less than the bound, and no input can carry as much as it.  Only ASan
 * counts; without it nothing is checked.
 */
#ifndef TESTS_FUZZ_HEAP_BOUND_H
#define TESTS_FUZZ_HEAP_BOUND_H

#include <assert.h>
#include <stddef.h>

#define HEAP_BOUND ((size_t)24 << 20)

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static inline size_t heap_bound_used(void)
{
    return __sanitizer_get_current_allocated_bytes
               ? __sanitizer_get_current_allocated_bytes()
               : 0;
}

static inline void heap_bound_check(size_t at_start)
{
    size_t used = heap_bound_used();
    assert(used < at_start || used - at_start < HEAP_BOUND);
}

#endif
