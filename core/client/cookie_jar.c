/*
 * Two lists go through all cookies: as they were made, which is the order among
 * those of equal paths (5.8.3) and in files, and as they were used, whose head goes
 * when there are too many.
 *
 * Domains are a tree, as DNS has them, and a map finds each: "leave secure cookies
 * alone" (5.7) asks what lies above and below a name, and must not look at
 * everything that a batch has gathered.
 */
#include "client/cookie_jar.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct cookie_domain {
    struct cookie_domain *parent; /* of one label more off; NULL: none is */
    struct list in_parent;
    struct list children;
    struct list cookies; /* struct cookie_entry, the one longest unused first */
    size_t len;
    size_t key_len;
    char key[];
};

void cookie_jar_init(struct cookie_jar *jar, uint64_t seed)
{
    *jar = (struct cookie_jar){.len = 0};
    map_init(&jar->domains, seed);
    list_init(&jar->order);
    list_init(&jar->by_use);
    list_init(&jar->unbound);
    str_init(&jar->key);
}

static struct cookie_entry *in_order(struct list *link)
{
    return container_of(link, struct cookie_entry, in_order);
}

/* ---- domains ---- */

/* Of a domain in any case, as the map has it. */
static struct span key_of(struct cookie_jar *jar, struct span domain)
{
    str_clear(&jar->key);
    for (size_t i = 0; i < domain.len; i++) {
        uint8_t b = domain.base[i];
        str_add_char(&jar->key,
                     (char)(b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b));
    }
    return str_span(&jar->key);
}

static struct cookie_domain *find_domain(struct cookie_jar *jar,
                                         struct span domain)
{
    return map_find(&jar->domains, key_of(jar, domain));
}

static struct span key_span(const struct cookie_domain *d)
{
    return span_of(d->key, d->key_len);
}

/* `key` is in small letters, and has no domain yet. */
static struct cookie_domain *new_domain(struct cookie_jar *jar, struct span key)
{
    size_t size = sizeof(struct cookie_domain) + key.len;
    struct cookie_domain *d = xalloc_bytes(size);
    *d = (struct cookie_domain){.key_len = key.len};
    memcpy(d->key, key.base, key.len);
    list_init(&d->in_parent);
    list_init(&d->children);
    list_init(&d->cookies);
    map_put(&jar->domains, key_span(d), d);
    jar->bytes += size;
    return d;
}

/* With all that are above it. */
static struct cookie_domain *touch_domain(struct cookie_jar *jar,
                                          struct span domain)
{
    struct span rest = key_of(jar, domain);
    struct span label;
    struct cookie_domain *found = NULL;
    struct cookie_domain *below = NULL;
    while (rest.len > 0) {
        struct cookie_domain *d = map_find(&jar->domains, rest);
        bool is_there = d != NULL;
        if (!is_there)
            d = new_domain(jar, rest);
        if (found == NULL)
            found = d;
        if (below) {
            below->parent = d;
            list_append(&d->children, &below->in_parent);
        }
        if (is_there || !span_next(&rest, '.', &label))
            break;
        below = d;
    }
    return found;
}

/* And those above, if nothing is left of them. */
static void free_domain(struct cookie_jar *jar, struct cookie_domain *d)
{
    while (d && d->len == 0 && list_is_empty(&d->children)) {
        struct cookie_domain *parent = d->parent;
        list_remove(&d->in_parent);
        (void)map_remove(&jar->domains, key_span(d));
        jar->bytes -= sizeof *d + d->key_len;
        free(d);
        d = parent;
    }
}

/* ---- one cookie ---- */

static struct span keep(char **to, struct span text)
{
    struct span kept = span_of(*to, text.len);
    if (text.len > 0)
        memcpy(*to, text.base, text.len);
    *to += text.len;
    return kept;
}

static struct cookie_entry *new_entry(const struct cookie *c)
{
    size_t len = c->name.len + c->value.len + c->path.len;
    struct cookie_entry *e = xalloc_bytes(sizeof *e + len);
    char *to = e->text;
    *e = (struct cookie_entry){.cookie = *c, .size = sizeof *e + len};
    e->cookie.name = keep(&to, c->name);
    e->cookie.value = keep(&to, c->value);
    e->cookie.path = keep(&to, c->path);
    return e;
}

static void drop(struct cookie_jar *jar, struct cookie_entry *e)
{
    list_remove(&e->in_domain);
    list_remove(&e->in_order);
    list_remove(&e->in_use);
    jar->len--;
    jar->bytes -= e->size;
    e->domain->len--;
    free_domain(jar, e->domain);
    free(e);
}

void cookie_jar_fini(struct cookie_jar *jar)
{
    list_each_safe (pos, &jar->order)
        drop(jar, in_order(pos));
    list_each_safe (pos, &jar->unbound) {
        list_remove(pos);
        free(in_order(pos));
    }
    map_fini(&jar->domains);
    free(jar->found);
    str_fini(&jar->key);
}

static bool is_over(const struct cookie_entry *e, int64_t now)
{
    return e->is_tombstone ||
           (e->cookie.expires != COOKIE_SESSION && e->cookie.expires <= now);
}

/* Of a domain that has too many: an expired one, else the one longest unused,
 * those that anybody may set before others (5.7). */
static struct cookie_entry *victim_of(struct cookie_domain *d, int64_t now)
{
    struct cookie_entry *open = NULL;
    struct cookie_entry *any = NULL;
    list_each (pos, &d->cookies) { /* the one longest unused first */
        struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_domain);
        if (is_over(e, now))
            return e;
        if (any == NULL)
            any = e;
        if (open == NULL && !e->cookie.is_secure)
            open = e;
    }
    return open ? open : any;
}

static void note_use(struct cookie_jar *jar, struct cookie_entry *e)
{
    list_remove(&e->in_domain);
    list_append(&e->domain->cookies, &e->in_domain);
    list_remove(&e->in_use);
    list_append(&jar->by_use, &e->in_use);
}

static void make_room(struct cookie_jar *jar, struct cookie_domain *d,
                      const struct cookie_entry *newest, int64_t now)
{
    if (d->len > COOKIE_JAR_OF_DOMAIN_MAX)
        drop(jar, victim_of(d, now));
    while (jar->bytes > COOKIE_JAR_BYTES_MAX) {
        struct cookie_entry *e =
            container_of(jar->by_use.next, struct cookie_entry, in_use);
        if (e == newest)
            return;
        drop(jar, e);
    }
}

/* In the place of `old`; NULL: as the newest. */
static void insert(struct cookie_jar *jar, struct cookie_entry *e,
                   struct cookie_entry *old, int64_t now)
{
    struct cookie_domain *d = touch_domain(jar, e->cookie.domain);
    e->domain = d;
    e->cookie.domain = key_span(d);
    e->made = old ? old->made : ++jar->nmade;
    list_append(&d->cookies, &e->in_domain);
    list_append(&jar->by_use, &e->in_use);
    list_append(old ? &old->in_order : &jar->order, &e->in_order);
    d->len++;
    jar->len++;
    jar->bytes += e->size;
    if (old)
        drop(jar, old);
    make_room(jar, d, e, now);
}

/* ---- into the jar ---- */

static bool is_same(const struct cookie *a, const struct cookie *b)
{
    return span_equal(a->name, b->name) && span_equal(a->path, b->path) &&
           a->is_host_only == b->is_host_only;
}

static struct cookie_entry *find(struct cookie_jar *jar, const struct cookie *c)
{
    struct cookie_domain *d = find_domain(jar, c->domain);
    if (d == NULL)
        return NULL;
    list_each (pos, &d->cookies) {
        struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_domain);
        if (is_same(&e->cookie, c))
            return e;
    }
    return NULL;
}

/* Somebody in between could set `c` over a Secure one of this domain (5.7). */
static bool hides(const struct cookie_domain *d, const struct cookie *c,
                  int64_t now)
{
    list_each (pos, &d->cookies) {
        const struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_domain);
        if (e->cookie.is_secure && !is_over(e, now) &&
            span_equal(e->cookie.name, c->name) &&
            cookie_path_matches(c->path, e->cookie.path))
            return true;
    }
    return false;
}

/* The next one in the tree below `top`; NULL: that was the last. */
static struct cookie_domain *next_below(struct cookie_domain *d,
                                        const struct cookie_domain *top)
{
    if (!list_is_empty(&d->children))
        return container_of(d->children.next, struct cookie_domain, in_parent);
    for (; d != top; d = d->parent)
        if (d->in_parent.next != &d->parent->children)
            return container_of(d->in_parent.next, struct cookie_domain,
                                in_parent);
    return NULL;
}

static bool hides_secure(struct cookie_jar *jar, const struct cookie *c,
                         int64_t now)
{
    struct span rest = c->domain;
    struct span label;
    struct cookie_domain *top = find_domain(jar, rest);
    struct cookie_domain *above = top;
    while (above == NULL && span_next(&rest, '.', &label) && rest.len > 0)
        above = find_domain(jar, rest);
    for (; above; above = above->parent)
        if (hides(above, c, now))
            return true;
    for (struct cookie_domain *d = top; d; d = next_below(d, top))
        if (hides(d, c, now))
            return true;
    return false;
}

const char *cookie_jar_put(struct cookie_jar *jar, const struct cookie *c,
                           bool is_live, bool from_secure, int64_t now)
{
    struct cookie_entry *old = find(jar, c);
    bool is_gone = c->expires != COOKIE_SESSION && c->expires <= now;
    if (is_live && !from_secure && !c->is_secure && hides_secure(jar, c, now))
        return "a Secure cookie has its name";
    if (old && !is_live && old->is_live) {
        old->load = jar->nloads; /* what this run knows is newer */
        return NULL;
    }
    if (is_live)
        jar->is_changed |= old || !is_gone;
    if (is_gone && (old == NULL || old->load == 0 || !is_live)) {
        if (old)
            drop(jar, old);
        return NULL;
    }
    struct cookie_entry *e = new_entry(c);
    e->is_live = is_live;
    e->is_tombstone = is_gone;
    e->load = is_live ? (old ? old->load : 0) : jar->nloads;
    insert(jar, e, old, now);
    return NULL;
}

void cookie_jar_put_unbound(struct cookie_jar *jar, const struct cookie *c)
{
    struct cookie_entry *e = new_entry(c);
    list_init(&e->in_domain);
    list_init(&e->in_use);
    list_append(&jar->unbound, &e->in_order);
}

static void bind(struct cookie_jar *jar, const struct cookie_place *place,
                 int64_t now)
{
    list_each_safe (pos, &jar->unbound) {
        struct cookie_entry *e = in_order(pos);
        struct cookie c = e->cookie;
        c.domain = place->host;
        c.is_host_only = true;
        list_remove(pos);
        (void)cookie_jar_put(jar, &c, false, true, now);
        free(e);
    }
}

const char *cookie_jar_take(struct cookie_jar *jar, struct span field,
                            const struct cookie_place *place, int64_t now,
                            struct cookie *taken)
{
    struct cookie c;
    const char *why = cookie_parse(&c, field, now);
    if (why == NULL)
        why = cookie_judge(&c, place);
    if (taken)
        *taken = c;
    if (why == NULL)
        why = cookie_jar_put(jar, &c, true, place->is_secure, now);
    return why;
}

/* ---- out of it ---- */

static bool is_for(const struct cookie *c, const struct cookie_place *place)
{
    if (c->is_secure && !place->is_secure)
        return false;
    bool is_domain =
        c->is_host_only
            ? span_equal_nocase(place->host, c->domain)
            : cookie_domain_matches(place->host, place->is_address, c->domain);
    return is_domain && cookie_path_matches(place->path, c->path);
}

static size_t find_of_domain(struct cookie_jar *jar, struct span domain,
                             const struct cookie_place *place, int64_t now,
                             size_t n)
{
    struct cookie_domain *d = find_domain(jar, domain);
    if (d == NULL)
        return n;
    list_each (pos, &d->cookies) {
        struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_domain);
        if (is_over(e, now) || !is_for(&e->cookie, place))
            continue;
        jar->found =
            xalloc_room(jar->found, n, &jar->found_cap, sizeof(void *));
        jar->found[n++] = e;
    }
    return n;
}

static size_t find_all(struct cookie_jar *jar, const struct cookie_place *place,
                       int64_t now)
{
    struct span rest = place->host;
    struct span label;
    size_t n = find_of_domain(jar, rest, place, now, 0);
    while (!place->is_address && span_next(&rest, '.', &label) && rest.len > 0)
        n = find_of_domain(jar, rest, place, now, n);
    return n;
}

/* Longer paths first, then the one that was made first (5.8.3). */
static int compare(const void *a, const void *b)
{
    const struct cookie_entry *x = *(struct cookie_entry *const *)a;
    const struct cookie_entry *y = *(struct cookie_entry *const *)b;
    if (x->cookie.path.len != y->cookie.path.len)
        return x->cookie.path.len > y->cookie.path.len ? -1 : 1;
    return x->made < y->made ? -1 : 1;
}

bool cookie_jar_gather(struct cookie_jar *jar, const struct cookie_place *place,
                       int64_t now, struct str *out)
{
    bind(jar, place, now);
    size_t n = jar->len > 0 ? find_all(jar, place, now) : 0;
    size_t used = sizeof "Cookie: " - 1;
    if (n > 1)
        qsort(jar->found, n, sizeof(void *), compare);
    for (size_t i = 0; i < n; i++) {
        const struct cookie *c = &jar->found[i]->cookie;
        size_t add = c->name.len + c->value.len + 1;
        if (i == COOKIE_JAR_SENT_MAX || used + add >= COOKIE_JAR_FIELD_MAX)
            return false;
        if (i > 0)
            str_add_text(out, "; ");
        str_add(out, c->name);
        if (c->name.len > 0)
            str_add_char(out, '=');
        str_add(out, c->value);
        used += add + (i > 0 ? 2 : 0);
        note_use(jar, jar->found[i]);
    }
    return true;
}

/* ---- away ---- */

size_t cookie_jar_prune(struct cookie_jar *jar,
                        bool (*is_bad)(const struct cookie_entry *e,
                                       const void *user),
                        const void *user)
{
    size_t n = 0;
    list_each_safe (pos, &jar->order) {
        if (!is_bad(in_order(pos), user))
            continue;
        drop(jar, in_order(pos));
        n++;
    }
    return n;
}

static bool is_below(const struct cookie_entry *e, const void *user)
{
    return cookie_domain_matches(e->cookie.domain, false,
                                 *(const struct span *)user);
}

size_t cookie_jar_forget(struct cookie_jar *jar, struct span domain)
{
    size_t n = cookie_jar_prune(jar, is_below, &domain);
    jar->is_changed |= n > 0;
    return n;
}
