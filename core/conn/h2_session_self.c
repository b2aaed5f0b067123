#include "conn/h2_session_self.h"

#include <string.h>

void h2_session_wake(struct h2_session *s)
{
    if (s->state != H2_SESSION_GONE)
        loop_later(s->loop, &s->turn);
}

bool h2_session_is_open(const struct h2_session *s)
{
    return s->state == H2_SESSION_OPEN;
}

bool h2_session_may_open(const struct h2_session *s)
{
    return s->state == H2_SESSION_OPEN && !s->is_over && !s->has_goaway &&
           nghttp2_session_check_request_allowed(s->ng);
}

/* The wire is of no use any more: the turn ends the connection.  why: NULL if
 * s->fault has it already. */
static void note_over(struct h2_session *s, const struct fault *why)
{
    if (!s->is_over && !s->has_failed && why)
        s->fault = *why;
    s->is_over = true;
    h2_session_wake(s);
}

/* A socket that is closed with unread bytes answers with a reset; that is an
 * effect of the goodbye, as a stream's REFUSED_STREAM is (h2_call.c). */
void h2_session_note_lost(struct h2_session *s, const struct fault *why)
{
    struct fault goodbye = s->fault;
    if (goodbye.code == ERR_NONE)
        goodbye.code = ERR_RECV;
    note_over(s, s->has_goaway ? &goodbye : why);
}

void h2_session_fail(struct h2_session *s, uint32_t code,
                     const struct fault *why)
{
    if (s->has_failed)
        return;
    s->fault = *why;
    s->has_failed = true;
    (void)nghttp2_session_terminate_session(s->ng, code);
    note_over(s, NULL);
}

bool h2_session_ping(struct h2_session *s)
{
    if (s->ping_at != 0 || s->state != H2_SESSION_OPEN)
        return false;
    s->ping_at = loop_now(s->loop);
    (void)nghttp2_submit_ping(s->ng, NGHTTP2_FLAG_NONE, NULL);
    h2_session_wake(s);
    return true;
}

/* Its number is what the peer sends back (RFC 9113 6.7); the session's own has
 * 0. */
bool h2_session_measure(struct h2_session *s, struct meter *m, uint64_t seq)
{
    uint8_t opaque[sizeof seq];
    if (s->state != H2_SESSION_OPEN || s->is_over)
        return false;
    s->meter = m;
    memcpy(opaque, &seq, sizeof seq);
    (void)nghttp2_submit_ping(s->ng, NGHTTP2_FLAG_NONE, opaque);
    h2_session_wake(s);
    return true;
}

void h2_session_notice(struct h2_session *s)
{
    (void)nghttp2_submit_shutdown_notice(s->ng);
    h2_session_wake(s);
}

void h2_session_finish(struct h2_session *s)
{
    if (s->is_finishing)
        return;
    s->is_finishing = true;
    int32_t last = nghttp2_session_get_last_proc_stream_id(s->ng);
    (void)nghttp2_submit_goaway(s->ng, NGHTTP2_FLAG_NONE, last,
                                NGHTTP2_NO_ERROR, NULL, 0);
    h2_session_wake(s);
}

void h2_session_cut(struct h2_session *s, const struct fault *why)
{
    s->is_cut = true;
    note_over(s, why);
}
