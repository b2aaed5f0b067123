#include "conn/h3_stream.h"

#include <stdlib.h>

#include "base/xalloc.h"

void h3_stream_table_init(struct h3_stream_table *t, struct buf_pool *pool)
{
    *t = (struct h3_stream_table){.pool = pool};
    list_init(&t->all);
    list_init(&t->gone);
}

/* Request streams are numbered in steps of four (RFC 9000 2.1). */
static struct h3_stream **bucket_of(struct h3_stream_table *t, int64_t id)
{
    return &t->buckets[((uint64_t)id >> 2) % H3_STREAM_BUCKETS];
}

struct h3_stream *h3_stream_add(struct h3_stream_table *t, int64_t id,
                                void *owner, struct arena *arena)
{
    struct h3_stream *st = t->free;
    if (st)
        t->free = st->next;
    else
        st = xalloc_bytes(sizeof *st);
    struct h3_stream **bucket = bucket_of(t, id);
    *st = (struct h3_stream){
        .id = id,
        .next = *bucket,
        .owner = owner,
        .arena = arena,
        .expected = -1,
    };
    *bucket = st;
    list_append(&t->all, &st->link);
    list_init(&st->due);
    list_init(&st->cut);
    list_init(&st->datagrams_due);
    list_init(&st->datagrams_told);
    buf_init(&st->unacked, t->pool);
    buf_init(&st->held, t->pool);
    return st;
}

struct h3_stream *h3_stream_find(const struct h3_stream_table *t, int64_t id)
{
    struct h3_stream *st = t->buckets[((uint64_t)id >> 2) % H3_STREAM_BUCKETS];
    while (st && st->id != id)
        st = st->next;
    return st;
}

static void unlink_bucket(struct h3_stream_table *t, struct h3_stream *st)
{
    struct h3_stream **at = bucket_of(t, st->id);
    while (*at != st)
        at = &(*at)->next;
    *at = st->next;
}

void h3_stream_remove(struct h3_stream_table *t, struct h3_stream *st)
{
    unlink_bucket(t, st);
    list_remove(&st->link);
    list_remove(&st->due);
    list_remove(&st->cut);
    list_remove(&st->datagrams_due);
    list_remove(&st->datagrams_told);
    buf_fini(&st->unacked);
    buf_fini(&st->held);
    st->next = t->free;
    t->free = st;
}

void h3_stream_table_fini(struct h3_stream_table *t)
{
    list_splice(&t->all, &t->gone);
    while (!list_is_empty(&t->all))
        h3_stream_remove(t, container_of(t->all.next, struct h3_stream, link));
    while (t->free) {
        struct h3_stream *st = t->free;
        t->free = st->next;
        free(st);
    }
}
