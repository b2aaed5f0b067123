#include "serve/datagram_mirror.h"

#include "serve/server.h"
#include "serve/server_counters.h"

/* What waits to go back, of one request.  A client whose path takes a while gets
 * what a window holds of small ones. */
#define WAITING_MAX 4096

/* At the end of each turn in which some came: so a page of metrics is right
 * while a stream lives, and no datagram pays for it. */
static void tell(struct datagram_mirror *m)
{
    struct server_counters *c = server_counters(m->stream->server);
    const struct datagrams_counters *now = &m->datagrams.counters;
    const struct datagrams_counters *told = &m->told;
    c->datagrams_in += now->received - told->received;
    c->datagrams_out += now->sent - told->sent;
    c->datagrams_dropped += now->dropped_full - told->dropped_full;
    c->datagrams_dropped += now->dropped_old - told->dropped_old;
    c->datagrams_dropped += now->dropped_large - told->dropped_large;
    m->told = *now;
}

static void on_tell(struct loop_task *task)
{
    tell(container_of(task, struct datagram_mirror, tell));
}

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct datagram_mirror *m =
        container_of(d, struct datagram_mirror, datagrams);
    struct stream *s = m->stream;
    struct loop *loop = server_loop(s->server);
    if (datagrams_push(d, payload, loop_now(loop)))
        s->ops->resume(s, EXCHANGE_DATAGRAM);
    loop_later(loop, &m->tell);
}

void datagram_mirror_init(struct datagram_mirror *m, struct stream *s)
{
    static const struct datagrams_limits limits = {.count = WAITING_MAX};
    *m = (struct datagram_mirror){
        .stream = s, .tell.run = on_tell, .datagrams.on_datagram = on_datagram};
    datagrams_init(&m->datagrams, &limits);
}

void datagram_mirror_fini(struct datagram_mirror *m)
{
    loop_forget(server_loop(m->stream->server), &m->tell);
    tell(m);
    datagrams_fini(&m->datagrams);
}
