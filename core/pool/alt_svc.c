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
#include "pool/alt_svc.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "http/date.h"
#include "http/fields.h"
#include "http/url_host.h"

#define PRIVILEGED 1024

static const struct {
    const char *id;   /* percent-encoded, as the field has it */
    const char *name; /* curl's, in its file */
    enum alt_svc_protocol protocol;
} protocols[] = {
    {"http%2F1.1", "h1", ALT_SVC_H1},
    {"h2", "h2", ALT_SVC_H2},
    {"h3", "h3", ALT_SVC_H3},
};

struct entry {
    struct list link;
    struct str key;
    char *host; /* of the origin */
    uint16_t port;
    bool is_heard;   /* in this run: better than what is loaded */
    struct str word; /* the field that was taken last, and when */
    int64_t word_at;
    size_t nplaces;
    struct alt_svc_place places[ALT_SVC_PLACES_MAX]; /* their hosts are ours */
};

/* ---- origins ---- */

void alt_svc_init(struct alt_svc *a, uint64_t seed)
{
    *a = (struct alt_svc){.len = 0};
    map_init(&a->origins, seed);
    list_init(&a->order);
    str_init(&a->key);
}

static void clear_places(struct entry *e)
{
    for (size_t i = 0; i < e->nplaces; i++)
        free((void *)(uintptr_t)e->places[i].host.base);
    e->nplaces = 0;
}

static void drop(struct alt_svc *a, struct entry *e)
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
        drop(a, container_of(pos, struct entry, link));
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

static struct entry *find(struct alt_svc *a, struct span host, uint16_t port)
{
    return map_find(&a->origins, key_of(a, host, port));
}

static struct entry *touch(struct alt_svc *a, struct span host, uint16_t port)
{
    struct entry *e = find(a, host, port);
    if (e) {
        list_remove(&e->link);
        list_append(&a->order, &e->link);
        return e;
    }
    if (a->len == ALT_SVC_ORIGINS_MAX)
        drop(a, container_of(a->order.next, struct entry, link));
    e = XALLOC_NEW(struct entry);
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

static void add_place(struct entry *e, const struct alt_svc_place *p)
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
    struct entry *e = find(a, host, port);
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
    const struct entry *e = a->len > 0 ? find(a, host, port) : NULL;
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
        struct entry *e = touch(a, host, port);
        clear_places(e);
        for (size_t i = 0; i < n; i++)
            add_place(e, &places[i]);
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
    const struct entry *e = a->len > 0 ? find(a, host, port) : NULL;
    size_t n = 0;
    for (size_t i = 0; e && i < e->nplaces && n < cap; i++)
        if (e->places[i].until > now)
            places[n++] = e->places[i];
    return n;
}

/* ---- curl's file: h2 host 443 h3 host 8443 "20191231 23:59:59" 0 1 ---- */

static bool take_word(struct span *rest, struct span *word)
{
    return span_next(rest, ' ', word) && word->len > 0;
}

static bool take_place(struct span *rest, enum alt_svc_protocol *protocol,
                       struct span *host, uint16_t *port)
{
    struct span name;
    struct span text;
    uint64_t number;
    bool is_known = false;
    if (!take_word(rest, &name) || !take_word(rest, host) ||
        !take_word(rest, &text) || !span_to_u64(text, &number) || number == 0 ||
        number > UINT16_MAX)
        return false;
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (span_equal(name, span_str(protocols[i].name))) {
            *protocol = protocols[i].protocol;
            is_known = true;
        }
    if (host->len > 2 && host->base[0] == '[')
        *host = span_of(host->base + 1, host->len - 2);
    *port = (uint16_t)number;
    return is_known;
}

static bool read_line(struct span line, struct span *host, uint16_t *port,
                      struct alt_svc_place *p)
{
    enum alt_svc_protocol source; /* curl keeps it; it says nothing to us */
    struct span stamp;
    struct span word;
    uint64_t persist;
    *p = (struct alt_svc_place){.port = 0};
    if (!take_place(&line, &source, host, port) ||
        !take_place(&line, &p->protocol, &p->host, &p->port) ||
        line.len < DATE_STAMP_LEN + 3 || line.base[0] != '"' ||
        line.base[DATE_STAMP_LEN + 1] != '"' ||
        line.base[DATE_STAMP_LEN + 2] != ' ')
        return false;
    stamp = span_of(line.base + 1, DATE_STAMP_LEN);
    line =
        span_of(line.base + DATE_STAMP_LEN + 3, line.len - DATE_STAMP_LEN - 3);
    if (!date_parse_stamp(stamp, &p->until) || !take_word(&line, &word) ||
        !span_to_u64(word, &persist) || persist > 1 || !take_word(&line, &word))
        return false;
    p->is_persistent = persist;
    struct url_host parsed;
    struct arena arena;
    struct fault fault;
    arena_init(&arena);
    struct str bracketed; /* as a URL has it: a colon needs brackets */
    str_init(&bracketed);
    bool is_v6 = memchr(p->host.base, ':', p->host.len) != NULL;
    str_printf(&bracketed, is_v6 ? "[%.*s]" : "%.*s", SPAN_ARG(p->host));
    bool is_host =
        url_host_parse(&parsed, str_span(&bracketed), &arena, &fault);
    str_fini(&bracketed);
    arena_fini(&arena);
    return is_host;
}

bool alt_svc_load(struct alt_svc *a, struct span text, int64_t now,
                  struct state_report *report)
{
    struct span line;
    *report = (struct state_report){.taken = 0};
    if (text.len > 0 && memchr(text.base, '\0', text.len))
        return false;
    for (unsigned n = 1; span_next(&text, '\n', &line); n++) {
        struct span host;
        uint16_t port;
        struct alt_svc_place p;
        line = span_trim(line);
        if (line.len == 0 || line.base[0] == '#')
            continue;
        if (!read_line(line, &host, &port, &p)) {
            state_report_bad(report, n);
            continue;
        }
        if (p.until <= now) {
            report->expired++;
            continue;
        }
        const struct entry *known = find(a, host, port);
        if (known == NULL || !known->is_heard)
            add_place(touch(a, host, port), &p);
        report->taken++;
    }
    return report->taken + report->expired > 0 || report->bad == 0;
}

static void add_host(struct str *text, struct span host)
{
    bool is_v6 = memchr(host.base, ':', host.len) != NULL;
    str_printf(text, is_v6 ? "[%.*s]" : "%.*s", SPAN_ARG(host));
}

static const char *name_of(enum alt_svc_protocol protocol)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (protocols[i].protocol == protocol)
            return protocols[i].name;
    return NULL;
}

void alt_svc_save(struct alt_svc *a, int64_t now, struct str *text)
{
    str_add_text(text,
                 "# Your alt-svc cache. https://curl.se/docs/alt-svc.html\n"
                 "# Written by quiver, in the format of curl.\n");
    list_each (pos, &a->order) {
        const struct entry *e = container_of(pos, struct entry, link);
        for (size_t i = 0; i < e->nplaces; i++) {
            const struct alt_svc_place *p = &e->places[i];
            char stamp[DATE_STAMP_LEN + 1];
            if (p->until <= now)
                continue;
            date_stamp(p->until, stamp);
            str_add_text(text, "h2 ");
            add_host(text, span_str(e->host));
            str_printf(text, " %u %s ", e->port, name_of(p->protocol));
            add_host(text, p->host);
            str_printf(text, " %u \"%s\" %d 0\n", p->port, stamp,
                       p->is_persistent);
        }
    }
    a->is_changed = false;
}
