#include "support/tls_pair.h"

#include <assert.h>
#include <string.h>

#include "support/test_certs.h"

static uint8_t pattern_byte(size_t at)
{
    return (uint8_t)(at * 31 + at / 251);
}

static void write_more(struct tls_side *side)
{
    uint8_t bytes[20000];
    while (side->to_send > 0) {
        size_t len =
            side->to_send < sizeof bytes ? side->to_send : sizeof bytes;
        for (size_t i = 0; i < len; i++)
            bytes[i] = pattern_byte(side->sent + i);
        struct span spans[] = {span_of(bytes, len / 3),
                               span_of(bytes + len / 3, len - len / 3)};
        size_t n = 0;
        enum io io = transport_write(side->t, spans, 2, &n);
        side->sent += n;
        side->to_send -= n;
        if (io == IO_AGAIN) {
            transport_want(side->t, LOOP_READ | LOOP_WRITE);
            return;
        }
        if (io == IO_FAILED) {
            side->fault = side->t->fault;
            break;
        }
    }
    transport_want(side->t, LOOP_READ);
}

static void on_connected(struct transport *t)
{
    struct tls_side *side = t->owner;
    assert(!side->is_connected && !side->has_failed);
    side->is_connected = true;
    side->facts = *tls_get_facts(t);
    transport_want(t, LOOP_READ);
    if (side->on_connected)
        side->on_connected(side);
    if (!side->is_over)
        write_more(side);
}

static void end(struct tls_side *side)
{
    if (side->read_io == IO_FAILED)
        side->fault = side->t->fault;
    tls_side_close(side);
}

static void read_all(struct tls_side *side)
{
    size_t left = side->budget ? side->budget : SIZE_MAX;
    while (left > 0) {
        size_t n = 0;
        size_t cap = left < 40000 ? left : 40000;
        char *to = str_reserve(&side->got, cap);
        side->read_io = transport_read(side->t, (uint8_t *)to, cap, &n);
        str_commit(&side->got, n);
        left -= n;
        if (side->read_io == IO_AGAIN)
            return;
        if (side->read_io != IO_OK) {
            end(side);
            return;
        }
    }
}

static void on_ready(struct transport *t, unsigned events)
{
    struct tls_side *side = t->owner;
    assert(side->is_connected && !side->is_over);
    if (events & LOOP_READ)
        read_all(side);
    if ((events & LOOP_WRITE) && !side->is_over)
        write_more(side);
}

static void on_failed(struct transport *t)
{
    struct tls_side *side = t->owner;
    assert(!side->is_connected && !side->has_failed);
    side->has_failed = true;
    side->fault = t->fault;
    tls_side_close(side);
}

static const struct transport_events side_events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

void tls_side_close(struct tls_side *side)
{
    if (side->is_over || side->t == NULL)
        return;
    side->is_over = true;
    transport_close(side->t);
}

void tls_side_send(struct tls_side *side, size_t n)
{
    side->to_send += n;
    if (side->is_connected && !side->is_over)
        write_more(side);
}

bool tls_side_got_pattern(const struct tls_side *side, size_t n)
{
    if (side->got.len != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)side->got.base[i] != pattern_byte(i))
            return false;
    return true;
}

static void init_side(struct tls_side *side)
{
    *side = (struct tls_side){.read_io = IO_AGAIN};
    str_init(&side->got);
}

void tls_pair_init(struct tls_pair *p)
{
    *p = (struct tls_pair){.loop = loop_new()};
    settings_defaults(&p->client_settings);
    settings_defaults(&p->server_settings);
    p->client_settings.tls.ca_file = test_certs_path("ca", ".pem");
    p->server_settings.tls.cert_file = test_certs_path("good", ".crt");
    p->server_settings.tls.key_file = test_certs_path("good", ".key");
    init_side(&p->client);
    init_side(&p->server);
}

bool tls_pair_contexts(struct tls_pair *p)
{
    p->client_context =
        tls_context_client(&p->client_settings, TLS_CARRIER_TCP, &p->fault);
    p->server_context =
        tls_context_server(&p->server_settings, TLS_CARRIER_TCP, &p->fault);
    return p->client_context && p->server_context;
}

static int split(const char *list, struct span *names, int cap)
{
    struct span rest = span_str(list);
    int n = 0;
    while (list && n < cap && span_next(&rest, ',', &names[n]))
        n++;
    return n;
}

static void adopt(struct tls_side *side, struct transport *t)
{
    void (*hook)(struct tls_side *) = side->on_connected;
    size_t to_send = side->to_send;
    size_t budget = side->budget;
    str_fini(&side->got);
    init_side(side);
    side->on_connected = hook;
    side->to_send = to_send;
    side->budget = budget;
    side->t = t;
    t->events = &side_events;
    t->owner = side;
}

void tls_pair_start(struct tls_pair *p, const char *host,
                    const char *client_alpn, const char *server_alpn)
{
    struct span names[8];
    pipe_transport_pair(p->loop, &p->client_pipe, &p->server_pipe);
    int n = split(client_alpn, names, 8);
    adopt(&p->client, tls_client(p->loop, p->client_pipe, p->client_context,
                                 span_str(host), names, n));
    n = split(server_alpn, names, 8);
    adopt(&p->server,
          tls_server(p->loop, p->server_pipe, p->server_context, names, n));
}

void tls_pair_end(struct tls_pair *p)
{
    tls_side_close(&p->client);
    loop_run(p->loop);
    tls_side_close(&p->server);
    loop_run(p->loop);
}

void tls_pair_fini(struct tls_pair *p)
{
    tls_pair_end(p);
    tls_context_free(p->client_context);
    tls_context_free(p->server_context);
    str_fini(&p->client.got);
    str_fini(&p->server.got);
    loop_free(p->loop);
}
