/*
 * Ways through an HTTP proxy against whatever it answers: heads, refusals,
 * challenges, bytes of the tunnel, capsules, in whatever pieces, while exchanges
 * behind it come and go, and at last all pools go at once.
 *
 * The manager, its pools, the tunnels and HTTP/1.1 on both sides of them are real;
 * the dial is this program's: to the proxy it is a pipe whose other end the input
 * plays, to an origin the tunnel.
 *
 * What must hold: an exchange ends once, or never after its cancel; a transport
 * and a path report no two outcomes; nothing is left over (ASan).
 */
#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "conn/h1.h"
#include "dial/dial.h"
#include "fake_loop.h"
#include "fuzz_input.h"
#include "pool/manager.h"
#include "support/pipe_transport.h"
#include "transport/datagram_path.h"

#define OPERATIONS_MAX 200
#define EXCHANGES      6
#define PEERS          8
#define PATHS          2

enum {
    KNOB_PIECES = 1,
    KNOB_USER = 2,
    KNOB_AUTH = 12, /* enum settings_proxy_auth, twice too many */
    KNOB_SMALL_HEAD = 16,
};

enum {
    OP_SUBMIT,
    OP_CANCEL,
    OP_TEXT,
    OP_PIECE,
    OP_FILL,
    OP_SHUT,
    OP_CUT,
    OP_READ,
    OP_PASS,
    OP_PATH,
    OP_SEND,
    OP_LEAVE,
    OP_COUNT,
};

static const char *const texts[] = {
    "HTTP/1.1 200 Connection established\r\n\r\n",
    "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 403 No\r\nContent-Length: 3\r\n\r\nno\n",
    "HTTP/1.1 502 No\r\nProxy-Status: p; error=dns_error\r\n"
    "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
    "12\r\n<title>Why</title>\r\n0\r\n\r\n",
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
    "Content-Length: 0\r\n\r\n",
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"x\", nonce=\"n\", "
    "qop=\"auth\"\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 103 Early\r\n\r\n",
    "HTTP/1.1 101 Yes\r\nConnection: upgrade\r\nUpgrade: connect-udp\r\n\r\n",
    "HTTP/1.1 500 No\r\nContent-Length: 100000\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", /* of the origin */
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    "garbage\r\n\r\n",
    "\0\3\0hi",
};
/* The one with a zero in it. */
#define CAPSULE_LEN 5

struct client {
    struct exchange ex;
    bool is_live;
    bool is_used;
};

struct way {
    struct datagram_path *path;
    unsigned nreceived;
};

static struct world {
    struct loop *loop;
    struct manager *manager;
    struct dialer *dialer; /* its; NULL: no dial so far */
    struct settings settings;
    struct request request;
    struct client clients[EXCHANGES];
    struct transport *peers[PEERS];
    size_t npeers;
    struct way ways[PATHS];
    bool is_in_pieces;
} world;

/* The dial. */

struct dial {
    const struct dial_events *events;
    void *owner;
    struct dialer *dialer;
    const struct settings *settings;
    struct transport *tunnel;
    struct loop_task start;
    struct loop_task reap;
};

static void reap(struct loop_task *task)
{
    free(container_of(task, struct dial, reap));
}

static void retire(struct dial *d)
{
    loop_forget(d->dialer->loop, &d->start);
    loop_reap(d->dialer->loop, &d->reap);
}

static void win(struct dial *d, struct transport *t)
{
    struct conn_facts facts = {.id = dialer_conn_id(d->dialer)};
    struct conn *c = h1_new(d->dialer->loop, t, d->settings, &facts);
    retire(d);
    d->events->on_connected(d, c);
}

static void lose(struct dial *d, const struct fault *why)
{
    const struct conn_facts facts = {0};
    struct fault fault = *why;
    retire(d);
    d->events->on_failed(d, &fault, &facts);
}

static void on_connected(struct transport *t)
{
    struct dial *d = t->owner;
    d->tunnel = NULL;
    win(d, t);
}

static void on_ready(struct transport *t, unsigned events)
{
    (void)t;
    (void)events;
    assert(!"nobody asked");
}

static void on_failed(struct transport *t)
{
    struct dial *d = t->owner;
    const struct fault why = t->fault;
    assert(why.code != ERR_NONE && why.detail[0]);
    d->tunnel = NULL;
    transport_close(t);
    lose(d, &why);
}

static const struct transport_events tunnel_events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void reach_proxy(struct dial *d)
{
    struct transport *ours;
    struct transport *theirs;
    const struct fault none_left = {.code = ERR_CONNECT, .detail = "refused"};
    if (world.npeers == PEERS) {
        lose(d, &none_left);
        return;
    }
    pipe_transport_pair(d->dialer->loop, &ours, &theirs);
    pipe_transport_set_piece(ours, world.is_in_pieces ? 3 : 0);
    world.peers[world.npeers++] = theirs;
    win(d, ours);
}

static void start(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, start);
    if (d->settings->proxy.url == NULL) {
        reach_proxy(d);
        return;
    }
    d->tunnel = d->dialer->tunnels->connect(d->dialer, d->settings,
                                            SPAN_LIT("a.test"), 80);
    d->tunnel->events = &tunnel_events;
    d->tunnel->owner = d;
}

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner)
{
    struct dial *d = XALLOC_NEW(struct dial);
    *d = (struct dial){.events = events,
                       .owner = owner,
                       .dialer = dialer,
                       .settings = target->settings,
                       .start.run = start,
                       .reap.run = reap};
    world.dialer = dialer;
    loop_later(dialer->loop, &d->start);
    return d;
}

void *dial_owner(const struct dial *d)
{
    return d->owner;
}

const struct conn_facts *dial_facts(const struct dial *d)
{
    (void)d;
    return NULL;
}

const struct route_run *dial_run(const struct dial *d)
{
    static const struct route_run over_tcp;
    (void)d;
    return &over_tcp;
}

void dial_cancel(struct dial *d)
{
    if (d->tunnel)
        transport_close(d->tunnel);
    retire(d);
}

/* Exchanges with the origin. */

static void on_head(struct exchange *ex, const struct response_head *head)
{
    (void)ex;
    (void)head;
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    (void)ex;
    (void)data;
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)ex;
    (void)trailers;
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct client *c = container_of(ex, struct client, ex);
    (void)fault;
    assert(c->is_live);
    c->is_live = false;
    pool_release(ex);
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void submit(struct client *c)
{
    const struct origin origin = {.host = SPAN_LIT("a.test"), .port = 80};
    struct arena arena = c->ex.arena;
    struct str reuse;
    if (c->is_live || world.manager == NULL)
        return;
    if (c->is_used)
        arena_reset(&arena);
    else
        arena_init(&arena);
    c->is_used = true;
    c->is_live = true;
    c->ex = (struct exchange){.request = &world.request,
                              .sink = &sink,
                              .state = EXCHANGE_DONE,
                              .arena = arena};
    list_init(&c->ex.link);
    str_init(&reuse);
    settings_key(&world.settings, &reuse);
    pool_submit(
        manager_pool(world.manager, &origin, &world.settings, str_span(&reuse)),
        &c->ex);
    str_fini(&reuse);
}

static void cancel(struct client *c)
{
    if (!c->is_live)
        return;
    c->is_live = false;
    pool_cancel(&c->ex);
    pool_release(&c->ex);
}

/* Datagrams. */

static void leave(struct way *w)
{
    if (w->path)
        w->path->ops->close(w->path);
    w->path = NULL;
}

static void on_readable(struct datagram_path *p)
{
    struct fault fault = {.code = ERR_NONE};
    if (p->ops->receive(p, 1, &fault) != IO_FAILED)
        return;
    assert(fault.code != ERR_NONE && fault.detail[0]);
    leave(p->owner);
}

static void on_datagram(struct datagram_path *p, struct span data, uint8_t ecn)
{
    struct way *w = p->owner;
    (void)ecn;
    assert(w->path == p);
    if (data.len > 0 && data.base[0] == 'q')
        leave(w);
}

static void on_writable(struct datagram_path *p)
{
    p->ops->want_write(p, false);
}

static const struct datagram_path_events path_events = {
    .on_readable = on_readable,
    .on_datagram = on_datagram,
    .on_writable = on_writable,
};

static void open_path(struct way *w)
{
    if (w->path || world.manager == NULL || world.dialer == NULL)
        return;
    w->path = world.dialer->tunnels->connect_udp(world.dialer, &world.settings,
                                                 SPAN_LIT("2001:db8::1"), 443);
    w->path->events = &path_events;
    w->path->owner = w;
}

static void send_some(struct way *w, size_t len)
{
    static const uint8_t bytes[4096];
    const struct datagram_run run = {.data = span_of(bytes, len),
                                     .segment = 1200};
    struct fault fault;
    size_t sent = 0;
    if (w->path == NULL)
        return;
    switch (w->path->ops->send(w->path, &run, &sent, &fault)) {
    case IO_OK:
        assert(sent == len);
        break;
    case IO_AGAIN:
        assert(sent < len);
        w->path->ops->want_write(w->path, true);
        break;
    case IO_FAILED:
    case IO_EOF:
        leave(w);
        break;
    }
}

/* What the proxy does. */

static void send_text(struct transport *peer, uint8_t which)
{
    size_t i = which % (sizeof texts / sizeof *texts);
    bool is_capsule = texts[i][0] == '\0';
    pipe_transport_send(peer, is_capsule ? span_of(texts[i], CAPSULE_LEN)
                                         : span_str(texts[i]));
}

static void fill(struct transport *peer, uint8_t n)
{
    struct str bytes;
    str_init(&bytes);
    for (size_t i = 0; i < (size_t)n * 1024; i++)
        str_add_char(&bytes, 'b');
    pipe_transport_send(peer, str_span(&bytes));
    str_fini(&bytes);
}

static void read_all(struct transport *peer)
{
    struct str bytes;
    str_init(&bytes);
    (void)pipe_transport_receive(peer, &bytes);
    str_fini(&bytes);
}

static void play(struct transport **peer, uint8_t op, struct fuzz_input *in)
{
    if (*peer == NULL)
        return;
    bool is_deaf = pipe_transport_is_shut(*peer); /* the connection is gone */
    if (is_deaf && op != OP_SHUT)
        return;
    switch (op) {
    case OP_TEXT:
        send_text(*peer, fuzz_input_u8(in));
        break;
    case OP_PIECE:
        pipe_transport_send(*peer, fuzz_input_piece(in));
        break;
    case OP_FILL:
        fill(*peer, fuzz_input_u8(in));
        break;
    case OP_READ:
        read_all(*peer);
        break;
    case OP_CUT:
        pipe_transport_cut(*peer);
        transport_close(*peer);
        *peer = NULL;
        break;
    case OP_SHUT:
        transport_close(*peer);
        *peer = NULL;
        break;
    default:
        break;
    }
}

static void act(uint8_t op, struct fuzz_input *in)
{
    uint8_t which = fuzz_input_u8(in);
    switch (op) {
    case OP_SUBMIT:
        submit(&world.clients[which % EXCHANGES]);
        break;
    case OP_CANCEL:
        cancel(&world.clients[which % EXCHANGES]);
        break;
    case OP_PASS:
        fake_loop_pass(world.loop, which * 10 * LOOP_MS);
        break;
    case OP_PATH:
        open_path(&world.ways[which % PATHS]);
        break;
    case OP_SEND:
        send_some(&world.ways[which % PATHS], 100 + which * 10);
        break;
    case OP_LEAVE:
        leave(&world.ways[which % PATHS]);
        break;
    default:
        if (world.npeers > 0)
            play(&world.peers[which % world.npeers], op, in);
        break;
    }
}

static void open_world(uint8_t knobs)
{
    world = (struct world){.is_in_pieces = (knobs & KNOB_PIECES) != 0};
    world.loop = loop_new();
    world.manager = manager_new(world.loop);
    settings_defaults(&world.settings);
    world.settings.proxy.url =
        knobs & KNOB_USER ? "http://u:p@p.test:1" : "http://p.test:1";
    world.settings.proxy.auth =
        (enum settings_proxy_auth)((knobs & KNOB_AUTH) / 4 % 3);
    if (knobs & KNOB_SMALL_HEAD)
        world.settings.limits.head = 64;
    world.request = (struct request){.method = SPAN_LIT("GET"),
                                     .scheme = SPAN_LIT("http"),
                                     .authority = SPAN_LIT("a.test"),
                                     .target = SPAN_LIT("/"),
                                     .body_len = BODY_LEN_NONE};
    fields_init(&world.request.fields, NULL);
}

/* As a client does it: what runs is cancelled, then the pools go. */
static void close_world(void)
{
    for (size_t i = 0; i < EXCHANGES; i++)
        cancel(&world.clients[i]);
    for (size_t i = 0; i < PATHS; i++)
        leave(&world.ways[i]);
    manager_free(world.manager);
    fake_loop_turns(world.loop, 3);
    for (size_t i = 0; i < world.npeers; i++)
        if (world.peers[i])
            transport_close(world.peers[i]);
    for (size_t i = 0; i < EXCHANGES; i++)
        if (world.clients[i].is_used)
            arena_fini(&world.clients[i].ex.arena);
    loop_free(world.loop);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    open_world(fuzz_input_u8(&in));
    submit(&world.clients[0]);
    fake_loop_turns(world.loop, 2);
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        uint8_t op = fuzz_input_u8(&in);
        act(op % OP_COUNT, &in);
        if (op < 0x80)
            fake_loop_turns(world.loop, 2);
    }
    close_world();
    return 0;
}
