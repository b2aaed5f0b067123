#include "conn/h3_qlog_trail.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conn/h3_settings.h"

/* Kept of a control stream's frame: more than SETTINGS and priorities need. */
#define PAYLOAD_MAX ((size_t)1024)

struct section {
    struct list link;
    struct str text;
};

struct h3_qlog_trail *h3_qlog_trail_new(int64_t id)
{
    struct h3_qlog_trail *t = XALLOC_NEW(struct h3_qlog_trail);
    t->id = id;
    list_init(&t->sections);
    return t;
}

void h3_qlog_trail_free(struct h3_qlog_trail *t)
{
    struct str text;
    while (h3_qlog_trail_take(t, &text))
        str_fini(&text);
    str_fini(&t->sent.payload);
    str_fini(&t->received.payload);
    free(t->waiting);
    free(t);
}

static bool is_uni(const struct h3_qlog_trail *t)
{
    return (t->id & 2) != 0; /* RFC 9000 2.1 */
}

bool h3_qlog_trail_begins(const struct h3_qlog_trail *t,
                          struct h3_qlog_side *side, struct span *rest)
{
    if (!is_uni(t))
        return true;
    while (!side->is_known && rest->len > 0) {
        side->is_known = varint_add(&side->type, *rest->base);
        *rest = span_of(rest->base + 1, rest->len - 1);
        if (side->is_known)
            side->what = side->type.value;
    }
    return side->is_known && side->what == H3_SETTINGS_STREAM;
}

/* True: the payload is all there. */
static bool gather(struct h3_qlog_side *side, struct span *rest)
{
    struct h3_frames *f = &side->frames;
    size_t n = f->left < rest->len ? (size_t)f->left : rest->len;
    size_t room = PAYLOAD_MAX - side->payload.len;
    str_add(&side->payload, span_of(rest->base, n < room ? n : room));
    *rest = span_of(rest->base + n, rest->len - n);
    f->left -= n;
    return f->left == 0;
}

bool h3_qlog_trail_next(const struct h3_qlog_trail *t,
                        struct h3_qlog_side *side, struct span *rest)
{
    if (!side->is_owed) {
        if (!h3_frames_next(&side->frames, rest))
            return false;
        side->len = side->frames.left;
        str_clear(&side->payload);
        if (!is_uni(t))
            return true;
    }
    side->is_owed = !gather(side, rest);
    return !side->is_owed;
}

void h3_qlog_trail_submit(struct h3_qlog_trail *t, struct str *section)
{
    struct section *s = XALLOC_NEW(struct section);
    s->text = *section;
    str_init(section);
    list_append(&t->sections, &s->link);
}

bool h3_qlog_trail_take(struct h3_qlog_trail *t, struct str *section)
{
    if (list_is_empty(&t->sections))
        return false;
    struct section *s = container_of(t->sections.next, struct section, link);
    list_remove(&s->link);
    *section = s->text;
    free(s);
    return true;
}

void h3_qlog_trail_wait(struct h3_qlog_trail *t, uint64_t type, uint64_t len)
{
    t->waiting = xalloc_room(t->waiting, t->nwaiting, &t->capwaiting,
                             sizeof *t->waiting);
    t->waiting[t->nwaiting++] =
        (struct h3_qlog_waiting){.type = type, .len = len};
}

bool h3_qlog_trail_peek(const struct h3_qlog_trail *t,
                        struct h3_qlog_waiting *w)
{
    if (t->nwaiting == 0)
        return false;
    *w = t->waiting[0];
    return true;
}

void h3_qlog_trail_pass(struct h3_qlog_trail *t)
{
    t->nwaiting--;
    memmove(t->waiting, t->waiting + 1, t->nwaiting * sizeof *t->waiting);
}
