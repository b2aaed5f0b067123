/*
 * Frames are gathered into one queue and leave in one write.  Gathering stops
 * at a write's worth, so a fast body is pulled no faster than the transport
 * takes it; when the transport takes nothing, nothing is pulled.
 */
#include "conn/h2_output.h"

#include "conn/h2_errors.h"

/* Written before others on the loop have their turn. */
#define WRITE_BUDGET ((size_t)1024 * 1024)

/* A busy connection measures its round trip this often. */
#define RTT_INTERVAL (10 * LOOP_S)

void h2_output_want(struct h2_session *s, unsigned events)
{
    if (s->wanted != events)
        transport_want(s->transport, events);
    s->wanted = events;
}

/* Fills `out` as far as one write should take; false: there is no more. */
static bool gather(struct h2_session *s)
{
    s->is_full = false;
    while (s->out.len < H2_OUTPUT_MAX && !s->is_cut) {
        const uint8_t *bytes = NULL;
        nghttp2_ssize n = nghttp2_session_mem_send2(s->ng, &bytes);
        if (n < 0) {
            struct fault why;
            uint32_t code = h2_errors_library(&why, (int)n);
            h2_session_fail(s, code, &why);
            return false;
        }
        if (n == 0)
            return s->is_full;
        buf_add(&s->out, span_of(bytes, (size_t)n));
        s->out_total += (uint64_t)n;
    }
    return true;
}

/* IO_OK: nothing is left of `out`. */
static enum io write_out(struct h2_session *s)
{
    size_t n;
    enum io io = transport_write_queue(s->transport, &s->out, &n);
    s->out_written += n;
    return io;
}

static void measure_rtt(struct h2_session *s)
{
    uint64_t now = loop_now(s->loop);
    if (s->rtt_at != 0 && now - s->rtt_at > RTT_INTERVAL &&
        !list_is_empty(&s->streams))
        (void)h2_session_ping(s);
}

bool h2_output_flush(struct h2_session *s)
{
    uint64_t stop_at = s->out_written + WRITE_BUDGET;
    bool is_more = true;
    measure_rtt(s);
    while (is_more && s->state == H2_SESSION_OPEN) {
        if (s->out.len == 0)
            is_more = !s->is_cut && gather(s);
        switch (write_out(s)) {
        case IO_OK:
            break;
        case IO_AGAIN:
            h2_output_want(s, LOOP_READ | LOOP_WRITE);
            return true;
        case IO_EOF:
        case IO_FAILED:
            return false;
        }
        if (is_more && s->out_written >= stop_at) {
            h2_output_want(s, LOOP_READ | LOOP_WRITE);
            return true;
        }
    }
    if (!s->is_over)
        h2_output_want(s, LOOP_READ);
    return true;
}
