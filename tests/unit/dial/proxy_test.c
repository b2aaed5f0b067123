/*
 * A dial through a hop before the origin, over the loopback: TLS with the one,
 * a tunnel that a fake step opens, TLS with the other.
 *
 * The far side is one program: it takes the connection, does TLS as the proxy
 * if it is to, reads a line with the destination, says "ok" or "no", and goes
 * on as the origin.
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/dial.h"
#include "dial/step.h"
#include "serve/selfsigned.h"
#include "transport/tcp.h"
#include "transport/tls.h"

static struct loop *loop;

/* The step: asks for the destination in a line, and passes on what follows. */

struct tunnel {
    struct transport t;
    struct transport *below;
    char answer[3];
    size_t len;
    struct loop_task reap;
};

static struct tunnel *tunnel_of(struct transport *t)
{
    return container_of(t, struct tunnel, t);
}

static enum io tunnel_read(struct transport *t, uint8_t *buf, size_t cap,
                           size_t *n)
{
    return transport_read(tunnel_of(t)->below, buf, cap, n);
}

static enum io tunnel_write(struct transport *t, const struct span *spans,
                            int nspans, size_t *n)
{
    return transport_write(tunnel_of(t)->below, spans, nspans, n);
}

static void tunnel_want(struct transport *t, unsigned events)
{
    transport_want(tunnel_of(t)->below, events);
}

static void tunnel_reap(struct loop_task *task)
{
    free(container_of(task, struct tunnel, reap));
}

static void tunnel_close(struct transport *t)
{
    transport_close(tunnel_of(t)->below);
    loop_reap(loop, &tunnel_of(t)->reap);
}

static const struct transport_ops tunnel_ops = {
    .name = "tunnel",
    .read = tunnel_read,
    .write = tunnel_write,
    .want = tunnel_want,
    .close = tunnel_close,
};

static void on_below_ready(struct transport *below, unsigned events)
{
    struct tunnel *u = below->owner;
    if (u->len == sizeof u->answer) { /* open */
        u->t.events->on_ready(&u->t, events);
        return;
    }
    size_t n = 0;
    enum io io = transport_read(below, (uint8_t *)u->answer + u->len,
                                sizeof u->answer - u->len, &n);
    u->len += n;
    if (io == IO_AGAIN || (io == IO_OK && u->len < sizeof u->answer))
        return;
    transport_want(below, 0);
    if (io == IO_OK && memcmp(u->answer, "ok\n", 3) == 0) {
        u->t.events->on_connected(&u->t);
        return;
    }
    fault_set(&u->t.fault, ERR_RECV, 0, "the tunnel was refused");
    u->t.events->on_failed(&u->t);
}

static const struct transport_events below_events = {
    .on_ready = on_below_ready,
};

static struct transport *start_tunnel(const struct step_goal *goal,
                                      struct transport *below,
                                      struct fault *fault)
{
    struct tunnel *u = XALLOC_NEW(struct tunnel);
    struct str line;
    size_t n;
    (void)fault;
    assert_non_null(goal->from);
    *u = (struct tunnel){
        .t.ops = &tunnel_ops, .below = below, .reap.run = tunnel_reap};
    below->events = &below_events;
    below->owner = u;
    str_init(&line);
    str_printf(&line, "%.*s:%u\n", SPAN_ARG(goal->to->at.host),
               goal->to->at.port);
    struct span bytes = str_span(&line);
    assert_int_equal(transport_write(below, &bytes, 1, &n), IO_OK);
    assert_int_equal(n, bytes.len);
    transport_want(below, LOOP_READ);
    str_fini(&line);
    return &u->t;
}

static const struct step_ops tunnel_step = {.name = "tunnel",
                                            .start = start_tunnel};

/* The far side. */

struct far {
    struct loop_fd listener;
    struct transport *t;
    struct tls_context *proxy_tls; /* NULL: a plain proxy */
    struct tls_context *origin_tls;
    struct settings proxy_settings;
    struct settings origin_settings;
    const char *answer;
    struct str line;
    bool is_tunnelling;
    bool is_over;
};

static const struct transport_events far_events;

static void over(struct far *f)
{
    if (f->t && !f->is_over)
        transport_close(f->t);
    f->is_over = true;
}

static void begin_tls(struct far *f, struct tls_context *c)
{
    struct span alpn = SPAN_LIT("http/1.1");
    f->t = tls_server(loop, f->t, c, &alpn, 1);
    f->t->events = &far_events;
    f->t->owner = f;
}

/* The line, byte by byte, so that nothing behind it is taken. */
static void on_far_ready(struct transport *t, unsigned events)
{
    struct far *f = t->owner;
    uint8_t byte;
    size_t n;
    (void)events;
    if (f->is_tunnelling)
        return;
    enum io io;
    while ((io = transport_read(t, &byte, 1, &n)) == IO_OK && byte != '\n')
        str_add(&f->line, span_of(&byte, 1));
    if (io == IO_AGAIN)
        return;
    if (io != IO_OK) {
        over(f);
        return;
    }
    struct span answer = span_str(f->answer);
    assert_int_equal(transport_write(t, &answer, 1, &n), IO_OK);
    f->is_tunnelling = true;
    transport_want(t, 0);
    begin_tls(f, f->origin_tls);
}

static void on_far_connected(struct transport *t)
{
    struct far *f = t->owner;
    transport_want(t, f->is_tunnelling ? 0 : LOOP_READ);
}

static void on_far_failed(struct transport *t)
{
    over(t->owner);
}

static const struct transport_events far_events = {
    .on_connected = on_far_connected,
    .on_ready = on_far_ready,
    .on_failed = on_far_failed,
};

static void on_accept(struct loop_fd *h, unsigned events)
{
    struct far *f = container_of(h, struct far, listener);
    (void)events;
    int fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    assert_null(f->t);
    f->t = tcp_accepted(loop, fd);
    f->t->events = &far_events;
    f->t->owner = f;
    if (f->proxy_tls)
        begin_tls(f, f->proxy_tls);
    else
        transport_want(f->t, LOOP_READ);
}

/* Both, and who is whom. */

struct world {
    struct selfsigned proxy_files;
    struct selfsigned origin_files;
    struct settings proxy_settings; /* of the client, for the proxy */
    struct settings settings;
    struct dialer dialer;
    struct route_hop proxy;
    struct dial_target target;
    struct far far;
    struct conn *conn;
    struct conn_facts facts;
    struct fault fault;
    bool has_failed;
};

static void on_connected(struct dial *d, struct conn *c)
{
    struct world *w = dial_owner(d);
    w->conn = c;
    w->facts = c->facts;
    loop_stop(loop);
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    struct world *w = dial_owner(d);
    w->has_failed = true;
    w->fault = *fault;
    w->facts = *facts;
    loop_stop(loop);
}

static const struct dial_events events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* The context borrows the settings. */
static struct tls_context *serve_as(const struct selfsigned *files,
                                    struct settings *s)
{
    struct fault fault;
    settings_defaults(s);
    s->tls.cert_file = str_text(&files->cert_file);
    s->tls.key_file = str_text(&files->key_file);
    struct tls_context *c = tls_context_server(s, TLS_CARRIER_TCP, &fault);
    assert_non_null(c);
    return c;
}

static uint16_t listen_at_loopback(struct loop_fd *h)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    h->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    h->on_ready = on_accept;
    assert_int_equal(bind(h->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(h->fd, 1), 0);
    assert_int_equal(getsockname(h->fd, (struct sockaddr *)&at, &len), 0);
    loop_watch(loop, h, LOOP_READ);
    return ntohs(at.sin_port);
}

static void open_world(struct world *w, bool is_secure_proxy)
{
    *w = (struct world){.far.answer = "ok\n"};
    loop = loop_new();
    assert_true(selfsigned_make(&w->proxy_files, &w->fault));
    assert_true(selfsigned_make(&w->origin_files, &w->fault));
    str_init(&w->far.line);
    w->far.origin_tls = serve_as(&w->origin_files, &w->far.origin_settings);
    if (is_secure_proxy)
        w->far.proxy_tls = serve_as(&w->proxy_files, &w->far.proxy_settings);
    dialer_init(&w->dialer, loop);
    settings_defaults(&w->proxy_settings);
    settings_defaults(&w->settings);
    w->proxy_settings.tls.ca_file = str_text(&w->proxy_files.ca_file);
    w->proxy_settings.http = SETTINGS_HTTP_1_1;
    w->settings.tls.ca_file = str_text(&w->origin_files.ca_file);
    w->proxy = (struct route_hop){
        .host = SPAN_LIT("localhost"),
        .at = {SPAN_LIT("127.0.0.1"), listen_at_loopback(&w->far.listener)},
        .is_secure = is_secure_proxy,
        .settings = &w->proxy_settings,
        .onward = &tunnel_step};
    w->target = (struct dial_target){.host = SPAN_LIT("localhost"),
                                     .port = 443,
                                     .is_secure = true,
                                     .settings = &w->settings,
                                     .proxy = &w->proxy};
}

static void close_world(struct world *w)
{
    if (w->conn)
        w->conn->ops->close(w->conn);
    over(&w->far);
    loop_unwatch(loop, &w->far.listener);
    (void)close(w->far.listener.fd);
    loop_run(loop);
    dialer_fini(&w->dialer);
    tls_context_free(w->far.proxy_tls);
    tls_context_free(w->far.origin_tls);
    str_fini(&w->far.line);
    selfsigned_remove(&w->proxy_files);
    selfsigned_remove(&w->origin_files);
    loop_free(loop);
}

static void dial(struct world *w)
{
    assert_non_null(dial_start(&w->dialer, &w->target, &events, w));
    loop_run(loop);
    assert_true(w->conn || w->has_failed);
}

static void the_origin_is_reached_through_its_proxy(void **state)
{
    (void)state;
    for (int is_secure = 0; is_secure <= 1; is_secure++) {
        struct world w;
        open_world(&w, is_secure);
        dial(&w);
        assert_non_null(w.conn);
        assert_string_equal(str_text(&w.far.line), "localhost:443");
        assert_int_equal(w.facts.remote_port, w.proxy.at.port);
        assert_true(w.facts.tls.verified);
        assert_string_equal(w.facts.tls.alpn, "http/1.1");
        assert_true(w.facts.connected_at > 0);
        assert_true(w.facts.secured_at > w.facts.connected_at);
        assert_int_equal(w.facts.nattempts, 1);
        close_world(&w);
    }
}

/* Its proxy's trust and name are no help. */
static void the_origin_must_prove_who_it_is_to_its_own_trust(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, true);
    w.settings.tls.ca_file = w.proxy_settings.tls.ca_file;
    w.proxy_settings.tls.verify = false;
    dial(&w);
    assert_int_equal(w.fault.code, ERR_TLS_VERIFY);
    assert_string_equal(str_text(&w.far.line), "localhost:443");
    close_world(&w);
    open_world(&w, true);
    w.target.host = SPAN_LIT("other.example");
    dial(&w);
    assert_int_equal(w.fault.code, ERR_TLS_VERIFY);
    assert_string_equal(str_text(&w.far.line), "other.example:443");
    close_world(&w);
}

static void the_proxy_must_prove_who_it_is_to_its_own(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, true);
    w.proxy_settings.tls.ca_file = w.settings.tls.ca_file;
    w.settings.tls.verify = false;
    dial(&w);
    assert_int_equal(w.fault.code, ERR_TLS_VERIFY);
    assert_int_equal(w.far.line.len, 0); /* it was told nothing */
    close_world(&w);
}

static void a_tunnel_that_is_refused_fails_the_attempt(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, false);
    w.far.answer = "no\n";
    dial(&w);
    assert_null(w.conn);
    assert_int_equal(w.fault.code, ERR_RECV);
    assert_string_equal(w.fault.detail, "the tunnel was refused");
    assert_int_equal(w.facts.attempts[0].result, ATTEMPT_FAILED);
    assert_string_equal(w.facts.attempts[0].why, "the tunnel was refused");
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_origin_is_reached_through_its_proxy),
        cmocka_unit_test(the_origin_must_prove_who_it_is_to_its_own_trust),
        cmocka_unit_test(the_proxy_must_prove_who_it_is_to_its_own),
        cmocka_unit_test(a_tunnel_that_is_refused_fails_the_attempt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
