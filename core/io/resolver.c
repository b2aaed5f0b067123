/*
 * resolver by getaddrinfo() on threads of our own.
 *
 * libuv has uv_getaddrinfo(), but its pool starts four threads for the first
 * name, cannot let go of a running lookup, and joins its threads when the
 * process ends: a name server that does not answer would hold the exit of a
 * cancelled command for many seconds.  Here a question starts one detached
 * thread a family.  They share a struct search with the question; whoever lets
 * go of it last frees it, so a cancelled lookup finishes on its own and a
 * process that ends does not wait for it.
 *
 * The threads write their answer into the search under its lock and wake the
 * loop through an eventfd.  Nothing here is touched for numeric addresses and
 * localhost, which are answered by a task.
 */
#include "io/resolver.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/xalloc.h"

/* RFC 1035 2.3.4 allows 255 octets on the wire; text needs no more. */
#define HOST_MAX ((size_t)255)

/* For NSS modules, which are not ours; only what they touch is used. */
#define STACK_SIZE ((size_t)512 * 1024)

struct search;

/* What is known of one family. */
struct answer {
    struct search *search;
    int family;
    bool is_done; /* written by the thread, under the lock */
    bool is_told;
    int gai_error;
    int sys_error;
    struct addr *addrs;
    size_t naddrs;
};

struct search {
    pthread_mutex_t lock;
    unsigned refs;            /* the question and its running threads */
    struct resolver_query *q; /* NULL: cancelled or ended */
    struct loop *loop;
    struct loop_fd wake;
    struct loop_task at_once;
    struct answer answers[2];
    int nanswers;
    uint16_t port;
    struct fault fault;
    char host[HOST_MAX + 1];
};

static void drop_search(struct search *s)
{
    (void)pthread_mutex_lock(&s->lock);
    unsigned left = --s->refs;
    (void)pthread_mutex_unlock(&s->lock);
    if (left > 0)
        return;
    for (int i = 0; i < s->nanswers; i++)
        free(s->answers[i].addrs);
    if (s->wake.fd >= 0)
        (void)close(s->wake.fd);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* On the lookup's thread. */

static void add_addr(struct answer *a, const struct addrinfo *ai, uint16_t port)
{
    struct addr addr = {.len = ai->ai_addrlen};
    if (ai->ai_addrlen > sizeof addr.sa)
        return;
    memcpy(&addr.sa, ai->ai_addr, ai->ai_addrlen);
    addr_set_port(&addr, port);
    for (size_t i = 0; i < a->naddrs; i++)
        if (addr_equal(&a->addrs[i], &addr))
            return;
    a->addrs = xalloc_resize(a->addrs, (a->naddrs + 1) * sizeof addr);
    a->addrs[a->naddrs++] = addr;
}

static void *look_up(void *arg)
{
    struct answer *a = arg;
    struct search *s = a->search;
    struct addrinfo hints = {.ai_family = a->family,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int error = getaddrinfo(s->host, NULL, &hints, &list);
    int sys_error = errno;
    for (struct addrinfo *ai = error ? NULL : list; ai; ai = ai->ai_next)
        add_addr(a, ai, s->port);
    if (list)
        freeaddrinfo(list);

    (void)pthread_mutex_lock(&s->lock);
    a->gai_error = error;
    a->sys_error = sys_error;
    a->is_done = true;
    (void)pthread_mutex_unlock(&s->lock);
    (void)eventfd_write(s->wake.fd, 1);
    drop_search(s);
    return NULL;
}

/* On the loop. */

/* A name server in trouble says more than a family without an address. */
static void keep_fault(struct search *s, const struct answer *a)
{
    bool is_no_name = a->gai_error == EAI_NONAME ||
                      a->gai_error == EAI_NODATA ||
                      a->gai_error == EAI_ADDRFAMILY || a->gai_error == 0;
    if (s->fault.code != ERR_NONE && is_no_name)
        return;
    const char *why = a->gai_error == EAI_SYSTEM ? strerror(a->sys_error)
                      : a->gai_error             ? gai_strerror(a->gai_error)
                                                 : "no address";
    (void)fault_set(&s->fault, ERR_HOST_NAME, 0, "could not resolve %.120s: %s",
                    s->host, why);
}

/* The query may be cancelled by the callback. */
static void tell(struct search *s, struct answer *a)
{
    a->is_told = true;
    if (a->naddrs > 0)
        s->q->on_addresses(s->q, a->addrs, a->naddrs);
    else
        keep_fault(s, a);
}

static void end(struct search *s)
{
    struct resolver_query *q = s->q;
    bool has_any = false;
    for (int i = 0; i < s->nanswers; i++)
        has_any |= s->answers[i].naddrs > 0;
    struct fault fault = s->fault;
    resolver_cancel(q);
    q->on_end(q, has_any ? NULL : &fault);
}

static void tell_all(struct search *s)
{
    bool is_over = true;
    (void)pthread_mutex_lock(&s->lock);
    s->refs++; /* a callback may cancel */
    (void)pthread_mutex_unlock(&s->lock);
    for (int i = 0; i < s->nanswers && s->q; i++) {
        struct answer *a = &s->answers[i];
        (void)pthread_mutex_lock(&s->lock);
        bool is_done = a->is_done;
        (void)pthread_mutex_unlock(&s->lock);
        is_over &= is_done;
        if (is_done && !a->is_told)
            tell(s, a);
    }
    if (s->q && is_over)
        end(s);
    drop_search(s);
}

static void on_wake(struct loop_fd *h, unsigned events)
{
    struct search *s = container_of(h, struct search, wake);
    eventfd_t count;
    (void)events;
    (void)eventfd_read(h->fd, &count);
    tell_all(s);
}

static void on_at_once(struct loop_task *task)
{
    tell_all(container_of(task, struct search, at_once));
}

static void add_answer(struct search *s, int family)
{
    s->answers[s->nanswers++] = (struct answer){.search = s, .family = family};
}

static bool allows(enum resolver_family wanted, int family)
{
    return wanted == RESOLVER_ANY ||
           wanted == (family == AF_INET ? RESOLVER_IPV4 : RESOLVER_IPV6);
}

static bool is_localhost(struct span host)
{
    if (host.len > 0 && host.base[host.len - 1] == '.')
        host.len--;
    struct span name = SPAN_LIT("localhost");
    if (host.len < name.len)
        return false;
    struct span end = span_of(host.base + host.len - name.len, name.len);
    return span_equal_nocase(end, name) &&
           (host.len == name.len || end.base[-1] == '.');
}

/* A numeric address or localhost; false for a name to look up. */
static bool answer_at_once(struct search *s, struct span host,
                           enum resolver_family family)
{
    struct addr addrs[2];
    int n = 0;
    if (addr_parse(&addrs[0], host, s->port)) {
        n = 1;
    } else if (is_localhost(host)) {
        (void)addr_parse(&addrs[0], span_str("::1"), s->port);
        (void)addr_parse(&addrs[1], span_str("127.0.0.1"), s->port);
        n = 2;
    }
    for (int i = 0; i < n; i++) {
        if (!allows(family, addr_family(&addrs[i])))
            continue;
        add_answer(s, addr_family(&addrs[i]));
        struct answer *a = &s->answers[s->nanswers - 1];
        a->addrs = xalloc_bytes(sizeof *a->addrs);
        a->addrs[0] = addrs[i];
        a->naddrs = 1;
        a->is_done = true;
    }
    if (n > 0 && s->nanswers == 0)
        (void)fault_set(&s->fault, ERR_HOST_NAME, 0,
                        "%.120s: not an address of the wanted family", s->host);
    return n > 0;
}

static void start_thread(struct search *s, struct answer *a)
{
    pthread_t thread;
    pthread_attr_t attr;
    (void)pthread_attr_init(&attr);
    (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    (void)pthread_attr_setstacksize(&attr, STACK_SIZE);
    (void)pthread_mutex_lock(&s->lock);
    s->refs++;
    (void)pthread_mutex_unlock(&s->lock);
    int error = pthread_create(&thread, &attr, look_up, a);
    (void)pthread_attr_destroy(&attr);
    if (error == 0)
        return;
    a->gai_error = EAI_SYSTEM;
    a->sys_error = error;
    a->is_done = true;
    loop_later(s->loop, &s->at_once);
    (void)pthread_mutex_lock(&s->lock);
    s->refs--; /* not the last: the search has its own */
    (void)pthread_mutex_unlock(&s->lock);
}

static void start_lookups(struct search *s, enum resolver_family family)
{
    s->wake.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (s->wake.fd < 0) {
        (void)fault_set_errno(&s->fault, ERR_HOST_NAME, errno, "eventfd");
        loop_later(s->loop, &s->at_once);
        return;
    }
    loop_watch(s->loop, &s->wake, LOOP_READ);
    if (allows(family, AF_INET6))
        add_answer(s, AF_INET6);
    if (allows(family, AF_INET))
        add_answer(s, AF_INET);
    for (int i = 0; i < s->nanswers; i++)
        start_thread(s, &s->answers[i]);
}

void resolver_start(struct loop *loop, struct resolver_query *q,
                    struct span host, uint16_t port,
                    enum resolver_family family)
{
    struct search *s = XALLOC_NEW(struct search);
    *s = (struct search){
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .refs = 1,
        .q = q,
        .loop = loop,
        .wake = {.fd = -1, .on_ready = on_wake},
        .at_once.run = on_at_once,
        .port = port,
    };
    q->state = s;
    size_t len = host.len < HOST_MAX ? host.len : HOST_MAX;
    memcpy(s->host, host.base, len);
    if (answer_at_once(s, host, family)) {
        loop_later(loop, &s->at_once);
    } else if (host.len == 0 || host.len > HOST_MAX ||
               memchr(host.base, '\0', host.len)) {
        (void)fault_set(&s->fault, ERR_HOST_NAME, 0, "%.120s: not a host name",
                        s->host);
        loop_later(loop, &s->at_once);
    } else {
        start_lookups(s, family);
    }
}

void resolver_cancel(struct resolver_query *q)
{
    struct search *s = q->state;
    if (s == NULL)
        return;
    q->state = NULL;
    s->q = NULL;
    loop_unwatch(s->loop, &s->wake);
    loop_forget(s->loop, &s->at_once);
    drop_search(s);
}
