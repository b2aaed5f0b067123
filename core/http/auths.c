#include "http/auths.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct entry {
    struct list link;
    struct str key;
    struct auth auth;
};

/* Each NUL ends a part: none of them has one. */
static void make_key(struct str *key, struct span place,
                     const struct auth_login *login)
{
    str_add(key, place);
    str_printf(key, "%c%u%c", '\0', login->wants, '\0');
    str_add(key, login->user);
    str_add_char(key, '\0');
    str_add(key, login->password);
    str_add_char(key, '\0');
    str_add(key, login->token);
}

static void drop(struct entry *e)
{
    list_remove(&e->link);
    auth_fini(&e->auth);
    str_fini(&e->key);
    free(e);
}

/* The last one makes room if there are too many. */
static struct entry *find(struct list *all, struct span key)
{
    size_t n = 0;
    list_each (pos, all) {
        struct entry *e = container_of(pos, struct entry, link);
        if (span_equal(str_span(&e->key), key))
            return e;
        n++;
    }
    if (n >= AUTHS_MAX)
        drop(container_of(all->prev, struct entry, link));
    return NULL;
}

struct auth *auths_find(struct list *all, struct span place,
                        const struct auth_login *login)
{
    struct str key;
    str_init(&key);
    make_key(&key, place, login);
    struct entry *e = find(all, str_span(&key));
    if (e) {
        str_fini(&key);
        list_remove(&e->link);
    } else {
        e = XALLOC_NEW(struct entry);
        list_init(&e->link);
        e->key = key;
        auth_init(&e->auth, login);
    }
    list_prepend(all, &e->link);
    return &e->auth;
}

void auths_free_all(struct list *all)
{
    list_each_safe (pos, all)
        drop(container_of(pos, struct entry, link));
}
