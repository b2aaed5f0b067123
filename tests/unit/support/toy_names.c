#include "support/toy_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct toy_names *used; /* find_server() has no user */

static void answer(struct dns_query *q, const struct toy_names_line *l)
{
    struct dns_answer a = {.why = "there is no such name"};
    if (l && l->has_address)
        (void)addr_parse(&a.addrs[a.naddrs++], SPAN_LIT("127.0.0.1"), 0);
    for (size_t i = 0; l && i < 3 && l->records[i].base; i++)
        a.records[a.nrecords++] = (struct dns_record){
            .owner = span_str(l->name), .rdata = l->records[i]};
    q->server = NULL;
    q->on_answer(q, &a);
}

static void on_answer(struct loop_task *task)
{
    struct toy_names *t = container_of(task, struct toy_names, answer);
    for (size_t i = 0; i < TOY_NAMES_ASKED; i++) {
        struct dns_query *q = t->asked[i].query;
        const struct toy_names_line *l = t->asked[i].line;
        bool is_kept = t->keeps_records && l && l->type == DNS_HTTPS;
        if (q == NULL || is_kept)
            continue;
        t->asked[i].query = NULL;
        answer(q, l);
    }
}

static const struct toy_names_line *
find_line(const struct toy_names *t, struct span name, enum dns_type type)
{
    for (size_t i = 0; i < t->nlines; i++)
        if (t->lines[i].type == type &&
            span_equal(name, span_str(t->lines[i].name)))
            return &t->lines[i];
    return NULL;
}

static void ask(struct dns_server *s, struct dns_query *q, struct span name,
                enum dns_type type)
{
    struct toy_names *t = container_of(s, struct toy_names, server);
    size_t i = 0;
    while (i < TOY_NAMES_ASKED && t->asked[i].query)
        i++;
    assert_true(i < TOY_NAMES_ASKED);
    t->asked[i].query = q;
    t->asked[i].line = find_line(t, name, type);
    t->nrecords += type == DNS_HTTPS;
    loop_later(t->loop, &t->answer);
}

static void cancel(struct dns_query *q)
{
    for (size_t i = 0; i < TOY_NAMES_ASKED; i++)
        if (used->asked[i].query == q)
            used->asked[i].query = NULL;
}

static struct dns_server *find_server(struct name_servers *n,
                                      const struct settings *s,
                                      struct fault *fault)
{
    (void)n;
    (void)s;
    (void)fault;
    return &used->server;
}

void toy_names_use(struct toy_names *t, struct dialer *dialer,
                   struct settings *settings,
                   const struct toy_names_line *lines, size_t n)
{
    static const struct name_servers_over_https over_https = {find_server};
    *t = (struct toy_names){.lines = lines,
                            .nlines = n,
                            .loop = dialer->loop,
                            .server = {.ask = ask, .cancel = cancel},
                            .answer.run = on_answer};
    used = t;
    dialer->names.over_https = &over_https;
    settings->addresses.doh_url = "https://names.example/";
}

struct span toy_names_record(uint8_t priority, struct span target,
                             uint16_t port, bool has_hint)
{
    static const uint8_t head[] = {0, 1, 0, 3, 2, 'h', '3', 0,
                                   2, 0, 0, 0, 3, 0,   2};
    static const uint8_t hint[] = {0, 4, 0, 4, 127, 0, 0, 1};
    static uint8_t wire[4][128];
    static size_t next;
    uint8_t *to = wire[next++ % 4];
    size_t n = 0;
    assert_true(target.len <= sizeof wire[0] - sizeof head - sizeof hint - 4);
    to[n++] = 0;
    to[n++] = priority;
    memcpy(to + n, target.base, target.len);
    n += target.len;
    memcpy(to + n, head, sizeof head);
    n += sizeof head;
    to[n++] = (uint8_t)(port >> 8);
    to[n++] = (uint8_t)port;
    if (has_hint) {
        memcpy(to + n, hint, sizeof hint);
        n += sizeof hint;
    }
    return span_of(to, n);
}
