#include "dial/records.h"

#include <stdio.h>

#include "base/trace.h"
#include "http/story.h"
#include "io/addr.h"

#define HTTPS_PORT 443

/* RFC 9460 3.1 leaves the bound to us; a loop ends by it. */
#define ALIASES_MAX 8

static void ask(struct records *r, struct span name)
{
    r->told = story_ask(r->story, loop_now(r->loop), name, "HTTPS", r->by);
    dns_ask(r->from, &r->query, name, DNS_HTTPS);
}

static void add_list(struct str *text, const char *name, const char *const *all,
                     size_t n)
{
    for (size_t i = 0; i < n; i++)
        str_printf(text, "%s%s", i > 0 ? "," : name, all[i]);
}

static void add_hints(struct str *text, const char *name, const uint8_t *bytes,
                      size_t size, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct addr a;
        char shown[ADDR_TEXT_MAX];
        addr_from_bytes(&a, span_of(bytes + i * size, size), 0);
        addr_format(&a, shown);
        str_printf(text, "%s%s", i > 0 ? "," : name, shown);
    }
}

/* "1 . alpn=h3,h2 port=8443 ipv4hint=192.0.2.7", as in a zone file (RFC 9460
 * 2.1), of what is understood here. */
static void add_text(const struct svcb *s, struct str *text)
{
    const char *alpn[3];
    size_t n = 0;
    str_printf(text, "%u %s", s->priority, s->target[0] ? s->target : ".");
    if (s->alpn & SVCB_H3)
        alpn[n++] = "h3";
    if (s->alpn & SVCB_H2)
        alpn[n++] = "h2";
    if (s->alpn & SVCB_H1)
        alpn[n++] = "http/1.1";
    add_list(text, " alpn=", alpn, n);
    if (s->port)
        str_printf(text, " port=%u", s->port);
    add_hints(text, " ipv4hint=", s->ipv4[0], sizeof s->ipv4[0], s->nipv4);
    add_hints(text, " ipv6hint=", s->ipv6[0], sizeof s->ipv6[0], s->nipv6);
    if (s->ech_len)
        str_add_text(text, " ech");
}

static void tell_records(struct records *r)
{
    struct str text;
    if (r->told == NULL)
        return;
    str_init(&text);
    for (size_t i = 0; i < r->set.n; i++) {
        str_clear(&text);
        add_text(&r->set.records[i], &text);
        story_answer(r->story, r->told, str_text(&text));
    }
    str_fini(&text);
    story_end(r->story, r->told, loop_now(r->loop),
              r->set.n > 0 ? STORY_FOUND : STORY_NOTHING,
              r->set.n > 0 ? NULL : "none that can be used");
}

static void end(struct records *r, const char *why)
{
    r->why = why;
    r->is_asking = false;
    r->on_done(r);
}

static void set_name(struct records *r, struct span name)
{
    (void)snprintf(r->name, sizeof r->name, "%.*s", SPAN_ARG(name));
}

/* Where the name is an alias of another in DNS itself (CNAME), the records are
 * that one's. */
static void take(struct records *r, const struct dns_answer *a)
{
    svcb_set_init(&r->set);
    for (size_t i = 0; i < a->nrecords; i++)
        svcb_set_add(&r->set, a->records[i].rdata);
    svcb_set_end(&r->set);
}

static void follow(struct records *r)
{
    struct span to = span_str(r->set.records[0].target);
    r->set.n = 0;
    if (to.len == 0) { /* RFC 9460 2.5.1: not available */
        end(r, "an alias of nothing");
        return;
    }
    if (++r->naliases > ALIASES_MAX) {
        end(r, "too many aliases, or a circle of them");
        return;
    }
    r->is_alias = true;
    set_name(r, to);
    ask(r, span_str(r->name));
}

static void on_answer(struct dns_query *q, const struct dns_answer *a)
{
    struct records *r = container_of(q, struct records, query);
    if (a->nrecords == 0) {
        story_end(r->story, r->told, loop_now(r->loop),
                  a->is_failure ? STORY_FAILED : STORY_NOTHING, a->why);
        end(r, a->why);
        return;
    }
    take(r, a);
    tell_records(r);
    if (svcb_set_is_alias(&r->set))
        follow(r);
    else if (r->set.is_malformed)
        end(r, "malformed HTTPS records");
    else if (r->set.n == 0)
        end(r, "HTTPS records that need what is not known here");
    else {
        /* Of the origin at another port the name is the origin's still (RFC
         * 9460 9.1), unless it was an alias. */
        bool is_same =
            span_equal_nocase(a->records[0].owner, span_str(r->name));
        bool is_prefixed =
            a->records[0].owner.len > 0 && a->records[0].owner.base[0] == '_';
        if (!is_same && !is_prefixed)
            set_name(r, a->records[0].owner);
        end(r, NULL);
    }
}

void records_start(struct records *r, struct span host, uint16_t port)
{
    char name[SVCB_NAME_MAX + sizeof "_65535._https."];
    r->query = (struct dns_query){.on_answer = on_answer};
    r->is_asking = true;
    set_name(r, host);
    if (port == HTTPS_PORT) {
        ask(r, host);
        return;
    }
    (void)snprintf(name, sizeof name, "_%u._https.%.*s", port, SPAN_ARG(host));
    ask(r, span_str(name));
}

void records_cancel(struct records *r)
{
    if (r->is_asking)
        story_end(r->story, r->told, loop_now(r->loop), STORY_LATE,
                  "nobody waited any longer");
    r->is_asking = false;
    dns_cancel(&r->query);
}
