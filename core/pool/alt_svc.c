/*
 * Grammar of RFC 7838 3:
 *
 *   Alt-Svc       = clear / 1#alt-value
 *   alt-value     = protocol-id "=" DQUOTE [host] ":" port DQUOTE
 *                   *( OWS ";" OWS token "=" ( token / quoted-string ) )
 *
 * A place is not taken where somebody else than the origin could listen: an
 * origin at a port of 1024 and more, which any user may have, says nothing of
 * the ports below, which are the administrator's.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "http/fields.h"
#include "http/url_host.h"
#include "pool/alt_svc_self.h"

#define PRIVILEGED 1024

static const struct {
    const char *id; /* percent-encoded, as the field has it */
    enum alt_svc_protocol protocol;
} protocols[] = {
    {"http%2F1.1", ALT_SVC_H1},
    {"h2", ALT_SVC_H2},
    {"h3", ALT_SVC_H3},
};

/* ---- origins ---- */

void alt_svc_init(struct alt_svc *a, uint64_t seed)
{
    *a = (struct alt_svc){.len = 0};
    map_init(&a->origins, seed);
    list_init(&a->order);
    str_init(&a->key);
}

static void clear_places(struct alt_svc_entry *e)
{
    for (size_t i = 0; i < e->nplaces; i++)
        free((void *)(uintptr_t)e->places[i].host.base);
    e->nplaces = 0;
}

static void drop(struct alt_svc *a, struct alt_svc_entry *e)
{
    (void)map_remove(&a->origins, str_span(&e->key));
    list_remove(&e->link);
    a->len--;
    clear_places(e);
    str_fini(&e->word);
    str_fini(&e->key);
    free(e->host);
    free(e);
}

void alt_svc_fini(struct alt_svc *a)
{
    list_each_safe (pos, &a->order)
        drop(a, container_of(pos, struct alt_svc_entry, link));
    map_fini(&a->origins);
    str_fini(&a->key);
}

static struct span key_of(struct alt_svc *a, struct span host, uint16_t port)
{
    str_clear(&a->key);
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.base[i];
        str_add_char(&a->key, (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
    }
    str_add_char(&a->key, (char)(port >> 8));
    str_add_char(&a->key, (char)port);
    return str_span(&a->key);
}

struct alt_svc_entry *alt_svc_self_find(struct alt_svc *a, struct span host,
                                        uint16_t port)
{
    return map_find(&a->origins, key_of(a, host, port));
}

struct alt_svc_entry *alt_svc_self_touch(struct alt_svc *a, struct span host,
                                         uint16_t port)
{
    struct alt_svc_entry *e = alt_svc_self_find(a, host, port);
    if (e) {
        list_remove(&e->link);
        list_append(&a->order, &e->link);
        return e;
    }
    if (a->len == ALT_SVC_ORIGINS_MAX)
        drop(a, container_of(a->order.next, struct alt_svc_entry, link));
    e = XALLOC_NEW(struct alt_svc_entry);
    str_init(&e->word);
    str_init(&e->key);
    str_add(&e->key, key_of(a, host, port));
    e->host = xalloc_copy(host.base, host.len);
    e->port = port;
    list_append(&a->order, &e->link);
    map_put(&a->origins, str_span(&e->key), e);
    a->len++;
    return e;
}

void alt_svc_self_add_place(struct alt_svc_entry *e,
                            const struct alt_svc_place *p)
{
    for (size_t i = 0; i < e->nplaces; i++) { /* servers do say it twice */
        const struct alt_svc_place *known = &e->places[i];
        if (known->protocol == p->protocol && known->port == p->port &&
            span_equal_nocase(known->host, p->host))
            return;
    }
    if (e->nplaces == ALT_SVC_PLACES_MAX)
        return;
    struct alt_svc_place *to = &e->places[e->nplaces++];
    *to = *p;
    to->host = span_of(xalloc_copy(p->host.base, p->host.len), p->host.len);
}

/* ---- the field ---- */

/* Takes "name=" off. */
static bool take_name(struct span *rest, struct span *name)
{
    struct span trimmed = span_trim(*rest);
    const uint8_t *equals =
        trimmed.len > 0 ? memchr(trimmed.base, '=', trimmed.len) : NULL;
    if (equals == NULL)
        return false;
    *name = span_of(trimmed.base, (size_t)(equals - trimmed.base));
    *rest = span_of(equals + 1, trimmed.len - name->len - 1);
    return fields_is_name(*name);
}

/* A quoted string or a token; quoted pairs are undone in the arena. */
static bool take_value(struct span text, struct span *value,
                       struct arena *arena)
{
    if (text.len == 0 || text.base[0] != '"') {
        *value = text;
        return fields_is_name(text);
    }
    if (text.len < 2 || text.base[text.len - 1] != '"')
        return false;
    uint8_t *to = arena_alloc(arena, text.len);
    size_t n = 0;
    for (size_t i = 1; i + 1 < text.len; i++) {
        if (text.base[i] == '"')
            return false;
        if (text.base[i] == '\\' && ++i + 1 == text.len)
            return false;
        to[n++] = text.base[i];
    }
    *value = span_of(to, n);
    return true;
}

/* "host:port", "[v6]:port" or ":port". */
static bool read_authority(struct span text, struct alt_svc_place *p,
                           struct span origin, struct arena *arena)
{
    size_t colon = text.len;
    uint64_t port;
    while (colon > 0 && text.base[colon - 1] != ':')
        colon--;
    if (colon == 0 ||
        !span_to_u64(span_of(text.base + colon, text.len - colon), &port) ||
        port == 0 || port > UINT16_MAX)
        return false;
    p->port = (uint16_t)port;
    struct span raw = span_of(text.base, colon - 1);
    if (raw.len == 0) {
        p->host = origin;
        return true;
    }
    struct url_host host;
    struct fault fault;
    if (!url_host_parse(&host, raw, arena, &fault) || host.zone.base)
        return false;
    p->host = host.text;
    return true;
}

static bool find_protocol(struct span id, enum alt_svc_protocol *protocol)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (span_equal(id, span_str(protocols[i].id))) {
            *protocol = protocols[i].protocol;
            return true;
        }
    return false;
}

static bool read_parameter(struct span part, struct alt_svc_place *p,
                           int64_t now, struct arena *arena)
{
    struct span name;
    struct span value;
    uint64_t number;
    if (!take_name(&part, &name) || !take_value(part, &value, arena))
        return false;
    if (span_equal_nocase(name, SPAN_LIT("ma"))) {
        if (!span_to_u64_capped(value, &number))
            return false;
        p->until = now + (number > (uint64_t)ALT_SVC_MA_MAX ? ALT_SVC_MA_MAX
                                                            : (int64_t)number);
    } else if (span_equal_nocase(name, SPAN_LIT("persist"))) {
        p->is_persistent = span_equal(value, SPAN_LIT("1"));
    }
    return true;
}

enum verdict {
    GOOD,
    IGNORED,
    MALFORMED,
};

static enum verdict read_place(struct span element, struct alt_svc_place *p,
                               struct span origin, uint16_t port, int64_t now,
                               struct arena *arena)
{
    struct span part;
    struct span id;
    struct span authority;
    *p = (struct alt_svc_place){.until = now + ALT_SVC_MA};
    if (!fields_next_part(&element, ';', &part) || !take_name(&part, &id) ||
        !take_value(part, &authority, arena))
        return MALFORMED;
    bool is_known = find_protocol(id, &p->protocol);
    bool is_place = read_authority(authority, p, origin, arena);
    while (fields_next_part(&element, ';', &part))
        if (!read_parameter(part, p, now, arena))
            return MALFORMED;
    if (!is_known || !is_place || p->until <= now ||
        (port >= PRIVILEGED && p->port < PRIVILEGED))
        return IGNORED;
    return GOOD;
}

/* That it says nothing any more is its word as well: what a file says of it, or
 * will when others have written it, is older. */
static void forget(struct alt_svc *a, struct span host, uint16_t port)
{
    struct alt_svc_entry *e = alt_svc_self_find(a, host, port);
    if (e == NULL || e->nplaces == 0)
        return;
    clear_places(e);
    str_clear(&e->word);
    e->word_at = 0;
    e->is_heard = true;
    a->is_changed = true;
}

/* Servers say the same in each answer: what was taken in this second would come
 * out the same. */
static bool is_repeated(struct alt_svc *a, struct span host, uint16_t port,
                        struct span value, int64_t now)
{
    const struct alt_svc_entry *e =
        a->len > 0 ? alt_svc_self_find(a, host, port) : NULL;
    return e && now == e->word_at && span_equal(value, str_span(&e->word));
}

void alt_svc_take(struct alt_svc *a, struct span host, uint16_t port,
                  struct span value, int64_t now)
{
    struct alt_svc_place places[ALT_SVC_PLACES_MAX];
    const struct span word = value;
    struct span element;
    struct arena arena;
    size_t n = 0;
    bool is_word = false; /* something of it could be understood */
    if (span_equal(span_trim(value), SPAN_LIT("clear"))) {
        forget(a, host, port);
        return;
    }
    if (is_repeated(a, host, port, value, now))
        return;
    arena_init(&arena);
    while (n < ALT_SVC_PLACES_MAX && fields_next_part(&value, ',', &element)) {
        if (span_trim(element).len == 0)
            continue;
        enum verdict v =
            read_place(element, &places[n], host, port, now, &arena);
        if (v == MALFORMED)
            break;
        is_word = true;
        n += v == GOOD;
    }
    if (is_word && n == 0)
        forget(a, host, port);
    if (n > 0) {
        struct alt_svc_entry *e = alt_svc_self_touch(a, host, port);
        clear_places(e);
        for (size_t i = 0; i < n; i++)
            alt_svc_self_add_place(e, &places[i]);
        str_clear(&e->word);
        str_add(&e->word, word);
        e->word_at = now;
        e->is_heard = true;
        a->is_changed = true;
    }
    arena_fini(&arena);
}

size_t alt_svc_find(struct alt_svc *a, struct span host, uint16_t port,
                    int64_t now, struct alt_svc_place *places, size_t cap)
{
    const struct alt_svc_entry *e =
        a->len > 0 ? alt_svc_self_find(a, host, port) : NULL;
    size_t n = 0;
    for (size_t i = 0; e && i < e->nplaces && n < cap; i++)
        if (e->places[i].until > now)
            places[n++] = e->places[i];
    return n;
}

void alt_svc_each(struct alt_svc *a, int64_t now, alt_svc_visit *visit,
                  void *user)
{
    list_each (pos, &a->order) {
        const struct alt_svc_entry *e =
            container_of(pos, struct alt_svc_entry, link);
        for (size_t i = 0; i < e->nplaces; i++)
            if (e->places[i].until > now)
                visit(user, span_str(e->host), e->port, &e->places[i]);
    }
}

size_t alt_svc_forget(struct alt_svc *a, struct span host, uint16_t port)
{
    size_t n = 0;
    list_each_safe (pos, &a->order) {
        struct alt_svc_entry *e = container_of(pos, struct alt_svc_entry, link);
        if ((host.base && !span_equal_nocase(host, span_str(e->host))) ||
            (port > 0 && port != e->port))
            continue;
        n += e->nplaces;
        drop(a, e);
    }
    a->is_changed |= n > 0;
    return n;
}
