#include "client/cookie_file.h"

#include <inttypes.h>

#include "base/arena.h"
#include "http/public_suffix.h"
#include "http/url_host.h"

#define HTTP_ONLY SPAN_LIT("#HttpOnly_")
#define FIELD     SPAN_LIT("Set-Cookie:")

enum {
    DOMAIN,
    SUBDOMAINS,
    PATH,
    SECURE,
    EXPIRES,
    NAME,
    VALUE,
    NPARTS,
};

/* ---- lines ---- */

static struct span without(struct span s, size_t n)
{
    return span_of(s.base + n, s.len - n);
}

static bool is_true(struct span s)
{
    return span_equal_nocase(s, SPAN_LIT("TRUE"));
}

static bool is_truth(struct span s)
{
    return is_true(s) || span_equal_nocase(s, SPAN_LIT("FALSE"));
}

/* Some writers leave the path out; an empty value may lack its TAB. */
static bool split(struct span line, struct span part[NPARTS])
{
    size_t n = 0;
    bool is_more = true;
    while (n < NPARTS && (is_more = span_next(&line, '\t', &part[n])))
        n++;
    if (is_more && line.base)
        return false;
    if (n < NPARTS && n > PATH && is_truth(part[PATH])) {
        memmove(&part[PATH + 1], &part[PATH], (n - PATH) * sizeof *part);
        part[PATH] = SPAN_LIT("/");
        n++;
    }
    if (n == VALUE)
        part[n++] = SPAN_LIT("");
    return n == NPARTS;
}

/* Some writers have fractions, which are cut off, or nothing for a session. */
static bool read_expires(struct span text, int64_t *expires)
{
    uint64_t number;
    size_t n = 0;
    *expires = COOKIE_SESSION;
    if (text.len == 0)
        return true;
    while (n < text.len && text.base[n] >= '0' && text.base[n] <= '9')
        n++;
    if (!span_to_u64_capped(span_of(text.base, n), &number) ||
        (n < text.len && text.base[n] != '.'))
        return false;
    *expires = number > INT64_MAX ? INT64_MAX : (int64_t)number;
    return true;
}

/* A host in its one form, in the arena. */
static bool read_host(struct span text, struct url_host *host,
                      struct arena *arena)
{
    struct str bracketed;
    struct fault fault;
    bool is_v6 =
        text.len > 0 && text.base[0] != '[' && memchr(text.base, ':', text.len);
    str_init(&bracketed);
    str_printf(&bracketed, is_v6 ? "[%.*s]" : "%.*s", SPAN_ARG(text));
    bool is_host = text.len > 0 &&
                   url_host_parse(host, str_span(&bracketed), arena, &fault);
    str_fini(&bracketed);
    return is_host;
}

/* Whose it is, for a cookie that comes with its domain.  What a public suffix
 * has set for itself ("localhost") is its own alone (RFC 6265bis 5.7). */
static bool settle_domain(struct cookie *c, struct arena *arena)
{
    struct url_host host;
    if (!read_host(c->domain, &host, arena))
        return false;
    c->domain = host.text;
    if (host.kind != URL_HOST_NAME || public_suffix_is(host.text))
        c->is_host_only = true;
    return true;
}

static bool read_line(struct span line, struct cookie *c, struct arena *arena)
{
    struct span part[NPARTS];
    *c = (struct cookie){.is_http_only = span_starts_nocase(line, HTTP_ONLY)};
    if (c->is_http_only)
        line = without(line, HTTP_ONLY.len);
    if (!split(line, part) || !is_truth(part[SUBDOMAINS]) ||
        !is_truth(part[SECURE]) || !read_expires(part[EXPIRES], &c->expires))
        return false;
    c->domain = part[DOMAIN];
    if (c->domain.len > 0 && c->domain.base[0] == '.')
        c->domain = without(c->domain, 1);
    c->is_host_only = !is_true(part[SUBDOMAINS]);
    c->path = part[PATH].len > 0 && part[PATH].base[0] == '/' ? part[PATH]
                                                              : SPAN_LIT("/");
    c->is_secure = is_true(part[SECURE]);
    c->name = part[NAME];
    c->value = part[VALUE];
    size_t len = c->name.len + c->value.len;
    return len > 0 && len <= COOKIE_NAME_VALUE_MAX &&
           !cookie_has_controls(c->name) && !cookie_has_controls(c->value) &&
           !cookie_has_controls(c->path) && settle_domain(c, arena) &&
           cookie_judge_prefix(c) == NULL;
}

/* "Set-Cookie: ..." as a server has said it. */
static bool read_field(struct span line, struct cookie *c, int64_t now,
                       struct arena *arena)
{
    if (cookie_parse(c, without(line, FIELD.len), now) != NULL)
        return false;
    bool had_path = c->path.base != NULL;
    c->is_host_only = c->domain.base == NULL;
    struct cookie said = *c;
    if (!had_path)
        c->path = SPAN_LIT("/");
    return cookie_judge_prefix(&said) == NULL &&
           (c->is_host_only || settle_domain(c, arena));
}

/* ---- loading ---- */

struct load {
    struct cookie_jar *jar;
    enum state_role role;
    int64_t now;
    struct arena arena; /* of a line */
};

/* True: it is a cookie, or none is meant to be. */
static bool take_line(struct load *l, struct span line,
                      struct state_report *report)
{
    struct cookie c;
    bool is_field = span_starts_nocase(line, FIELD);
    if (line.len == 0 ||
        (line.base[0] == '#' && !span_starts_nocase(line, HTTP_ONLY)))
        return true;
    if (is_field ? !read_field(line, &c, l->now, &l->arena)
                 : !read_line(line, &c, &l->arena))
        return false;
    if (c.expires != COOKIE_SESSION && c.expires <= l->now) {
        report->expired++;
        return true;
    }
    report->taken++;
    if (c.expires == COOKIE_SESSION && l->jar->drops_sessions)
        return true;
    if (c.domain.base == NULL)
        cookie_jar_put_unbound(l->jar, &c);
    else
        (void)cookie_jar_put(l->jar, &c, false, true, l->now);
    return true;
}

static bool is_withdrawn(const struct cookie_entry *e, const void *user)
{
    return !e->is_live && e->load == *(const unsigned *)user;
}

/* A head of an answer, as curl -D writes it, has other lines as well. */
static bool is_head(struct span text)
{
    return span_starts_nocase(text, SPAN_LIT("HTTP/"));
}

bool cookie_file_load(struct cookie_jar *jar, enum state_role role,
                      struct span text, int64_t now,
                      struct state_report *report)
{
    struct load l = {.jar = jar, .role = role, .now = now};
    struct span line;
    bool is_of_fields = is_head(text);
    *report = (struct state_report){.taken = 0};
    if (text.len > 0 && memchr(text.base, '\0', text.len))
        return false;
    jar->nloads++;
    arena_init(&l.arena);
    for (unsigned n = 1; span_next(&text, '\n', &line); n++) {
        while (line.len > 0 && line.base[line.len - 1] == '\r')
            line.len--;
        if (is_of_fields && !span_starts_nocase(line, FIELD))
            continue;
        if (!take_line(&l, line, report))
            state_report_bad(report, n);
        arena_reset(&l.arena);
    }
    arena_fini(&l.arena);
    if (role == STATE_MERGE)
        (void)cookie_jar_prune(jar, is_withdrawn, &jar->home_load);
    if (role != STATE_INPUT)
        jar->home_load = jar->nloads;
    return report->taken + report->expired > 0 || report->bad == 0;
}

/* ---- saving ---- */

static void add_line(struct str *text, const struct cookie *c)
{
    str_printf(text, "%s%s%.*s\t%s\t%.*s\t%s\t%" PRId64 "\t",
               c->is_http_only ? "#HttpOnly_" : "", c->is_host_only ? "" : ".",
               SPAN_ARG(c->domain), c->is_host_only ? "FALSE" : "TRUE",
               SPAN_ARG(c->path), c->is_secure ? "TRUE" : "FALSE", c->expires);
    str_add(text, c->name);
    str_add_char(text, '\t');
    str_add(text, c->value);
    str_add_char(text, '\n');
}

void cookie_file_save(struct cookie_jar *jar, int64_t now, struct str *text)
{
    str_add_text(text, "# Netscape HTTP Cookie File\n"
                       "# https://curl.se/docs/http-cookies.html\n"
                       "# Written by quiver, in the format of curl.\n\n");
    list_each (pos, &jar->order) {
        const struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_order);
        if (!e->is_tombstone &&
            (e->cookie.expires == COOKIE_SESSION || e->cookie.expires > now))
            add_line(text, &e->cookie);
    }
    jar->is_changed = false;
}
