/*
 * input -- a cursor over the bytes that the fuzzer made.
 *
 * Past the end everything reads as zero and nothing, so that a program says
 * what it wants and looks at `len` only to know when to stop.
 */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* What each program defines; libFuzzer or tests/fuzz/replay.c calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct fuzz_input {
    const uint8_t *at;
    size_t len;
};

static inline uint8_t fuzz_input_u8(struct fuzz_input *in)
{
    if (in->len == 0)
        return 0;
    in->len--;
    return *in->at++;
}

static inline uint16_t fuzz_input_u16(struct fuzz_input *in)
{
    uint16_t high = fuzz_input_u8(in);
    return (uint16_t)(high << 8 | fuzz_input_u8(in));
}

/* At most n bytes. */
static inline struct span fuzz_input_take(struct fuzz_input *in, size_t n)
{
    if (n > in->len)
        n = in->len;
    struct span s = span_of(in->at, n);
    in->at += n;
    in->len -= n;
    return s;
}

/* A length of 16 bits and so many bytes: how tests/fuzz/record.py writes what
 * was on the wire. */
static inline struct span fuzz_input_piece(struct fuzz_input *in)
{
    return fuzz_input_take(in, fuzz_input_u16(in));
}

#define INPUT_LINES_PICK(array, in)                                            \
    ((array)[fuzz_input_u8(in) % (sizeof(array) / sizeof *(array))])

#endif
