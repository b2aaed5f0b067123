#include "pool/proxy_auth.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct proxy_auth {
    struct list link;
    struct str key;
    struct auth auth;
};

/* Each NUL ends a part: none of them has one. */
static void make_key(struct str *key, const struct settings *s,
                     const struct proxy *p)
{
    proxy_name(p, key);
    str_printf(key, "%c%d%c", '\0', (int)s->proxy.auth, '\0');
    str_add(key, p->user);
    str_add_char(key, '\0');
    str_add(key, p->password);
}

static enum auth_choice choice_of(enum settings_proxy_auth auth)
{
    switch (auth) {
    case SETTINGS_PROXY_AUTH_BASIC:
        break;
    case SETTINGS_PROXY_AUTH_DIGEST:
        return AUTH_DIGEST;
    case SETTINGS_PROXY_AUTH_ANY:
        return AUTH_ANY;
    }
    return AUTH_BASIC;
}

static void drop(struct proxy_auth *a)
{
    list_remove(&a->link);
    auth_fini(&a->auth);
    str_fini(&a->key);
    free(a);
}

/* The last one makes room if there are too many. */
static struct proxy_auth *find(struct list *all, struct span key)
{
    size_t n = 0;
    list_each (pos, all) {
        struct proxy_auth *a = container_of(pos, struct proxy_auth, link);
        if (span_equal(str_span(&a->key), key))
            return a;
        n++;
    }
    if (n >= PROXY_AUTH_MAX)
        drop(container_of(all->prev, struct proxy_auth, link));
    return NULL;
}

struct auth *proxy_auth_find(struct list *all, const struct settings *s,
                             const struct proxy *p)
{
    struct str key;
    if (!p->has_user)
        return NULL;
    str_init(&key);
    make_key(&key, s, p);
    struct proxy_auth *a = find(all, str_span(&key));
    if (a) {
        str_fini(&key);
        list_remove(&a->link);
    } else {
        a = XALLOC_NEW(struct proxy_auth);
        list_init(&a->link);
        a->key = key;
        auth_init(&a->auth, choice_of(s->proxy.auth), p->user, p->password);
    }
    list_prepend(all, &a->link);
    return &a->auth;
}

void proxy_auth_free_all(struct list *all)
{
    list_each_safe (pos, all)
        drop(container_of(pos, struct proxy_auth, link));
}
