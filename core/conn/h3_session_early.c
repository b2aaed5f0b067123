/*
 * A client's session that begins before the handshake is complete.
 *
 *   begin_early -> requests go out -> confirm: taken, or sent again
 *
 * Until then the peer's settings are those that it had when it gave the ticket
 * (RFC 9114 7.2.4.2).  nghttp3 is not told of them: it keeps to the protocol's
 * defaults, which are no more than any server allows, so that its QPACK uses no
 * dynamic table; the length of a head is checked here.
 *
 * A server that does not take early data has dropped all of it: streams,
 * settings, QPACK's.  So the session begins anew, with another nghttp3.
 */
#include "conn/h3_session_early.h"

#include <stdio.h>

#include <nghttp3/nghttp3.h>

#include "base/fault.h"

void h3_session_early_begin(struct h3_session *s)
{
    s->is_unconfirmed = true;
    h3_remembered_default(&s->before);
    (void)h3_remembered_read(quic_remembered(s->q), &s->before);
    s->peer_section = s->before.max_field_section_size;
}

static void cut_all(struct h3_session *s, const struct fault *why)
{
    while (!list_is_empty(&s->streams.all)) {
        struct h3_stream *st =
            container_of(s->streams.all.next, struct h3_stream, link);
        st->rx = H3_STREAM_RX_CUT;
        st->tx = H3_STREAM_TX_CUT;
        h3_session_tell_cut(s, st, H3_SESSION_EARLY, 0, why);
        h3_stream_remove(&s->streams, st);
    }
}

static void begin_anew(struct h3_session *s)
{
    struct fault why;
    fault_set(&why, ERR_RECV, 0, "the server did not take the early data");
    s->is_started = false; /* nobody opens a stream meanwhile */
    s->peer_section = UINT64_MAX;
    cut_all(s, &why);
    s->renew(s);
    h3_session_start(s);
}

void h3_session_early_confirm(struct h3_session *s)
{
    if (!s->is_unconfirmed)
        return;
    s->is_unconfirmed = false;
    s->was_early = quic_early_outcome(s->q) == EARLY_DATA_ACCEPTED;
    if (!s->was_early)
        begin_anew(s);
    if (s->ops->on_confirmed)
        s->ops->on_confirmed(s);
}

bool h3_session_early_settings(struct h3_session *s,
                               const nghttp3_proto_settings *settings)
{
    const char *reduced =
        s->was_early ? h3_remembered_reduced(&s->before, settings) : NULL;
    if (reduced) {
        char what[80];
        (void)snprintf(what, sizeof what,
                       "%s is less than it was for early data", reduced);
        h3_session_break(s, NGHTTP3_H3_SETTINGS_ERROR, what);
        return false;
    }
    uint8_t bytes[H3_REMEMBERED_MAX];
    if (s->q && !s->is_server)
        quic_remember(s->q,
                      span_of(bytes, h3_remembered_write(settings, bytes)));
    return true;
}
