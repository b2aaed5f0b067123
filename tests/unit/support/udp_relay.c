#include "support/udp_relay.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

static void send_on(struct udp_relay *r, bool is_up, struct span data)
{
    size_t sent;
    struct fault ignored;
    if (is_up)
        udp_write(r->back, NULL, NULL, 0, data, data.len, &sent, &ignored);
    else if (r->client.len)
        udp_write(r->front, &r->client, NULL, 0, data, data.len, &sent,
                  &ignored);
}

void udp_relay_inject(struct udp_relay *r, bool is_up, struct span data)
{
    send_on(r, is_up, data);
}

static void judge(struct udp_relay *r, bool is_up, size_t number,
                  struct span data)
{
    enum udp_relay_fate fate =
        r->judge ? r->judge(r, is_up, number, data) : UDP_RELAY_PASS;
    uint8_t copy[2048];
    if (fate == UDP_RELAY_DROP)
        return;
    if (fate == UDP_RELAY_CORRUPT && data.len <= sizeof copy) {
        memcpy(copy, data.base, data.len);
        copy[data.len / 2] ^= 0x10;
        data.base = copy;
    }
    send_on(r, is_up, data);
    if (fate == UDP_RELAY_TWICE)
        send_on(r, is_up, data);
}

static void on_up(struct udp_reader *reader, const struct udp_packet *p)
{
    struct udp_relay *r = container_of(reader, struct udp_relay, up);
    r->client = p->remote;
    if (p->data.len > r->largest_up)
        r->largest_up = p->data.len;
    if (p->ecn == 2)
        r->nmarked_up++;
    judge(r, true, ++r->nup, p->data);
}

static void on_down(struct udp_reader *reader, const struct udp_packet *p)
{
    struct udp_relay *r = container_of(reader, struct udp_relay, down);
    judge(r, false, ++r->ndown, p->data);
}

static void on_front(struct udp_events *e)
{
    struct udp_relay *r = container_of(e, struct udp_relay, front_events);
    struct fault ignored;
    udp_read(r->front, &r->up, 16, &ignored);
}

static void on_back(struct udp_events *e)
{
    struct udp_relay *r = container_of(e, struct udp_relay, back_events);
    struct fault ignored;
    udp_read(r->back, &r->down, 16, &ignored);
}

static void on_writable(struct udp_events *e)
{
    (void)e;
}

void udp_relay_open(struct udp_relay *r, struct loop *loop,
                    const struct addr *server)
{
    *r = (struct udp_relay){
        .loop = loop,
        .front_events = {on_front, on_writable},
        .back_events = {on_back, on_writable},
        .up = {on_up},
        .down = {on_down},
        .server = *server,
    };
    struct fault fault;
    struct addr any;
    addr_parse(&any, SPAN_LIT("127.0.0.1"), 0);
    r->front = udp_bind(loop, &any, &r->front_events, &fault);
    r->back = udp_connect(loop, server, NULL, &r->back_events, &fault);
    if (r->front == NULL || r->back == NULL)
        abort();
    udp_local(r->front, &r->at);
}

void udp_relay_close(struct udp_relay *r)
{
    udp_close(r->front);
    udp_close(r->back);
}

void udp_relay_rebind(struct udp_relay *r)
{
    struct fault fault;
    udp_close(r->back);
    r->back = udp_connect(r->loop, &r->server, NULL, &r->back_events, &fault);
    if (r->back == NULL)
        abort();
}
