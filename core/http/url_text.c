/* A URL, and its parts, as text again. */
#include "http/percent.h"
#include "http/url.h"

/* What a text is made of, so that it is put together at once. */
struct pieces {
    struct span all[18]; /* those of a URL that has everything */
    size_t n;
    char port[8];
};

static void add(struct pieces *p, struct span piece)
{
    if (piece.len > 0)
        p->all[p->n++] = piece;
}

static void add_text(struct pieces *p, const char *text)
{
    add(p, span_str(text));
}

static struct span join(const struct pieces *p, struct arena *arena)
{
    size_t len = 0;
    for (size_t i = 0; i < p->n; i++)
        len += p->all[i].len;
    uint8_t *text = arena_alloc(arena, len + 1);
    uint8_t *to = text;
    for (size_t i = 0; i < p->n; i++) {
        memcpy(to, p->all[i].base, p->all[i].len);
        to += p->all[i].len;
    }
    *to = '\0';
    return span_of(text, len);
}

static void add_port(struct pieces *p, unsigned port)
{
    size_t at = sizeof p->port;
    for (; port > 0; port /= 10)
        p->port[--at] = (char)('0' + port % 10);
    add(p, span_of(p->port + at, sizeof p->port - at));
}

static void add_authority(const struct url *u, bool has_zone, struct pieces *p)
{
    bool is_v6 = u->host.kind == URL_HOST_IPV6;
    if (is_v6)
        add_text(p, "[");
    add(p, u->host.text);
    if (has_zone && u->host.zone.base) {
        add_text(p, "%25"); /* RFC 6874 2 */
        add(p, u->host.zone);
    }
    if (is_v6)
        add_text(p, "]");
    if (u->port != u->scheme->port) {
        add_text(p, ":");
        add_port(p, u->port);
    }
}

struct span url_authority(const struct url *u, struct arena *arena)
{
    struct pieces p = {.n = 0};
    add_authority(u, false, &p);
    return join(&p, arena);
}

static void add_target(const struct url *u, struct pieces *p)
{
    add(p, u->path);
    if (u->query.base) {
        add_text(p, "?");
        add(p, u->query);
    }
}

struct span url_target(const struct url *u, struct arena *arena)
{
    struct pieces p = {.n = 0};
    add_target(u, &p);
    return join(&p, arena);
}

struct span url_address(const struct url *u, struct arena *arena)
{
    if (u->host.zone.base == NULL)
        return u->host.text;
    struct pieces p = {.n = 0};
    add(&p, u->host.text);
    add_text(&p, "%");
    add(&p, u->host.zone);
    return join(&p, arena);
}

static struct span encoded(struct span text, struct arena *arena)
{
    struct str s;
    str_init(&s);
    percent_encode(&s, text);
    struct span copy = arena_copy(arena, str_span(&s));
    str_fini(&s);
    return copy;
}

struct span url_text(const struct url *u, unsigned parts, struct arena *arena)
{
    struct pieces p = {.n = 0};
    add(&p, u->scheme->name);
    add_text(&p, "://");
    if (u->user.base && (parts & URL_TEXT_USER)) {
        add(&p, encoded(u->user, arena));
        if (u->password.base) {
            add_text(&p, ":");
            add(&p, encoded(u->password, arena));
        }
        add_text(&p, "@");
    }
    add_authority(u, parts & URL_TEXT_FRAGMENT, &p);
    add_target(u, &p);
    if (u->fragment.base && (parts & URL_TEXT_FRAGMENT)) {
        add_text(&p, "#");
        add(&p, u->fragment);
    }
    return join(&p, arena);
}
