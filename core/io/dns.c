/*
 * dns by c-ares, driven by our loop.
 *
 * c-ares tells which of its sockets it waits for and until when; a descriptor
 * each and one timer are all that it needs.  It may answer from within the
 * call that asks (from its cache, or because nobody can be asked), so an
 * answer is kept and told in a task.
 *
 * A question that nobody waits for any more goes on: its answer is in the cache
 * for the next one.  It keeps no client running.
 *
 * Addresses are asked with ares_getaddrinfo(), a family at a time, so that
 * /etc/hosts and the search list hold as they do in curl; records with a
 * question for just this name.
 */
#include "io/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/xalloc.h"
#include "io/dns_message.h"

#define TRIES      3
#define TIMEOUT_MS 2000

struct channel {
    struct dns_server server;
    struct loop *loop;
    ares_channel_t *ares;
    struct list sockets;
    struct list asks; /* whose answer has come, and is to be told */
    struct loop_timer timer;
    struct loop_task tell;
    bool is_ending;
};

struct watched {
    struct loop_fd fd;
    struct channel *channel;
    struct list link;
};

struct ask {
    struct channel *channel;
    struct dns_query *query; /* NULL: nobody waits */
    enum dns_type type;
    struct list link;
    struct arena arena;
    struct dns_answer answer;
};

static struct channel *channel_of(struct dns_server *s)
{
    return container_of(s, struct channel, server);
}

/* ---- sockets and time ---- */

static void rearm(struct channel *c)
{
    struct timeval tv;
    if (ares_timeout(c->ares, NULL, &tv) == NULL) {
        loop_disarm(c->loop, &c->timer);
        return;
    }
    uint64_t ns =
        (uint64_t)tv.tv_sec * LOOP_S + (uint64_t)tv.tv_usec * (LOOP_MS / 1000);
    loop_arm(c->loop, &c->timer, loop_now(c->loop) + ns);
}

static void on_ready(struct loop_fd *h, unsigned events)
{
    struct channel *c = container_of(h, struct watched, fd)->channel;
    int fd = h->fd; /* *h may go meanwhile */
    ares_process_fd(c->ares, events & LOOP_READ ? fd : ARES_SOCKET_BAD,
                    events & LOOP_WRITE ? fd : ARES_SOCKET_BAD);
    rearm(c);
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct channel *c = container_of(t, struct channel, timer);
    (void)now;
    ares_process_fd(c->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    rearm(c);
}

static struct watched *find(const struct channel *c, int fd)
{
    list_each (pos, &c->sockets) {
        struct watched *w = container_of(pos, struct watched, link);
        if (w->fd.fd == fd)
            return w;
    }
    return NULL;
}

/* c-ares opens, waits otherwise, or is about to close. */
static void on_socket(void *user, ares_socket_t fd, int readable, int writable)
{
    struct channel *c = user;
    struct watched *w = find(c, fd);
    unsigned wanted =
        (readable ? LOOP_READ : 0U) | (writable ? LOOP_WRITE : 0U);
    if (wanted == 0) {
        if (w == NULL)
            return;
        loop_unwatch(c->loop, &w->fd);
        list_remove(&w->link);
        free(w);
        return;
    }
    if (w == NULL) {
        w = XALLOC_NEW(struct watched);
        w->fd = (struct loop_fd){.fd = fd, .on_ready = on_ready};
        w->channel = c;
        list_append(&c->sockets, &w->link);
    }
    loop_watch(c->loop, &w->fd, wanted);
}

/* ---- answers ---- */

static void free_ask(struct ask *a)
{
    list_remove(&a->link);
    arena_fini(&a->arena);
    free(a);
}

static void on_tell(struct loop_task *task)
{
    struct channel *c = container_of(task, struct channel, tell);
    while (!list_is_empty(&c->asks)) {
        struct ask *a = container_of(c->asks.next, struct ask, link);
        struct dns_query *q = a->query;
        list_remove(&a->link);
        if (q) {
            q->server = NULL;
            q->state = NULL;
            a->query = NULL;
            q->on_answer(q, &a->answer); /* the channel outlives it */
        }
        free_ask(a);
    }
}

static void keep(struct ask *a)
{
    struct channel *c = a->channel;
    if (a->query == NULL || c->is_ending) {
        free_ask(a);
        return;
    }
    list_append(&c->asks, &a->link);
    loop_later(c->loop, &c->tell);
}

static void note_failure(struct ask *a, int status)
{
    switch (status) {
    case ARES_SUCCESS:
        break;
    case ARES_ENOTFOUND:
    case ARES_ENONAME:
        a->answer.why = "there is no such name";
        break;
    case ARES_ENODATA:
        a->answer.why = a->type == DNS_HTTPS ? "no HTTPS record" : "no address";
        break;
    default:
        a->answer.is_failure = true;
        a->answer.why = ares_strerror(status);
        break;
    }
}

static void on_addresses(void *user, int status, int timeouts,
                         struct ares_addrinfo *info)
{
    struct ask *a = user;
    (void)timeouts;
    note_failure(a, status);
    for (const struct ares_addrinfo_node *n = info ? info->nodes : NULL;
         n && a->answer.naddrs < DNS_RECORDS_MAX; n = n->ai_next) {
        struct addr *to = &a->answer.addrs[a->answer.naddrs];
        if (n->ai_addrlen > sizeof to->sa)
            continue;
        *to = (struct addr){.len = n->ai_addrlen};
        memcpy(&to->sa, n->ai_addr, n->ai_addrlen);
        a->answer.naddrs++;
    }
    if (info)
        ares_freeaddrinfo(info);
    keep(a);
}

/* As bytes again, so that whatever way it came there is one reader. */
static void on_record(void *user, ares_status_t status, size_t timeouts,
                      const ares_dns_record_t *record)
{
    struct ask *a = user;
    unsigned char *wire = NULL;
    size_t len = 0;
    (void)timeouts;
    note_failure(a, (int)status);
    if (status == ARES_SUCCESS && record &&
        ares_dns_write(record, &wire, &len) == ARES_SUCCESS)
        dns_message_read(span_of(wire, len), a->type, &a->answer, &a->arena);
    ares_free_string(wire);
    keep(a);
}

/* ---- questions ---- */

static void ask(struct dns_server *s, struct dns_query *q, struct span name,
                enum dns_type type)
{
    struct channel *c = channel_of(s);
    struct ask *a = XALLOC_NEW(struct ask);
    a->channel = c;
    a->query = q;
    a->type = type;
    list_init(&a->link);
    arena_init(&a->arena);
    q->state = a;
    const char *text = (const char *)arena_copy(&a->arena, name).base;
    if (type == DNS_HTTPS) {
        (void)ares_query_dnsrec(c->ares, text, ARES_CLASS_IN,
                                ARES_REC_TYPE_HTTPS, on_record, a, NULL);
    } else {
        struct ares_addrinfo_hints hints = {
            .ai_flags = ARES_AI_NOSORT,
            .ai_family = type == DNS_A ? AF_INET : AF_INET6,
            .ai_socktype = SOCK_STREAM,
        };
        ares_getaddrinfo(c->ares, text, NULL, &hints, on_addresses, a);
    }
    rearm(c);
}

static void cancel(struct dns_query *q)
{
    struct ask *a = q->state;
    q->state = NULL;
    if (a == NULL)
        return;
    a->query = NULL;
    if (!list_is_empty(&a->link)) /* it was about to be told */
        free_ask(a);
}

/* ---- the channel ---- */

static bool set_own(struct channel *c, const struct dns_config *config,
                    struct fault *fault)
{
    struct in_addr ipv4;
    struct in6_addr ipv6;
    if (config->interface)
        ares_set_local_dev(c->ares, config->interface);
    if (config->ipv4) {
        if (inet_pton(AF_INET, config->ipv4, &ipv4) != 1) {
            (void)fault_set(fault, ERR_USAGE, 0,
                            "--dns-ipv4-addr: '%s' is no IPv4 address",
                            config->ipv4);
            return false;
        }
        ares_set_local_ip4(c->ares, ntohl(ipv4.s_addr));
    }
    if (config->ipv6) {
        if (inet_pton(AF_INET6, config->ipv6, &ipv6) != 1) {
            (void)fault_set(fault, ERR_USAGE, 0,
                            "--dns-ipv6-addr: '%s' is no IPv6 address",
                            config->ipv6);
            return false;
        }
        ares_set_local_ip6(c->ares, ipv6.s6_addr);
    }
    return true;
}

static bool set_servers(struct channel *c, const struct dns_config *config,
                        struct fault *fault)
{
    if (config->servers == NULL)
        return true;
    int status = ares_set_servers_csv(c->ares, config->servers);
    if (status == ARES_SUCCESS && *config->servers)
        return true;
    (void)fault_set(
        fault, ERR_USAGE, 0, "--dns-servers: '%s': %s", config->servers,
        status == ARES_SUCCESS ? "no server" : ares_strerror(status));
    return false;
}

struct dns_server *dns_new(struct loop *loop, const struct dns_config *config,
                           struct fault *fault)
{
    struct channel *c = XALLOC_NEW(struct channel);
    c->server = (struct dns_server){.ask = ask, .cancel = cancel};
    c->loop = loop;
    c->timer.on_expired = on_timer;
    c->tell.run = on_tell;
    list_init(&c->sockets);
    list_init(&c->asks);
    struct ares_options options = {
        /* Without this, 127.0.0.1 is asked where no server is named. */
        .flags = ARES_FLAG_EDNS | (config->servers ? 0 : ARES_FLAG_NO_DFLT_SVR),
        .timeout = TIMEOUT_MS,
        .tries = TRIES,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = c,
    };
    int status = ares_init_options(&c->ares, &options,
                                   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS |
                                       ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) {
        (void)fault_set(fault, ERR_HOST_NAME, 0, "name servers: %s",
                        ares_strerror(status));
        free(c);
        return NULL;
    }
    if (set_own(c, config, fault) && set_servers(c, config, fault))
        return &c->server;
    dns_free(&c->server);
    return NULL;
}

void dns_free(struct dns_server *s)
{
    if (s == NULL)
        return;
    struct channel *c = channel_of(s);
    c->is_ending = true;
    ares_destroy(c->ares); /* every question ends, every socket closes */
    while (!list_is_empty(&c->asks))
        free_ask(container_of(c->asks.next, struct ask, link));
    loop_disarm(c->loop, &c->timer);
    loop_forget(c->loop, &c->tell);
    free(c);
}
