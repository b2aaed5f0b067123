/*
 * The preface is only looked at (MSG_PEEK), so the codec finds all bytes
 * still in the socket.  A client that sends "PR" and waits would make a
 * level-triggered loop spin: half a preface switches the readiness off and a
 * timer looks again.
 */
#include "serve/incoming.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/codecs.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "transport/tcp.h"
#include "transport/tls.h"

/* No HTTP/1 request begins like this; the rest of the preface is for the
 * codec to check. */
#define PREFACE    "PRI * HTTP/2.0\r\n"
#define LOOK_AGAIN (10 * LOOP_MS)

typedef struct peer *codec_new(struct server *srv, struct transport *t,
                               bool is_secure, const char *remote);

static struct loop *loop_of(const struct incoming *in)
{
    return server_loop(in->server);
}

/* Forgets everything but the connection itself. */
static void stop(struct incoming *in)
{
    loop_disarm(loop_of(in), &in->deadline);
    loop_disarm(loop_of(in), &in->again);
    if (in->fd.fd >= 0)
        loop_unwatch(loop_of(in), &in->fd);
}

void incoming_cancel(struct incoming *in)
{
    stop(in);
    if (in->transport)
        transport_close(in->transport);
    else
        close(in->fd.fd);
}

static void fail(struct incoming *in)
{
    server_counters(in->server)->unknown++;
    incoming_cancel(in);
    in->on_known(in, NULL);
}

static void become(struct incoming *in, codec_new *new_codec, bool is_secure)
{
    stop(in);
    server_counters_connection(server_counters(in->server),
                               new_codec == h2_server_new);
    in->on_known(in,
                 new_codec(in->server, in->transport, is_secure, in->remote));
}

static void on_deadline(struct loop_timer *t, uint64_t now)
{
    (void)now;
    fail(container_of(t, struct incoming, deadline));
}

/* ---- TLS ---- */

static void on_connected(struct transport *t)
{
    struct incoming *in = t->owner;
    bool is_h2 = strcmp(tls_get_facts(t)->alpn, "h2") == 0;
    become(in, is_h2 ? h2_server_new : h1_server_new, true);
}

static void on_tls_failed(struct transport *t)
{
    fail(t->owner);
}

static void on_tls_ready(struct transport *t, unsigned events)
{
    (void)t; /* nothing is wanted before the handshake is over */
    (void)events;
}

static void start_tls(struct incoming *in, int fd, struct tls_context *tls)
{
    static const struct transport_events events = {
        .on_connected = on_connected,
        .on_ready = on_tls_ready,
        .on_failed = on_tls_failed,
    };
    const struct span alpn[] = {SPAN_LIT("h2"), SPAN_LIT("http/1.1")};
    in->fd.fd = -1;
    in->transport =
        tls_server(loop_of(in), tcp_accepted(loop_of(in), fd), tls, alpn, 2);
    in->transport->owner = in;
    in->transport->events = &events;
}

/* ---- plain ---- */

static void become_plain(struct incoming *in, codec_new *new_codec)
{
    loop_unwatch(loop_of(in), &in->fd);
    in->transport = tcp_accepted(loop_of(in), in->fd.fd);
    in->fd.fd = -1;
    become(in, new_codec, false);
}

static void on_readable(struct loop_fd *h, unsigned events)
{
    struct incoming *in = container_of(h, struct incoming, fd);
    char seen[sizeof PREFACE - 1];
    (void)events;
    ssize_t n = recv(h->fd, seen, sizeof seen, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        fail(in);
    } else if (memcmp(seen, PREFACE, (size_t)n) != 0) {
        become_plain(in, h1_server_new);
    } else if ((size_t)n == sizeof seen) {
        become_plain(in, h2_server_new);
    } else {
        loop_watch(loop_of(in), h, 0);
        loop_arm(loop_of(in), &in->again, loop_now(loop_of(in)) + LOOK_AGAIN);
    }
}

static void on_again(struct loop_timer *t, uint64_t now)
{
    struct incoming *in = container_of(t, struct incoming, again);
    (void)now;
    loop_watch(loop_of(in), &in->fd, LOOP_READ);
}

static void start_plain(struct incoming *in, int fd)
{
    in->fd.fd = fd;
    in->fd.on_ready = on_readable;
    in->again.on_expired = on_again;
    loop_watch(loop_of(in), &in->fd, LOOP_READ);
}

void incoming_start(struct incoming *in, int fd, const struct addr *from,
                    struct tls_context *tls)
{
    uint64_t limit = server_get_options(in->server)->head_timeout;
    addr_format(from, in->remote);
    in->deadline.on_expired = on_deadline;
    loop_arm(loop_of(in), &in->deadline, loop_now(loop_of(in)) + limit);
    if (tls)
        start_tls(in, fd, tls);
    else
        start_plain(in, fd);
}
