/*
 * Options are compared by what they say, not by where they are: they belong to
 * the requests, whose memory is used again for others.  So the strings here
 * are copies, which the settings and the remembered options share.
 */
#include "client/prepared.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "client/request_settings.h"

/* ---- the options that settings are made of ---- */

static bool same_number(uint64_t a, uint64_t b)
{
    return a == b;
}

static bool same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

static bool same_list(const char *const *a, const char *const *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a && same_text(*a, *b)) {
        a++;
        b++;
    }
    return *a == NULL && *b == NULL;
}

#define SAME(a, b)                                                             \
    _Generic((a), const char * : same_text,                                    \
             const char *const * : same_list, default : same_number)(a, b)

static bool ask_for_the_same(const struct qv_options *a,
                             const struct qv_options *b)
{
#define REQUEST(type, setting, connections, how, asked)                        \
    if (!SAME(a->asked, b->asked))                                             \
        return false;
#include "settings/settings.def"
    return true;
}

static void point_to(void *member, const void *copy)
{
    memcpy(member, copy, sizeof(void *));
}

static void leave(void *member, const void *copy)
{
    (void)member;
    (void)copy;
}

/* A pointer is from now on the copy that the settings own. */
#define OWN(member, copy)                                                      \
    _Generic((member), const char * : point_to,                                \
             const char *const * : point_to, default : leave)(&(member), &(copy))

static void keep_options(struct prepared *p, const struct qv_options *o)
{
#define REQUEST(type, setting, connections, how, asked)                        \
    p->options.asked = o->asked;                                               \
    OWN(p->options.asked, p->settings.setting);
#include "settings/settings.def"
}

/* ---- the same ones again ---- */

/* A member that is not NULL. */
struct prepared_text {
    size_t at; /* in the options */
    bool (*is_same)(const struct prepared_text *t, const void *now);
    const void *copy;
};

static bool is_same_text(const struct prepared_text *t, const void *now)
{
    return same_text(t->copy, now);
}

static bool is_same_list(const struct prepared_text *t, const void *now)
{
    return same_list(t->copy, now);
}

static void note_text(struct prepared *p, size_t at, const char *copy)
{
    if (copy)
        p->texts[p->ntexts++] = (struct prepared_text){at, is_same_text, copy};
}

static void note_list(struct prepared *p, size_t at, const char *const *copy)
{
    if (copy)
        p->texts[p->ntexts++] = (struct prepared_text){at, is_same_list, copy};
}

static void note_none(const struct prepared *p, size_t at, uint64_t number)
{
    (void)p, (void)at, (void)number;
}

#define NOTE(member)                                                           \
    _Generic((member), const char * : note_text,                               \
             const char *const * : note_list, default : note_none)

/* Of the lines of settings.def. */
enum {
#define REQUEST(type, setting, connections, how, asked) +1
    NMEMBERS = 0
#include "settings/settings.def"
};

static void keep_original(struct prepared *p, const struct qv_options *o)
{
    p->original = *o;
    p->texts = arena_alloc(&p->arena, NMEMBERS * sizeof *p->texts);
#define REQUEST(type, setting, connections, how, asked)                        \
    NOTE(p->options.asked)                                                     \
    (p, offsetof(struct qv_options, asked), p->options.asked);
#include "settings/settings.def"
}

static bool same_bytes(const void *a, const void *b, size_t n)
{
    return memcmp(a, b, n) == 0;
}

/* Most requests share their options, and so the addresses in them: then what
 * is there is all that can differ. */
static bool are_the_same_again(const struct prepared *p,
                               const struct qv_options *o)
{
    if (!same_bytes(&p->original, o, offsetof(struct qv_options, retry)))
        return false;
    for (size_t i = 0; i < p->ntexts; i++) {
        const void *now;
        memcpy(&now, (const char *)o + p->texts[i].at, sizeof now);
        if (!p->texts[i].is_same(&p->texts[i], now))
            return false;
    }
    return true;
}

/* ---- one of them ---- */

/* What --proxy1.0 says is about CONNECT: a request that is proxied has the
 * version that was asked for. */
static void set_version(struct settings *to, const struct settings *s)
{
    to->http_min = s->http_min;
    if (to->http == SETTINGS_HTTP_1_0 || to->http == SETTINGS_HTTP_1_1)
        to->http = s->http == SETTINGS_HTTP_1_0 ? SETTINGS_HTTP_1_0
                                                : SETTINGS_HTTP_1_1;
}

/* The URL was looked at with the settings (settings_check()). */
static void add_proxy(struct prepared *p)
{
    struct fault ignored;
    if (p->settings.proxy.url == NULL)
        return;
    struct prepared_proxy *way = ARENA_NEW(&p->arena, struct prepared_proxy);
    str_init(&way->key);
    (void)proxy_of(&way->proxy, &p->settings, &p->arena, &ignored);
    proxy_settings(&way->settings, &p->settings);
    set_version(&way->settings, &p->settings);
    settings_key(&way->settings, &way->key);
    p->proxy = way;
}

static struct prepared *make(const struct qv_options *o,
                             const struct settings *s)
{
    struct prepared *p = XALLOC_NEW(struct prepared);
    p->nholders = 1;
    arena_init(&p->arena);
    settings_copy(&p->settings, s, &p->arena);
    str_init(&p->key);
    settings_key(&p->settings, &p->key);
    add_proxy(p);
    keep_options(p, o);
    keep_original(p, o);
    return p;
}

void prepared_drop(struct prepared *p)
{
    if (p == NULL || --p->nholders > 0)
        return;
    if (p->proxy)
        str_fini(&p->proxy->key);
    arena_fini(&p->arena);
    str_fini(&p->key);
    free(p);
}

/* ---- those of a client ---- */

/* Where one for these options is; PREPARED_RECENT: nowhere. */
static size_t find(const struct prepared_cache *c, const struct qv_options *o)
{
    for (size_t i = 0; i < PREPARED_RECENT && c->recent[i]; i++)
        if (are_the_same_again(c->recent[i], o) ||
            ask_for_the_same(&c->recent[i]->options, o))
            return i;
    return PREPARED_RECENT;
}

/* Moves those in front of this place one further; the place is free, or the
 * end, where the last one falls off. */
static void put_in_front(struct prepared_cache *c, size_t place,
                         struct prepared *p)
{
    if (place == PREPARED_RECENT)
        prepared_drop(c->recent[--place]);
    for (; place > 0; place--)
        c->recent[place] = c->recent[place - 1];
    c->recent[0] = p;
}

struct prepared *prepared_take(struct prepared_cache *c,
                               const struct qv_options *options,
                               const struct qv_client_options *client,
                               struct fault *fault)
{
    size_t at = find(c, options);
    struct prepared *p = at < PREPARED_RECENT ? c->recent[at] : NULL;
    if (p == NULL) {
        struct settings s;
        if (!request_settings(&s, options, client, fault))
            return NULL;
        p = make(options, &s);
    }
    put_in_front(c, at, p);
    p->nholders++;
    return p;
}

void prepared_cache_fini(struct prepared_cache *c)
{
    for (size_t i = 0; i < PREPARED_RECENT; i++)
        prepared_drop(c->recent[i]);
    *c = (struct prepared_cache){.recent = {NULL}};
}
