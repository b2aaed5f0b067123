#include "client/hsts_hosts.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "http/date.h"

void hsts_hosts_init(struct hsts_hosts *h, uint64_t seed)
{
    *h = (struct hsts_hosts){.len = 0};
    map_init(&h->hosts, seed);
    list_init(&h->order);
}

static struct hsts_entry *of_link(struct list *link)
{
    return container_of(link, struct hsts_entry, link);
}

static void drop(struct hsts_hosts *h, struct hsts_entry *e)
{
    (void)map_remove(&h->hosts, e->host);
    list_remove(&e->link);
    h->len--;
    free(e);
}

void hsts_hosts_fini(struct hsts_hosts *h)
{
    list_each_safe (pos, &h->order)
        drop(h, of_link(pos));
    map_fini(&h->hosts);
}

/* DNS knows no difference. */
static struct span without_dot(struct span host)
{
    if (host.len > 0 && host.base[host.len - 1] == '.')
        host.len--;
    return host;
}

static struct hsts_entry *touch(struct hsts_hosts *h, struct span host)
{
    struct hsts_entry *e = map_find(&h->hosts, host);
    if (e) {
        list_remove(&e->link);
        list_append(&h->order, &e->link);
        return e;
    }
    if (h->len == HSTS_HOSTS_MAX)
        drop(h, of_link(h->order.next));
    e = xalloc_bytes(sizeof *e + host.len);
    *e = (struct hsts_entry){.host = span_of(e->text, host.len)};
    memcpy(e->text, host.base, host.len);
    list_append(&h->order, &e->link);
    map_put(&h->hosts, e->host, e);
    h->len++;
    return e;
}

void hsts_hosts_take(struct hsts_hosts *h, const struct url_host *host,
                     const struct hsts_word *word, int64_t now)
{
    struct span name = without_dot(host->text);
    if (host->kind != URL_HOST_NAME || name.len == 0)
        return;
    struct hsts_entry *e = map_find(&h->hosts, name);
    if (word->max_age == 0 && (e == NULL || e->is_tombstone))
        return;
    int64_t age = word->max_age > (uint64_t)HSTS_AGE_MAX
                      ? HSTS_AGE_MAX
                      : (int64_t)word->max_age;
    bool is_news = e == NULL || e->until != now + age ||
                   e->has_subdomains != word->has_subdomains;
    if (!is_news) /* each answer says it */
        return;
    e = touch(h, name);
    e->until = now + age;
    e->has_subdomains = word->has_subdomains;
    e->is_live = true;
    e->is_tombstone = age == 0;
    h->is_changed = true;
}

static bool is_good(const struct hsts_entry *e, int64_t now)
{
    return e && !e->is_tombstone && e->until > now;
}

struct span hsts_hosts_find(struct hsts_hosts *h, const struct url_host *host,
                            int64_t now)
{
    struct span rest = without_dot(host->text);
    struct span label;
    if (h->len == 0 || host->kind != URL_HOST_NAME)
        return (struct span){NULL, 0};
    const struct hsts_entry *e = map_find(&h->hosts, rest);
    if (is_good(e, now))
        return e->host;
    while (span_next(&rest, '.', &label) && rest.len > 0) {
        e = map_find(&h->hosts, rest);
        if (is_good(e, now) && e->has_subdomains)
            return e->host;
    }
    return (struct span){NULL, 0};
}

static bool is_below(struct span host, struct span top)
{
    if (host.len <= top.len)
        return span_equal(host, top);
    size_t before = host.len - top.len;
    return host.base[before - 1] == '.' &&
           span_equal(span_of(host.base + before, top.len), top);
}

size_t hsts_hosts_forget(struct hsts_hosts *h, struct span host)
{
    size_t n = 0;
    list_each_safe (pos, &h->order)
        if (host.base == NULL ||
            is_below(of_link(pos)->host, without_dot(host))) {
            drop(h, of_link(pos));
            n++;
        }
    h->is_changed |= n > 0;
    return n;
}

/* ---- text ---- */

/* "unlimited" is what curl writes of a time that is none. */
static bool read_stamp(struct span text, int64_t *until)
{
    if (!span_equal(text, SPAN_LIT("\"unlimited\"")))
        return text.len == DATE_STAMP_LEN + 2 && text.base[0] == '"' &&
               text.base[text.len - 1] == '"' &&
               date_parse_stamp(span_of(text.base + 1, DATE_STAMP_LEN), until);
    *until = INT64_MAX;
    return true;
}

struct line {
    struct url_host host;
    bool has_subdomains;
    int64_t until;
};

static bool read_line(struct span text, struct line *l, struct arena *arena)
{
    struct span name;
    struct fault fault;
    if (!span_next(&text, ' ', &name))
        return false;
    l->has_subdomains = name.len > 0 && name.base[0] == '.';
    if (l->has_subdomains)
        name = span_of(name.base + 1, name.len - 1);
    if (name.len == 0 || !read_stamp(span_trim(text), &l->until) ||
        !url_host_parse(&l->host, name, arena, &fault))
        return false;
    l->host.text = without_dot(l->host.text);
    return l->host.kind == URL_HOST_NAME && l->host.text.len > 0;
}

/* A host that a file has twice: the stricter counts, as with curl. */
static void put(struct hsts_hosts *h, const struct line *l)
{
    struct hsts_entry *e = touch(h, l->host.text);
    bool is_second = e->load == h->nloads;
    bool is_kept = e->is_live;
    e->load = h->nloads;
    if (is_kept)
        return;
    if (!is_second || l->until > e->until)
        e->until = l->until;
    e->has_subdomains = l->has_subdomains || (is_second && e->has_subdomains);
}

static void drop_withdrawn(struct hsts_hosts *h)
{
    list_each_safe (pos, &h->order)
        if (!of_link(pos)->is_live && of_link(pos)->load == h->home_load)
            drop(h, of_link(pos));
}

bool hsts_hosts_load(struct hsts_hosts *h, enum state_role role,
                     struct span text, int64_t now, struct state_report *report)
{
    struct span line;
    struct arena arena;
    *report = (struct state_report){.taken = 0};
    if (text.len > 0 && memchr(text.base, '\0', text.len))
        return false;
    h->nloads++;
    arena_init(&arena);
    for (unsigned n = 1; span_next(&text, '\n', &line); n++) {
        struct line l;
        while (line.len > 0 && line.base[line.len - 1] == '\r')
            line.len--;
        line = span_trim(line);
        if (line.len == 0 || line.base[0] == '#')
            continue;
        if (!read_line(line, &l, &arena)) {
            state_report_bad(report, n);
        } else if (l.until <= now) {
            report->expired++;
        } else {
            report->taken++;
            put(h, &l);
        }
        arena_reset(&arena);
    }
    arena_fini(&arena);
    if (role == STATE_MERGE)
        drop_withdrawn(h);
    if (role != STATE_INPUT)
        h->home_load = h->nloads;
    return report->taken + report->expired > 0 || report->bad == 0;
}

void hsts_hosts_save(struct hsts_hosts *h, int64_t now, struct str *text)
{
    str_add_text(text, "# Your HSTS cache. https://curl.se/docs/hsts.html\n"
                       "# Written by quiver, in the format of curl.\n");
    list_each (pos, &h->order) {
        const struct hsts_entry *e = of_link(pos);
        char stamp[DATE_STAMP_LEN + 1] = "unlimited";
        if (!is_good(e, now))
            continue;
        if (e->until != INT64_MAX)
            date_stamp(e->until, stamp);
        str_printf(text, "%s%.*s \"%s\"\n", e->has_subdomains ? "." : "",
                   SPAN_ARG(e->host), stamp);
    }
    h->is_changed = false;
}
