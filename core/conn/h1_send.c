#include <stdio.h>

#include "base/trace.h"
#include "conn/h1_qlog.h"
#include "conn/h1_self.h"
#include "conn/h1_write.h"

/* Fills of the queue in one turn: then others get theirs. */
#define ROUNDS 8

static enum http_version request_version(const struct h1 *h)
{
    return h->settings->http == SETTINGS_HTTP_1_0 ? HTTP_VERSION_1_0
                                                  : HTTP_VERSION_1_1;
}

static void tell_chunk(struct h1_feed *f, struct span wire)
{
    h1_tell(container_of(f, struct h1, feed), TRACE_DATA_SENT, wire);
}

bool h1_send_start(struct h1 *h)
{
    const struct request *r = h->ex->request;
    struct h1_framing framing;
    str_clear(&h->head);
    if (!h1_write_request(&h->head, r, request_version(h), &framing, &h->why))
        return false;
    bool waits_for_switch = message_wants_switch(r);
    /* What follows the switch is no body: it has no frame of ours. */
    if (waits_for_switch)
        framing.kind = H1_FRAMING_CLOSE;
    h->feed = (struct h1_feed){.source = h->ex->body, .framing = framing};
    h->ex->tells_sent = framing.kind == H1_FRAMING_CHUNKED &&
                        trace_has_data(loop_trace(h->loop));
    if (h->ex->tells_sent)
        h->feed.tell = tell_chunk;
    h->must_close = !framing.keep_alive;
    h->head_left = h->head.len;
    buf_add(&h->out, str_span(&h->head));
    if (framing.kind == H1_FRAMING_NONE || (waits_for_switch && !h->ex->body))
        h->send = H1_SEND_QUEUED;
    else if (waits_for_switch || r->expect_continue)
        h->send = H1_SEND_WAITING;
    else
        h->send = H1_SEND_BODY;
    h1_trace(h, TRACE_REQUEST_HEAD, &h->head);
    if (h->qlog)
        h1_qlog_request(h, str_span(&h->head));
    return true;
}

void h1_send_reset(struct h1 *h)
{
    loop_disarm(h->loop, &h->expect);
    if (!h->is_pulling)
        buf_clear(&h->out);
    h->send = H1_SEND_IDLE;
    h->feed.source = NULL;
    h->has_sent = false;
    h->has_send_fault = false;
}

void h1_send_go(struct h1 *h)
{
    loop_disarm(h->loop, &h->expect);
    if (h->send == H1_SEND_WAITING)
        h->send = H1_SEND_BODY;
}

static void request_is_sent(struct h1 *h)
{
    h->send = H1_SEND_DONE;
    h->ex->sent_at = loop_now(h->loop);
}

/* Behind the last byte of our side of a tunnel comes its end. */
static void end_tunnel(struct h1 *h)
{
    transport_shut(h->transport);
    if (h->has_peer_ended)
        h1_finish(h, NULL);
}

void h1_send_nothing(struct h1 *h)
{
    if (h->send != H1_SEND_WAITING)
        return;
    h->feed.source = NULL;
    if (h->out.len > 0)
        h->send = H1_SEND_QUEUED;
    else
        request_is_sent(h);
}

void h1_send_stop(struct h1 *h)
{
    loop_disarm(h->loop, &h->expect);
    if (h->send != H1_SEND_DONE)
        h->send = H1_SEND_STOPPED;
}

/* The timer starts when the head is on its way, not when it was queued. */
static void head_is_sent(struct h1 *h)
{
    const struct request *r = h->ex->request;
    if (h->send == H1_SEND_WAITING && !message_wants_switch(r))
        loop_arm(h->loop, &h->expect,
                 loop_now(h->loop) + h->settings->timeouts.expect_100);
}

static void note_sent(struct h1 *h, size_t n)
{
    size_t head = n < h->head_left ? n : h->head_left;
    h->has_sent = true;
    h->ex->bytes_head_sent += head;
    h->head_left -= head;
    if (head > 0 && h->head_left == 0)
        head_is_sent(h);
}

/* The first bytes on a connection that was idle: the server may have closed
 * it in the meantime, and then nothing is lost by not writing. */
static bool check_before_first(struct h1 *h)
{
    if (h->has_sent || h->conn.ntaken <= 1 ||
        h->idle_since == loop_now(h->loop))
        return true;
    struct fault why;
    if (h1_receive_probe(h, &why))
        return true;
    h1_lose(h, &why);
    return false;
}

/*
 * A server that had enough of the request may have answered before it closed:
 * the answer, if there is one, says more than the failed write.
 */
static void write_failed(struct h1 *h)
{
    h->has_send_fault = true;
    h->send_fault = h->transport->fault;
    if (!h->has_sent) {
        h1_lose(h, &h->send_fault);
        return;
    }
    buf_clear(&h->out);
    if (h->has_peer_ended)
        h1_lose(h, &h->send_fault);
    else
        h1_send_stop(h);
}

/* Until the queue is empty or the transport is full; false: no more now. */
static bool flush(struct h1 *h)
{
    size_t n;
    enum io io = transport_write_queue(h->transport, &h->out, &n);
    if (n > 0)
        note_sent(h, n);
    if (io == IO_FAILED)
        write_failed(h);
    if (io != IO_OK)
        return false;
    if (h->send == H1_SEND_QUEUED) {
        request_is_sent(h);
        if (h1_is_connect_tunnel(h))
            end_tunnel(h);
    }
    return true;
}

/* The source cannot be trusted to go on: no complete message may come out of
 * this (RFC 9112 8), so the connection ends here. */
static void source_failed(struct h1 *h, const struct fault *fault)
{
    const struct fault copy = *fault;
    h->has_sent = true; /* not to be tried again elsewhere */
    h1_lose(h, &copy);
}

/* False when the connection was lost, or the exchange cancelled by its own
 * source: then the connection is closed. */
static bool fill(struct h1 *h)
{
    struct fault fault = {.code = ERR_READ};
    h->is_pulling = true;
    enum io io =
        h1_feed_fill(&h->feed, h->ex->request->trailers, &h->out, &fault);
    h->is_pulling = false;
    if (h->ex == NULL) {
        buf_clear(&h->out);
        return false;
    }
    if (h->qlog)
        h1_qlog_data(h, h->feed.taken - h->ex->bytes_body_sent, QLOG_LOCAL);
    h->ex->bytes_body_sent = h->feed.taken;
    switch (io) {
    case IO_OK:
        return true;
    case IO_AGAIN:
        h->send = H1_SEND_STALLED;
        return true;
    case IO_EOF:
        h->send = H1_SEND_QUEUED;
        return true;
    case IO_FAILED:
        source_failed(h, &fault);
        return false;
    }
    return true;
}

void h1_send_some(struct h1 *h)
{
    if (h->out.len > 0 && !check_before_first(h))
        return;
    for (int round = 0; round < ROUNDS; round++) {
        if (h->send == H1_SEND_BODY && !fill(h))
            return;
        if (!flush(h) || h->send != H1_SEND_BODY)
            return;
    }
}
