#include "pool/broken.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define HEAD "# quiver: alternatives that did not work, 1"

#define KEY_MAX 1024

struct entry {
    struct list link;
    char *key;
    int64_t until;
    unsigned times;
};

void broken_init(struct broken *b, uint64_t seed)
{
    *b = (struct broken){.len = 0};
    map_init(&b->entries, seed);
    list_init(&b->order);
}

static void drop(struct broken *b, struct entry *e)
{
    (void)map_remove(&b->entries, span_str(e->key));
    list_remove(&e->link);
    b->len--;
    free(e->key);
    free(e);
}

void broken_fini(struct broken *b)
{
    list_each_safe (pos, &b->order)
        drop(b, container_of(pos, struct entry, link));
    map_fini(&b->entries);
}

int64_t broken_for(const struct broken *b, struct span key, int64_t now)
{
    const struct entry *e = map_find(&b->entries, key);
    return e && e->until > now ? e->until - now : 0;
}

/* Moved to the end of the order: it was touched. */
static struct entry *touch(struct broken *b, struct span key)
{
    struct entry *e = map_find(&b->entries, key);
    if (e) {
        list_remove(&e->link);
        list_append(&b->order, &e->link);
        return e;
    }
    if (b->len == BROKEN_MAX)
        drop(b, container_of(b->order.next, struct entry, link));
    e = XALLOC_NEW(struct entry);
    e->key = xalloc_copy(key.base, key.len);
    list_append(&b->order, &e->link);
    map_put(&b->entries, span_str(e->key), e);
    b->len++;
    return e;
}

static int64_t back_off(unsigned times)
{
    int64_t s = BROKEN_FIRST;
    while (times-- > 1 && s < BROKEN_MOST)
        s *= 2;
    return s < BROKEN_MOST ? s : BROKEN_MOST;
}

/* Several dials may meet it at the same time: that is one time. */
int64_t broken_failed(struct broken *b, struct span key, int64_t now)
{
    struct entry *e = touch(b, key);
    if (e->until <= now) {
        e->times++;
        e->until = now + back_off(e->times);
        b->is_changed = true;
    }
    return e->until - now;
}

void broken_worked(struct broken *b, struct span key)
{
    struct entry *e = map_find(&b->entries, key);
    if (e == NULL)
        return;
    drop(b, e);
    b->is_changed = true;
}

void broken_each(const struct broken *b, int64_t now,
                 void (*visit)(void *user, struct span key, int64_t until),
                 void *user)
{
    list_each (pos, &b->order) {
        const struct entry *e = container_of(pos, struct entry, link);
        if (e->until > now)
            visit(user, span_str(e->key), e->until);
    }
}

size_t broken_prune(struct broken *b,
                    bool (*is_bad)(const void *user, struct span key),
                    const void *user)
{
    size_t n = 0;
    list_each_safe (pos, &b->order) {
        struct entry *e = container_of(pos, struct entry, link);
        if (!is_bad(user, span_str(e->key)))
            continue;
        drop(b, e);
        n++;
    }
    b->is_changed |= n > 0;
    return n;
}

/* ---- as text ---- */

static bool is_key(struct span key)
{
    if (key.len == 0 || key.len > KEY_MAX)
        return false;
    for (size_t i = 0; i < key.len; i++)
        if (key.base[i] <= ' ' || key.base[i] >= 0x7f)
            return false;
    return true;
}

static bool read_line(struct span line, struct span *key, uint64_t *until,
                      uint64_t *times)
{
    struct span part;
    return span_next(&line, ' ', key) && is_key(*key) &&
           span_next(&line, ' ', &part) && span_to_u64(part, until) &&
           *until <= INT64_MAX && span_next(&line, ' ', &part) &&
           span_to_u64(part, times) && *times > 0 && *times <= UINT16_MAX &&
           line.len == 0;
}

static void take(struct broken *b, struct span key, int64_t until,
                 unsigned times, int64_t now)
{
    struct entry *known = map_find(&b->entries, key);
    if (known && known->until >= until)
        return;
    /* A clock that was wrong must not put it off for longer than ever. */
    if (until > now + BROKEN_MOST)
        until = now + BROKEN_MOST;
    struct entry *e = touch(b, key);
    e->until = until;
    e->times = times > e->times ? times : e->times;
}

bool broken_load(struct broken *b, struct span text, int64_t now,
                 struct state_report *report)
{
    struct span line;
    unsigned n = 1;
    *report = (struct state_report){.taken = 0};
    if (!span_next(&text, '\n', &line) || !span_equal(line, SPAN_LIT(HEAD)))
        return false;
    while (n++, span_next(&text, '\n', &line)) {
        struct span key;
        uint64_t until;
        uint64_t times;
        if (line.len == 0 || line.base[0] == '#')
            continue;
        if (!read_line(line, &key, &until, &times)) {
            state_report_bad(report, n);
        } else if ((int64_t)until < now - BROKEN_MOST) {
            report->expired++;
        } else {
            take(b, key, (int64_t)until, (unsigned)times, now);
            report->taken++;
        }
    }
    return true;
}

void broken_save(struct broken *b, int64_t now, struct str *text)
{
    str_add_text(text, HEAD "\n");
    list_each (pos, &b->order) {
        const struct entry *e = container_of(pos, struct entry, link);
        if (e->until >= now - BROKEN_MOST)
            str_printf(text, "%s %lld %u\n", e->key, (long long)e->until,
                       e->times);
    }
    b->is_changed = false;
}
