#include <stdlib.h>
#include <time.h>

#include "base/random.h"
#include "base/xalloc.h"
#include "transport/tickets_self.h"

uint64_t tickets_now(void)
{
    return (uint64_t)time(NULL);
}

void tickets_init(struct tickets *s)
{
    uint64_t seed;
    random_bytes(&seed, sizeof seed);
    *s = (struct tickets){.n = 0};
    map_init(&s->keys, seed);
    list_init(&s->all);
}

/* ---- one ticket ---- */

/* FNV-1a: tells those apart that a client holds, nothing more. */
static uint64_t id_of(struct span secret)
{
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < secret.len; i++)
        h = (h ^ secret.base[i]) * 0x100000001b3;
    return h;
}

/* Secrets are not left in memory that is used again. */
static void wipe(struct span s)
{
    volatile uint8_t *p = (uint8_t *)(uintptr_t)s.base;
    for (size_t i = 0; i < s.len; i++)
        p[i] = 0;
}

static void free_part(struct span *part)
{
    wipe(*part);
    free((void *)(uintptr_t)part->base);
    *part = (struct span){NULL, 0};
}

static struct span own(struct span s)
{
    return s.len > 0 ? span_of(xalloc_copy(s.base, s.len), s.len)
                     : (struct span){NULL, 0};
}

void tickets_dispose(struct ticket *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < TICKET_PARTS; i++)
        free_part(&t->data.parts[i]);
    free(t);
}

/* ---- the store ---- */

static void fill_key(uint8_t to[1 + TICKETS_KEY_LEN], enum ticket_kind kind,
                     const uint8_t *key)
{
    to[0] = (uint8_t)kind;
    memcpy(to + 1, key, TICKETS_KEY_LEN);
}

static struct ticket_keyed *find(const struct tickets *s, enum ticket_kind kind,
                                 const uint8_t *key)
{
    uint8_t full[1 + TICKETS_KEY_LEN];
    fill_key(full, kind, key);
    return map_find(&s->keys, span_of(full, sizeof full));
}

static struct ticket_keyed *get(struct tickets *s, enum ticket_kind kind,
                                const uint8_t *key)
{
    struct ticket_keyed *k = find(s, kind, key);
    if (k)
        return k;
    k = XALLOC_NEW(struct ticket_keyed);
    fill_key(k->key, kind, key);
    list_init(&k->tickets);
    (void)map_put(&s->keys, span_of(k->key, sizeof k->key), k);
    return k;
}

/* It is the caller's now. */
static void detach(struct tickets *s, struct ticket *t)
{
    struct ticket_keyed *k = t->place;
    list_remove(&t->of_key);
    list_remove(&t->of_store);
    t->place = NULL;
    s->n--;
    s->is_changed = true;
    if (--k->n > 0)
        return;
    (void)map_remove(&s->keys, span_of(k->key, sizeof k->key));
    free(k);
}

void tickets_self_drop(struct tickets *s, struct ticket *t)
{
    detach(s, t);
    tickets_dispose(t);
}

void tickets_fini(struct tickets *s)
{
    list_each_safe (l, &s->all)
        tickets_self_drop(s, container_of(l, struct ticket, of_store));
    map_fini(&s->keys);
}

static bool was_used(const struct tickets *s, uint64_t id)
{
    size_t n = s->nused < TICKETS_USED ? s->nused : TICKETS_USED;
    for (size_t i = 0; i < n; i++)
        if (s->used[i] == id)
            return true;
    return false;
}

static struct ticket *of_key(struct list *l)
{
    return container_of(l, struct ticket, of_key);
}

static struct ticket *of_store(struct list *l)
{
    return container_of(l, struct ticket, of_store);
}

static bool has(const struct ticket_keyed *k, uint64_t id)
{
    list_each (l, &k->tickets)
        if (of_key(l)->id == id)
            return true;
    return false;
}

/* Most come in the order of their age. */
static void insert(struct tickets *s, struct ticket_keyed *k, struct ticket *t)
{
    struct list *pos = s->all.prev;
    while (pos != &s->all && of_store(pos)->data.received > t->data.received)
        pos = pos->prev;
    list_prepend(pos, &t->of_store);
    pos = k->tickets.next;
    while (pos != &k->tickets && of_key(pos)->data.received > t->data.received)
        pos = pos->next;
    list_append(pos, &t->of_key);
    t->place = k;
    k->n++;
    s->n++;
}

struct ticket *tickets_self_add(struct tickets *s, enum ticket_kind kind,
                                const uint8_t *key,
                                const struct ticket_data *data)
{
    uint64_t id = id_of(data->parts[TICKET_SECRET]);
    struct ticket_keyed *k = find(s, kind, key);
    if ((k && has(k, id)) || was_used(s, id))
        return NULL;
    struct ticket *t = XALLOC_NEW(struct ticket);
    t->id = id;
    t->data = *data;
    for (size_t i = 0; i < TICKET_PARTS; i++)
        t->data.parts[i] = own(data->parts[i]);
    k = get(s, kind, key);
    insert(s, k, t);
    s->is_changed = true;
    struct ticket *excess = NULL;
    if (k->n > TICKETS_KEY_MAX)
        excess = of_key(k->tickets.prev);
    else if (s->n > TICKETS_MAX)
        excess = of_store(s->all.next);
    if (excess)
        tickets_self_drop(s, excess);
    return excess == t ? NULL : t;
}

uint64_t tickets_source(struct tickets *s)
{
    return ++s->last_source;
}

void tickets_put(struct tickets *s, enum ticket_kind kind,
                 const uint8_t key[TICKETS_KEY_LEN], uint64_t source,
                 const struct ticket_data *data, uint64_t now)
{
    if (data->parts[TICKET_SECRET].len == 0 || data->expires <= now)
        return;
    struct ticket *t = tickets_self_add(s, kind, key, data);
    if (t)
        t->source = source;
}

void tickets_amend(struct tickets *s, enum ticket_kind kind,
                   const uint8_t key[TICKETS_KEY_LEN], uint64_t source,
                   enum ticket_part part, struct span value)
{
    struct ticket_keyed *k = find(s, kind, key);
    if (k == NULL)
        return;
    list_each (l, &k->tickets) {
        struct ticket *t = of_key(l);
        if (t->source != source)
            continue;
        free_part(&t->data.parts[part]);
        t->data.parts[part] = own(value);
        s->is_changed = true;
    }
}

static void drop_expired(struct tickets *s, enum ticket_kind kind,
                         const uint8_t *key, uint64_t now)
{
    struct ticket_keyed *k;
    while ((k = find(s, kind, key)) != NULL) {
        struct ticket *oldest = of_key(k->tickets.prev);
        if (oldest->data.expires > now)
            return;
        tickets_self_drop(s, oldest);
    }
}

static bool is_from(const struct ticket *t, const char *address)
{
    return address == NULL ||
           span_equal(t->data.parts[TICKET_ADDRESS], span_str(address));
}

struct ticket *tickets_take(struct tickets *s, enum ticket_kind kind,
                            const uint8_t key[TICKETS_KEY_LEN],
                            const char *address, uint64_t now)
{
    drop_expired(s, kind, key, now);
    struct ticket_keyed *k = find(s, kind, key);
    if (k == NULL)
        return NULL;
    list_each (l, &k->tickets) {
        struct ticket *t = of_key(l);
        if (t->data.expires <= now || !is_from(t, address))
            continue;
        detach(s, t);
        s->used[s->nused++ % TICKETS_USED] = t->id;
        return t;
    }
    return NULL;
}

void tickets_distrust(struct tickets *s, enum ticket_kind kind,
                      const uint8_t key[TICKETS_KEY_LEN])
{
    struct ticket_keyed *k = find(s, kind, key);
    if (k == NULL)
        return;
    list_each (l, &k->tickets)
        of_key(l)->data.allows_early = false;
    s->is_changed = true;
}

enum ticket_kind tickets_kind_of(const struct ticket *t)
{
    return (enum ticket_kind)t->place->key[0];
}

size_t tickets_clear(struct tickets *s)
{
    size_t n = s->n;
    list_each_safe (pos, &s->all)
        tickets_self_drop(s, container_of(pos, struct ticket, of_store));
    s->is_changed |= n > 0;
    return n;
}

void tickets_keep(struct tickets *s)
{
    s->is_kept = true;
}

void tickets_await(struct tickets *s)
{
    s->nawaited++;
}

void tickets_settle(struct tickets *s)
{
    if (--s->nawaited == 0 && s->on_settled)
        s->on_settled(s->user);
}
