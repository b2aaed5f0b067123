#include "record/body_tally.h"

enum {
    /* What an idle one may hold on to. */
    KEPT_MAX = 16 * 1024,
};

void body_tally_begin(struct body_tally *b, enum record_body_mode mode,
                      size_t cap, bool is_hashed)
{
    b->mode = mode;
    b->cap = cap;
    b->is_hashed = is_hashed;
    b->hex[0] = '\0';
    body_tally_begin_again(b, 0);
}

void body_tally_add(struct body_tally *b, const void *data, size_t len)
{
    b->total += len;
    body_tally_look(b, data, len);
    if (b->mode == RECORD_BODY_INLINE) {
        size_t room = b->cap - b->kept.len;
        str_add(&b->kept, span_of(data, len < room ? len : room));
    }
}

void body_tally_look(struct body_tally *b, const void *data, size_t len)
{
    if (b->is_hashed)
        qv_sha256_add(&b->hash, data, len);
}

void body_tally_begin_again(struct body_tally *b, uint64_t had)
{
    b->total = had;
    str_clear(&b->kept);
    if (b->is_hashed)
        qv_sha256_init(&b->hash);
}

void body_tally_finish(struct body_tally *b)
{
    if (b->is_hashed)
        qv_sha256_hex(&b->hash, b->hex);
}

struct record_body body_tally_record(const struct body_tally *b,
                                     const char *file)
{
    bool is_truncated = b->mode == RECORD_BODY_INLINE && b->total > b->kept.len;
    return (struct record_body){
        .mode = b->mode,
        .bytes = b->kept.base ? b->kept.base : "",
        .len = b->kept.len,
        .total = b->total,
        .is_truncated = is_truncated,
        .sha256 = b->hex[0] ? b->hex : NULL,
        .file = file,
    };
}

void body_tally_reset(struct body_tally *b)
{
    if (b->kept.cap > KEPT_MAX)
        str_fini(&b->kept);
}

void body_tally_fini(struct body_tally *b)
{
    str_fini(&b->kept);
}
