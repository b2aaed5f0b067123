/*
 * dns -- questions to name servers, and where they go.
 *
 * A name server is whoever answers them: those of the system or chosen ones,
 * asked by c-ares (dns_new()), or another that the layers above know (over
 * HTTPS).  The system's own resolver, with /etc/hosts and NSS, is none of them:
 * see resolver.h.
 */
#ifndef CORE_IO_DNS_H
#define CORE_IO_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"
#include "io/loop.h"

enum dns_type {
    DNS_A = 1,
    DNS_AAAA = 28,
    DNS_HTTPS = 65,
};

struct dns_record {
    struct span owner; /* text, without a dot at its end */
    struct span rdata; /* as on the wire, without compression */
};

#define DNS_RECORDS_MAX 16 /* of a kind in one answer; more are ignored */

/* Lives as long as its callback. */
struct dns_answer {
    struct addr addrs[DNS_RECORDS_MAX]; /* of DNS_A and DNS_AAAA; port 0 */
    size_t naddrs;
    struct dns_record records[DNS_RECORDS_MAX]; /* of DNS_HTTPS */
    size_t nrecords;
    const char *why; /* there is nothing: one line */
    bool is_failure; /* and nobody could say so: a server in trouble */
};

struct dns_query {
    /* Once, never before dns_ask() has returned, not after dns_cancel(). */
    void (*on_answer)(struct dns_query *q, const struct dns_answer *a);
    const struct dns_server *server; /* it was asked of; NULL: over, or never */
    void *state;                     /* the server's own */
};

struct dns_server {
    void (*ask)(struct dns_server *s, struct dns_query *q, struct span name,
                enum dns_type type);
    void (*cancel)(struct dns_query *q);
};

static inline void dns_ask(struct dns_server *s, struct dns_query *q,
                           struct span name, enum dns_type type)
{
    q->server = s;
    s->ask(s, q, name, type);
}

/* Running or not. */
static inline void dns_cancel(struct dns_query *q)
{
    if (q->server)
        q->server->cancel(q);
    q->server = NULL;
}

/* Whom c-ares asks, and from where. */
struct dns_config {
    const char *servers;   /* "ADDR[:PORT],..."; NULL: the system's */
    const char *interface; /* NULL: any */
    const char *ipv4;      /* our address; NULL: any */
    const char *ipv6;
};

/* NULL with *fault: ERR_USAGE for what cannot be understood, else ERR_HOST_NAME
 * (the system names no server). */
struct dns_server *dns_new(struct loop *loop, const struct dns_config *config,
                           struct fault *fault);
/* What was asked is over, without an answer. */
void dns_free(struct dns_server *s);

#endif
