/*
 * A stream of capsules, in pieces of the fuzzer's lengths: it is told as when it
 * comes in one, nothing is over its limit, and the memory for it is bounded.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "channel/capsule.h"
#include "fuzz_input.h"

static const struct capsule_limits limits = {.datagram = 64, .other = 16};

static void check(const struct capsule *c)
{
    size_t most = c->type == CAPSULE_DATAGRAM ? limits.datagram : limits.other;
    assert(c->type < VARINT_MAX && c->len < VARINT_MAX);
    assert(c->value.len <= c->len && c->value.len <= most);
    if (capsule_is_cut(c))
        assert(c->value.len == (c->type == CAPSULE_DATAGRAM ? 0 : most));
    uint8_t head[CAPSULE_HEAD_MAX];
    assert(capsule_head(head, c->type, c->len) <= sizeof head);
}

/* All that is told of a piece, one behind the other. */
static void read_piece(struct capsule_reader *r, struct span from,
                       struct str *told)
{
    struct capsule c;
    while (capsule_next(r, &from, &c)) {
        check(&c);
        str_add(told, span_of(&c.type, sizeof c.type));
        str_add(told, span_of(&c.len, sizeof c.len));
        str_add(told, c.value);
    }
    assert(from.len == 0);
    assert(r->kept.cap <= 4 * limits.datagram);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct capsule_reader by_pieces;
    struct capsule_reader at_once;
    struct str bytes;
    struct str told;
    struct str told_at_once;
    capsule_reader_init(&by_pieces, &limits);
    capsule_reader_init(&at_once, &limits);
    str_init(&bytes);
    str_init(&told);
    str_init(&told_at_once);
    while (in.len > 0) {
        struct span piece = fuzz_input_take(&in, fuzz_input_u8(&in));
        uint8_t *own = malloc(piece.len); /* whose ends the sanitizer knows */
        if (piece.len > 0)
            memcpy(own, piece.base, piece.len);
        read_piece(&by_pieces, span_of(own, piece.len), &told);
        free(own);
        str_add(&bytes, piece);
    }
    read_piece(&at_once, str_span(&bytes), &told_at_once);
    assert(span_equal(str_span(&told), str_span(&told_at_once)));
    assert(capsule_may_end(&by_pieces) == capsule_may_end(&at_once));
    str_fini(&bytes);
    str_fini(&told);
    str_fini(&told_at_once);
    capsule_reader_fini(&by_pieces);
    capsule_reader_fini(&at_once);
    return 0;
}
