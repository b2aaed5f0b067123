#include <stdio.h>

#include "base/fault.h"
#include "base/trace.h"
#include "conn/h1_framing.h"
#include "conn/h1_qlog.h"
#include "conn/h1_self.h"
#include "conn/h1_upgrade.h"
#include "transport/tls_alert.h"

/* Reads of up to 64 KiB in one turn: then others get theirs. */
#define READS 8

static void trace_raw_head(struct h1 *h)
{
    if (h->parse.keep_raw)
        h1_trace(h, TRACE_RESPONSE_HEAD, &h->parse.raw);
}

static void trace_trailers(struct h1 *h)
{
    struct trace *trace = loop_trace(h->loop);
    const struct fields *t = &h->parse.trailers;
    if (!trace_wanted(trace))
        return;
    struct str text;
    str_init(&text);
    for (size_t i = 0; i < t->len; i++)
        str_printf(&text, "%.*s: %.*s\r\n", SPAN_ARG(t->items[i].name),
                   SPAN_ARG(t->items[i].value));
    h1_trace(h, TRACE_TRAILERS, &text);
    str_fini(&text);
}

/* The peer ends the connection after this one, or it is another protocol's:
 * nobody else should come. */
static void announce_close(struct h1 *h)
{
    h->must_close = true;
    if (h->life != H1_OPEN)
        return;
    h->life = H1_DRAINING;
    struct fault why;
    fault_set(&why, ERR_NONE, 0,
              h->parse.is_tunnel ? "it carries another protocol now"
                                 : "the server closes it after this response");
    h->conn.events->on_draining(&h->conn, &why);
}

/*
 * A final answer to a request that is not all sent yet.  An error or a
 * redirect makes the rest pointless; a success may be an echo of what it
 * reads, so that goes on.  A body that waits for 100 stays here in any case:
 * after a final answer nobody waits for it (RFC 9110 10.1.1).
 */
static void stop_pointless_upload(struct h1 *h)
{
    if (h->parse.is_tunnel)
        h1_send_go(h);
    else if (message_wants_switch(h->ex->request))
        h1_send_nothing(h);
    else if (h->send == H1_SEND_WAITING || h->parse.status >= 300)
        h1_send_stop(h);
}

/* The exchange is still the one that this began with. */
static bool is_same(const struct h1 *h, const struct exchange *ex)
{
    return h->ex == ex && h->life <= H1_DRAINING;
}

static bool check_switch(struct h1 *h)
{
    struct fault why;
    if (h1_upgrade_is_taken(h->ex->request, &h->parse.fields, &why))
        return true;
    h1_lose(h, &why);
    return false;
}

static bool deliver_head(struct h1 *h)
{
    struct exchange *ex = h->ex;
    const struct response_head head = {
        .status = h->parse.status,
        .version = h->parse.version,
        .reason = h->parse.reason,
        .fields = &h->parse.fields,
        .wire_len = h->parse.head_len,
    };
    ex->bytes_head_received += h->parse.head_len;
    h->conn.facts.version = h->parse.version;
    trace_raw_head(h);
    if (h->qlog)
        h1_qlog_response(h, &head);
    if (head.status == 101 && !check_switch(h))
        return false;
    if (head.status == 100 && !message_wants_switch(ex->request))
        h1_send_go(h);
    if (head.status >= 200 || h->parse.is_tunnel) {
        stop_pointless_upload(h);
        h->conn.keep_alive = h1_framing_idle(&h->parse.fields);
        if (!h->parse.framing.keep_alive || h->parse.is_tunnel)
            announce_close(h);
    }
    if (!is_same(h, ex))
        return false;
    ex->sink->on_head(ex, &head);
    return is_same(h, ex);
}

static bool deliver_body(struct h1 *h, struct span body)
{
    struct exchange *ex = h->ex;
    ex->bytes_body_received += body.len;
    if (h->qlog)
        h1_qlog_data(h, body.len, QLOG_REMOTE);
    if (ex->sink->on_body(ex, body) == SINK_PAUSE && is_same(h, ex))
        h->is_paused = true;
    return is_same(h, ex);
}

/* Nothing may follow the message on this connection: if bytes do, or the
 * request is not all sent, it is not used again (RFC 9112 9.2, 9.3). */
static void deliver_end(struct h1 *h, bool is_clean)
{
    struct exchange *ex = h->ex;
    if (!is_clean || h->send != H1_SEND_DONE)
        h->must_close = true;
    if (h->parse.is_tunnel && ex->sink->on_end) {
        ex->sink->on_end(ex);
        if (!is_same(h, ex))
            return;
        h->has_peer_ended = h1_is_connect_tunnel(h) && h->send < H1_SEND_DONE;
        if (h->has_peer_ended)
            return; /* until ours has, too */
    }
    if (h->parse.trailers.len > 0) {
        trace_trailers(h);
        ex->bytes_head_received += fields_text_len(&h->parse.trailers);
        ex->sink->on_trailers(ex, &h->parse.trailers);
        if (!is_same(h, ex))
            return;
    }
    h1_finish(h, NULL);
}

/* Of a body in chunks: what is still to be parsed, once. */
static void tell_chunks(struct h1 *h, struct span input)
{
    size_t told = h->told < input.len ? h->told : input.len;
    if (input.len > told)
        h1_tell(h, TRACE_DATA_RECEIVED,
                span_of(input.base + told, input.len - told));
    h->told = input.len;
}

static void begin_telling(struct h1 *h, struct span input)
{
    h->told = 0;
    h->ex->tells_received = h->parse.framing.kind == H1_FRAMING_CHUNKED &&
                            trace_has_data(loop_trace(h->loop));
    if (h->ex->tells_received)
        tell_chunks(h, input);
}

/* Parses from the front of *input until it is used up, the sink pauses or the
 * exchange ends.  False: nothing more is to be read. */
static bool parse(struct h1 *h, struct span *input)
{
    if (h->ex->tells_received)
        tell_chunks(h, *input);
    for (;;) {
        struct span body;
        switch (h1_parse_next(&h->parse, input, &body)) {
        case H1_PARSE_MORE:
            h->told = 0;
            return true;
        case H1_PARSE_HEAD:
            if (!deliver_head(h))
                return false;
            begin_telling(h, *input);
            break;
        case H1_PARSE_BODY:
            if (!deliver_body(h, body))
                return false;
            if (h->is_paused) {
                h->told = input->len;
                return true;
            }
            break;
        case H1_PARSE_DONE:
            deliver_end(h, input->len == 0);
            return false;
        case H1_PARSE_FAILED: {
            const struct fault fault = h->parse.fault;
            h1_lose(h, &fault);
            return false;
        }
        }
    }
}

/* Called with none as well: an end may be due without bytes. */
void h1_receive_kept(struct h1 *h)
{
    if (h->is_paused || h->has_peer_ended || h->ex == NULL)
        return;
    struct span rest = span_of("", 0);
    if (h->kept.len > h->kept_at)
        rest = span_of(h->kept.base + h->kept_at, h->kept.len - h->kept_at);
    if (!parse(h, &rest))
        return;
    h->kept_at = h->kept.len - rest.len;
}

static bool has_response_byte(const struct h1 *h)
{
    return h->ex && h->ex->first_byte_at != 0;
}

/* A server that takes none of the protocols it was offered is to send an alert
 * (RFC 7301 3.2).  Some finish the handshake and go away in good order, before
 * they have answered anything. */
static bool is_protocol_refused(const struct h1 *h)
{
    const struct conn_facts *f = &h->conn.facts;
    return f->is_tls && f->tls.alpn[0] == '\0' && h->settings->tls.alpn &&
           h->conn.ntaken <= 1 && !has_response_byte(h);
}

static void end_without_answer(struct h1 *h)
{
    struct fault why = h->has_send_fault ? h->send_fault : h->parse.fault;
    if (is_protocol_refused(h))
        fault_set(&why, ERR_TLS_HANDSHAKE, TLS_ALERT_NO_APPLICATION_PROTOCOL,
                  "the server agreed to none of the protocols offered (ALPN), "
                  "and closed the connection");
    h1_lose(h, &why);
}

static void connection_ended(struct h1 *h)
{
    struct fault why = {.code = ERR_NONE};
    fault_set(&why, ERR_NONE, 0, "closed by the server");
    h->must_close = true;
    if (h->ex == NULL) {
        h1_lose(h, &why);
    } else if (!h1_parse_eof(&h->parse)) {
        end_without_answer(h);
    } else {
        deliver_end(h, true);
    }
}

/* The peer has said in an alert why it goes: that comes before the failure of
 * what was written to it meanwhile. */
static bool is_alert(const struct fault *f)
{
    return f->code == ERR_TLS_HANDSHAKE || f->code == ERR_CERT_WANTED;
}

void h1_receive_failed(struct h1 *h)
{
    struct fault why = h->transport->fault;
    if (h->has_send_fault && !has_response_byte(h) && !is_alert(&why))
        why = h->send_fault;
    else if (why.code == ERR_PARTIAL && !has_response_byte(h))
        why.code = ERR_EMPTY_REPLY; /* no close_notify, and nothing before */
    h1_lose(h, &why);
}

static void poisoned(struct h1 *h)
{
    struct fault why;
    fault_set(&why, ERR_WEIRD_REPLY, 0,
              "the server sent bytes that belong to no request");
    h1_lose(h, &why);
}

/* Bytes before any byte of the request went out answer nothing. */
static bool is_unasked(const struct h1 *h)
{
    return h->ex == NULL || !h->has_sent;
}

static bool receive(struct h1 *h, struct span bytes)
{
    if (is_unasked(h)) {
        poisoned(h);
        return false;
    }
    if (h->ex->first_byte_at == 0)
        h->ex->first_byte_at = loop_now(h->loop);
    if (!parse(h, &bytes))
        return false;
    str_clear(&h->kept);
    h->kept_at = 0;
    if (bytes.len > 0)
        str_add(&h->kept, bytes);
    return !h->is_paused;
}

bool h1_receive_is_open(const struct h1 *h)
{
    return !h->is_paused && !h->has_peer_ended && h->kept_at == h->kept.len;
}

void h1_receive_ready(struct h1 *h)
{
    size_t cap = 0;
    uint8_t *scratch = loop_scratch(h->loop, &cap);
    for (int i = 0; i < READS && h1_receive_is_open(h); i++) {
        size_t n = 0;
        switch (transport_read(h->transport, scratch, cap, &n)) {
        case IO_OK:
            if (!receive(h, span_of(scratch, n)))
                return;
            break;
        case IO_AGAIN:
            return;
        case IO_EOF:
            connection_ended(h);
            return;
        case IO_FAILED:
            h1_receive_failed(h);
            return;
        }
    }
}

bool h1_receive_probe(struct h1 *h, struct fault *why)
{
    uint8_t byte = 0;
    size_t n = 0;
    switch (transport_read(h->transport, &byte, 1, &n)) {
    case IO_AGAIN:
        return true;
    case IO_OK:
        fault_set(why, ERR_WEIRD_REPLY, 0,
                  "the server sent bytes that belong to no request");
        return false;
    case IO_EOF:
        fault_set(why, ERR_SEND, 0, "closed by the server while idle");
        return false;
    case IO_FAILED:
        *why = h->transport->fault;
        return false;
    }
    return false;
}
