/*
 * A value that is all there when its capsule is reached is given where it lies;
 * only one that comes in pieces is put together.  The memory for that grows
 * with what has come, never with the length that a peer has announced.
 */
#include "channel/capsule.h"

#include "base/qlog.h"

void capsule_reader_init(struct capsule_reader *r,
                         const struct capsule_limits *limits)
{
    *r = (struct capsule_reader){.limits = *limits};
    str_init(&r->kept);
}

void capsule_reader_fini(struct capsule_reader *r)
{
    str_fini(&r->kept);
}

static struct span cut_off(struct span *from, size_t len)
{
    struct span part = span_of(from->base, len);
    from->base += len;
    from->len -= len;
    return part;
}

static bool read_number(struct capsule_reader *r, struct span *from,
                        uint64_t *value)
{
    while (from->len > 0) {
        if (!varint_add(&r->number, *cut_off(from, 1).base))
            continue;
        *value = r->number.value;
        return true;
    }
    return false;
}

static void begin_value(struct capsule_reader *r)
{
    size_t most = r->limits.other;
    if (r->type == CAPSULE_DATAGRAM)
        most = r->len <= r->limits.datagram ? r->limits.datagram : 0;
    r->wanted = r->len < most ? (size_t)r->len : most;
    r->rest = r->len - r->wanted;
    r->reading = CAPSULE_VALUE;
    str_clear(&r->kept);
}

static bool read_value(struct capsule_reader *r, struct span *from,
                       struct span *value)
{
    if (r->kept.len == 0 && from->len >= r->wanted) {
        *value = cut_off(from, r->wanted);
        return true;
    }
    size_t missing = r->wanted - r->kept.len;
    str_add(&r->kept, cut_off(from, missing < from->len ? missing : from->len));
    *value = str_span(&r->kept);
    return r->kept.len == r->wanted;
}

static bool pass_over(struct capsule_reader *r, struct span *from)
{
    size_t n = r->rest < from->len ? (size_t)r->rest : from->len;
    (void)cut_off(from, n);
    r->rest -= n;
    return r->rest == 0;
}

bool capsule_next(struct capsule_reader *r, struct span *from,
                  struct capsule *c)
{
    for (;;) {
        struct span value;
        switch (r->reading) {
        case CAPSULE_TYPE:
            if (!read_number(r, from, &r->type))
                return false;
            r->reading = CAPSULE_LEN;
            break;
        case CAPSULE_LEN:
            if (!read_number(r, from, &r->len))
                return false;
            begin_value(r);
            break;
        case CAPSULE_VALUE:
            if (!read_value(r, from, &value))
                return false;
            r->reading = r->rest > 0 ? CAPSULE_REST : CAPSULE_TYPE;
            *c = (struct capsule){r->type, r->len, value};
            qlog_capsule(r->qlog, r->type, r->len, QLOG_REMOTE);
            return true;
        case CAPSULE_REST:
            if (!pass_over(r, from))
                return false;
            r->reading = CAPSULE_TYPE;
            break;
        }
    }
}

bool capsule_may_end(const struct capsule_reader *r)
{
    return r->reading == CAPSULE_TYPE && r->number.wanted == 0;
}

size_t capsule_head(uint8_t to[CAPSULE_HEAD_MAX], uint64_t type, uint64_t len)
{
    size_t n = varint_put(to, type);
    return n + varint_put(to + n, len);
}
