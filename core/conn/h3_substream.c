#include "conn/h3_substream.h"

#include <nghttp3/nghttp3.h>

#include "base/xalloc.h"
#include "conn/h3_guard.h"

#define CODE_FIRST UINT64_C(0x52e4a40fa8db)
#define CODE_LAST  UINT64_C(0x52e5ac983162)

/* What a stream that is of no use weighs, in bytes of junk (h3_guard.h). */
#define USELESS_WEIGHT 1024

/* --- codes (4.3) ------------------------------------------------------- */

/* Every 31st code of HTTP/3 is reserved, and passed over. */
uint64_t h3_substream_to_wire(uint32_t code)
{
    return CODE_FIRST + code + code / 0x1e;
}

uint32_t h3_substream_from_wire(uint64_t wire)
{
    if (wire < CODE_FIRST || wire > CODE_LAST || (wire - 0x21) % 0x1f == 0)
        return 0;
    uint64_t shifted = wire - CODE_FIRST;
    return (uint32_t)(shifted - shifted / 0x1f);
}

/* --- the table --------------------------------------------------------- */

static struct h3_substream **bucket_of(struct h3_substreams *t, int64_t id)
{
    return &t->buckets[((uint64_t)id >> 2) % H3_SUBSTREAMS_BUCKETS];
}

struct h3_substream *h3_substream_find(struct h3_session *s, int64_t id)
{
    struct h3_substreams *t = h3_substream_all(s);
    if (t->n == 0)
        return NULL;
    struct h3_substream *sub = *bucket_of(t, id);
    while (sub && sub->face.id != id)
        sub = sub->next;
    return sub;
}

/* One that is none of HTTP's. */
struct h3_substream *h3_substream_find_ours(struct h3_session *s, int64_t id)
{
    struct h3_substream *sub = h3_substream_find(s, id);
    return sub && sub->what != H3_SUBSTREAM_HTTPS ? sub : NULL;
}

void h3_substream_set_out(struct h3_substream *sub, enum h3_substream_side side)
{
    sub->out_side = side;
    sub->face.is_shut = side != H3_SUBSTREAM_SIDE_OPEN;
}

struct h3_substream *h3_substream_add(struct h3_session *s, int64_t id,
                                      bool is_ours)
{
    struct h3_substreams *t = h3_substream_all(s);
    struct h3_substream *sub = t->free;
    if (sub)
        t->free = sub->next;
    else
        sub = xalloc_bytes(sizeof *sub);
    struct h3_substream **bucket = bucket_of(t, id);
    bool is_uni = (id & 2) != 0; /* RFC 9000 2.1 */
    *sub = (struct h3_substream){
        .face = {.id = id, .is_ours = is_ours, .is_uni = is_uni},
        .s = s,
        .next = *bucket,
        .in =
            is_uni && is_ours ? H3_SUBSTREAM_SIDE_OVER : H3_SUBSTREAM_SIDE_OPEN,
    };
    h3_substream_set_out(sub, is_uni && !is_ours ? H3_SUBSTREAM_SIDE_OVER
                                                 : H3_SUBSTREAM_SIDE_OPEN);
    *bucket = sub;
    t->n++;
    list_init(&sub->link);
    list_init(&sub->ready);
    list_init(&sub->due);
    list_init(&sub->gone);
    buf_init(&sub->held, loop_buffers(s->loop));
    buf_init(&sub->out, loop_buffers(s->loop));
    return sub;
}

static void unlink_bucket(struct h3_substreams *t, struct h3_substream *sub)
{
    struct h3_substream **at = bucket_of(t, sub->face.id);
    while (*at != sub)
        at = &(*at)->next;
    *at = sub->next;
    t->n--;
}

void h3_substream_remove(struct h3_session *s, struct h3_substream *sub)
{
    struct h3_substreams *t = h3_substream_all(s);
    unlink_bucket(t, sub);
    list_remove(&sub->link);
    list_remove(&sub->ready);
    list_remove(&sub->due);
    list_remove(&sub->gone);
    buf_fini(&sub->held);
    buf_fini(&sub->out);
    sub->next = t->free;
    t->free = sub;
}

/* Nobody looks at it any more once the session's task runs. */
void h3_substream_remove_later(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if (list_is_empty(&sub->gone))
        list_append(&h3_substream_all(s)->gone, &sub->gone);
    loop_later(s->loop, &s->task);
}

/* --- giving up --------------------------------------------------------- */

void h3_substream_leave_owner(struct h3_substream *sub)
{
    struct substreams *all = sub->face.all;
    if (sub->what == H3_SUBSTREAM_WAITING)
        h3_substream_all(sub->s)->nwaiting--;
    if (sub->what == H3_SUBSTREAM_OPEN && !sub->face.is_ours)
        all->nopened[sub->face.is_uni]--;
    sub->what = H3_SUBSTREAM_DETACHED;
    sub->face.all = NULL;
    list_remove(&sub->link);
}

void h3_substream_end_out(struct h3_substream *sub)
{
    h3_substream_set_out(sub, H3_SUBSTREAM_SIDE_OVER);
    list_remove(&sub->ready);
}

void h3_substream_end_in(struct h3_substream *sub)
{
    sub->in = H3_SUBSTREAM_SIDE_OVER;
    list_remove(&sub->due);
    if (!sub->is_lent)
        buf_clear(&sub->held);
}

void h3_substream_cut_out(struct h3_substream *sub, uint64_t wire)
{
    if (sub->out_side == H3_SUBSTREAM_SIDE_OVER)
        return;
    h3_substream_end_out(sub);
    if (sub->s->q && !sub->is_closed)
        quic_reset_stream(sub->s->q, sub->face.id, wire);
}

void h3_substream_cut_in(struct h3_substream *sub, uint64_t wire)
{
    if (sub->in == H3_SUBSTREAM_SIDE_OVER)
        return;
    h3_substream_end_in(sub);
    if (sub->s->q && !sub->is_closed)
        quic_stop_sending(sub->s->q, sub->face.id, wire);
}

/* Both sides end, and nobody hears of it any more. */
void h3_substream_give_up(struct h3_substream *sub, uint64_t wire)
{
    h3_substream_leave_owner(sub);
    h3_substream_cut_in(sub, wire);
    h3_substream_cut_out(sub, wire);
    if (sub->is_closed)
        h3_substream_remove_later(sub);
}

/* One that gets nobody anywhere: too many of them are a flood. */
void h3_substream_count_useless(struct h3_session *s)
{
    if (!h3_guard_junk(&s->guard, USELESS_WEIGHT))
        h3_session_break(s, NGHTTP3_H3_EXCESSIVE_LOAD,
                         "flood of useless streams");
}

void h3_substream_refuse(struct h3_substream *sub, uint64_t wire)
{
    h3_substream_give_up(sub, wire);
    h3_substream_count_useless(sub->s);
}

/* The owner has something coming in the session's task. */
void h3_substream_make_due(struct h3_substream *sub)
{
    struct h3_session *s = sub->s;
    if (list_is_empty(&sub->due))
        list_append(&h3_substream_all(s)->due, &sub->due);
    loop_later(s->loop, &s->task);
}
