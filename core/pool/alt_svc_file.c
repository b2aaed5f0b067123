/*
 * curl's file:
 *
 *     h2 host 443 h3 host 8443 "20191231 23:59:59" 0 1
 *
 * The origin, with what it was heard over; the place; until when; does it outlast a
 * change of network; a priority.
 */
#include "http/date.h"
#include "http/url_host.h"
#include "pool/alt_svc_self.h"

static const struct {
    const char *name;
    enum alt_svc_protocol protocol;
} names[] = {
    {"h1", ALT_SVC_H1},
    {"h2", ALT_SVC_H2},
    {"h3", ALT_SVC_H3},
};

const char *alt_svc_protocol_name(enum alt_svc_protocol protocol)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].protocol == protocol)
            return names[i].name;
    return NULL;
}

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
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_equal(name, span_str(names[i].name))) {
            *protocol = names[i].protocol;
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
        const struct alt_svc_entry *known = alt_svc_self_find(a, host, port);
        if (known == NULL || !known->is_heard)
            alt_svc_self_add_place(alt_svc_self_touch(a, host, port), &p);
        report->taken++;
    }
    return report->taken + report->expired > 0 || report->bad == 0;
}

static void add_host(struct str *text, struct span host)
{
    bool is_v6 = memchr(host.base, ':', host.len) != NULL;
    str_printf(text, is_v6 ? "[%.*s]" : "%.*s", SPAN_ARG(host));
}

void alt_svc_save(struct alt_svc *a, int64_t now, struct str *text)
{
    str_add_text(text,
                 "# Your alt-svc cache. https://curl.se/docs/alt-svc.html\n"
                 "# Written by quiver, in the format of curl.\n");
    list_each (pos, &a->order) {
        const struct alt_svc_entry *e =
            container_of(pos, struct alt_svc_entry, link);
        for (size_t i = 0; i < e->nplaces; i++) {
            const struct alt_svc_place *p = &e->places[i];
            char stamp[DATE_STAMP_LEN + 1];
            if (p->until <= now)
                continue;
            date_stamp(p->until, stamp);
            str_add_text(text, "h2 ");
            add_host(text, span_str(e->host));
            str_printf(text, " %u %s ", e->port,
                       alt_svc_protocol_name(p->protocol));
            add_host(text, p->host);
            str_printf(text, " %u \"%s\" %d 0\n", p->port, stamp,
                       p->is_persistent);
        }
    }
    a->is_changed = false;
}
