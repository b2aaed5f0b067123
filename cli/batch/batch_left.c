#include "batch/batch_left.h"

#include "entry/entry.h"

/* Beyond so many an estimate will do: nobody waits long for a number.  A slice
 * takes a few milliseconds. */
enum {
    COUNT_MAX = 100000,
    SLICE_MAX = 256,
    SLICE_BYTES = 1024 * 1024,
};

static bool is_left(const struct batch_left *l, const struct entry *e)
{
    return shard_has(l->shard, e->id) &&
           results_fate(l->results, e->seq) != RESULTS_DONE;
}

static uint64_t bytes_read(const struct batch_left *l)
{
    uint64_t at;
    uint64_t size;
    input_position(l->input, &at, &size);
    return at;
}

enum batch_left_state batch_left_count(struct batch_left *l)
{
    uint64_t end = bytes_read(l) + SLICE_BYTES;
    struct entry *e;
    struct qv_error error;
    for (unsigned n = 0; n < SLICE_MAX && bytes_read(l) < end; n++) {
        enum input_state state;
        if (l->nread == COUNT_MAX)
            return BATCH_LEFT_UNKNOWN;
        state = input_next(l->input, &e, &error);
        if (state == INPUT_END)
            return BATCH_LEFT_COUNTED;
        if (state != INPUT_ENTRY)
            return BATCH_LEFT_UNKNOWN;
        l->nread++;
        l->n += is_left(l, e);
        entry_free(e);
    }
    return BATCH_LEFT_MORE;
}
