#include "support/quic_world.h"

#include <stdio.h>
#include <stdlib.h>

#include "transport/udp_path.h"

static struct quic_world *of(struct quic_router *r)
{
    return container_of(r, struct quic_world, router);
}

static void must(bool ok, const struct fault *fault)
{
    if (ok)
        return;
    (void)fprintf(stderr, "%s\n", fault->detail);
    abort();
}

static void on_news(struct quic_toy *t)
{
    struct quic_world *w = t->test;
    if (w->is_done && w->is_done(w))
        loop_stop(w->loop);
}

static bool admit(struct quic_router *r)
{
    return !of(r)->is_refusing;
}

static void on_accepted(struct quic_router *r, struct quic *q,
                        const struct addr *remote)
{
    struct quic_world *w = of(r);
    (void)remote;
    if (w->npeers == QUIC_WORLD_PEERS)
        abort();
    struct quic_toy *t = &w->peers[w->npeers++];
    quic_toy_init(t, w->loop);
    t->ops.protocol = w->options.protocol;
    t->quic = q;
    t->is_echo = true;
    t->is_stingy = w->are_stingy;
    t->is_keeping = w->are_keeping;
    t->test = w;
    t->on_news = on_news;
    quic_set_app(q, &t->app);
}

static void on_released(struct quic_router *r)
{
    struct quic_world *w = of(r);
    w->nreleased++;
    if (w->is_done && w->is_done(w))
        loop_stop(w->loop);
}

static const struct quic_router_ops router_ops = {
    .admit = admit,
    .on_accepted = on_accepted,
    .on_released = on_released,
};

static void on_limit(struct loop_timer *t, uint64_t now)
{
    (void)t;
    (void)now;
    (void)fprintf(stderr, "what the test waits for did not happen\n");
    abort();
}

void quic_world_init(struct quic_world *w)
{
    *w = (struct quic_world){.limit = {.on_expired = on_limit}};
    w->loop = loop_new();
    must(selfsigned_make(&w->files, &w->fault), &w->fault);
    settings_defaults(&w->client_settings);
    settings_defaults(&w->server_settings);
    w->client_settings.tls.ca_file = str_text(&w->files.ca_file);
    w->server_settings.tls.cert_file = str_text(&w->files.cert_file);
    w->server_settings.tls.key_file = str_text(&w->files.key_file);
    quic_toy_init(&w->client, w->loop);
    w->client.is_keeping = true;
    w->client.test = w;
    w->client.on_news = on_news;
    w->options.max_streams = 100;
    w->options.protocol = &quic_toy_protocol;
}

void quic_world_open(struct quic_world *w)
{
    w->client_tls =
        tls_context_client(&w->client_settings, TLS_CARRIER_QUIC, &w->fault);
    must(w->client_tls != NULL, &w->fault);
    w->server_tls =
        tls_context_server(&w->server_settings, TLS_CARRIER_QUIC, &w->fault);
    must(w->server_tls != NULL, &w->fault);
    w->options.settings = &w->server_settings;
    w->options.tls = w->server_tls;
    addr_parse(&w->at, SPAN_LIT("127.0.0.1"), 0);
    must(quic_router_open(&w->router, w->loop, &w->at, &router_ops, &w->options,
                          &w->fault),
         &w->fault);
    udp_local(w->router.udp, &w->at);
}

void quic_world_close(struct quic_world *w)
{
    if (w->client.quic)
        quic_close(w->client.quic, QUIC_TOY_DONE);
    if (!w->is_shut)
        quic_router_close(&w->router);
    if (w->has_relay)
        udp_relay_close(&w->relay);
    loop_disarm(w->loop, &w->limit);
    loop_run(w->loop);
    quic_toy_fini(&w->client);
    for (size_t i = 0; i < w->npeers; i++)
        quic_toy_fini(&w->peers[i]);
    tls_context_free(w->client_tls);
    tls_context_free(w->server_tls);
    selfsigned_remove(&w->files);
    loop_free(w->loop);
}

void quic_world_shut(struct quic_world *w)
{
    quic_router_close(&w->router);
    w->is_shut = true;
}

void quic_world_relay(struct quic_world *w)
{
    udp_relay_open(&w->relay, w->loop, &w->at);
    w->relay.test = w;
    w->has_relay = true;
}

void quic_world_connect(struct quic_world *w, const char *host)
{
    const struct addr *to = w->has_relay ? &w->relay.at : &w->at;
    struct datagram_path *path = udp_path_connect(w->loop, to, NULL, &w->fault);
    must(path != NULL, &w->fault);
    w->client.quic = quic_connect(
        w->loop, path, span_str(host ? host : "localhost"), &w->client_settings,
        w->client_tls, NULL, &w->client.app, &w->fault);
    must(w->client.quic != NULL, &w->fault);
}

void quic_world_until(struct quic_world *w,
                      bool (*is_done)(struct quic_world *w))
{
    if (is_done(w))
        return;
    w->is_done = is_done;
    loop_arm(w->loop, &w->limit, loop_now(w->loop) + 20 * LOOP_S);
    loop_run(w->loop);
    w->is_done = NULL;
    loop_disarm(w->loop, &w->limit);
}

struct quic_toy *quic_world_peer(struct quic_world *w)
{
    return &w->peers[0];
}

bool quic_world_client_open(struct quic_world *w)
{
    return w->client.is_open;
}

bool quic_world_client_closed(struct quic_world *w)
{
    return w->client.is_closed;
}

bool quic_world_both_open(struct quic_world *w)
{
    return w->client.is_open && w->npeers && w->peers[0].is_open;
}

void quic_world_fill(uint8_t *bytes, size_t len)
{
    uint32_t x = 1;
    for (size_t i = 0; i < len; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(x >> 24);
    }
}
