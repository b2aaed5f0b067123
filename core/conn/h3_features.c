#include "conn/h3_features.h"

static const struct h3_session *session_of(const struct conn *c)
{
    return &container_of(c, struct h3, conn)->session;
}

static unsigned given(bool is_so, unsigned features)
{
    return is_so ? features : 0;
}

/* Datagrams need QUIC's, which the handshake agreed on, and the setting of
 * both sides (RFC 9297 2.1.1): without our own the peer sends none. */
void h3_features(const struct conn *c, struct conn_features *f)
{
    const struct h3_session *s = session_of(c);
    size_t datagram_max =
        s->settings->quic.h3_datagrams && s->q ? quic_datagram_max(s->q) : 0;
    const unsigned connect = FEATURE_EXTENDED_CONNECT | FEATURE_PROTOCOL;
    unsigned possible = connect | FEATURE_WEBTRANSPORT |
                        given(datagram_max > 0, FEATURE_DATAGRAMS);
    unsigned told = given(s->peer_connect, connect) |
                    given(s->peer_datagrams, FEATURE_DATAGRAMS) |
                    given(s->peer.has_webtransport, FEATURE_WEBTRANSPORT);
    if (s->is_unconfirmed) {
        f->pending = FEATURE_REPLAY_SAFE | possible;
        return;
    }
    f->has = FEATURE_REPLAY_SAFE | (told & possible);
    f->pending = s->has_settings ? 0 : possible;
    f->datagram_max = f->has & FEATURE_DATAGRAMS ? datagram_max : 0;
}

void h3_features_allowed(const struct conn *c, struct allowed *a)
{
    const struct h3_session *s = session_of(c);
    struct conn_features f = {.has = 0};
    h3_features(c, &f);
    if (s->q)
        quic_allowed(s->q, a);
    if (f.datagram_max > 0)
        a->datagram_max = (int64_t)f.datagram_max;
    if (!s->has_settings)
        return;
    a->connect = allowed_known(s->peer_connect);
    a->datagrams = allowed_known(s->peer_datagrams);
    a->webtransport = allowed_known(s->peer.has_webtransport);
    allowed_add(a, "h3.qpack_max_table_capacity", s->peer_table);
    allowed_add(a, "h3.qpack_blocked_streams", s->peer_blocked);
    if (s->peer_section < UINT64_C(1) << 62)
        allowed_add(a, "h3.max_field_section_size", s->peer_section);
    allowed_add(a, "h3.enable_connect_protocol", s->peer_connect);
    allowed_add(a, "h3.datagram", s->peer_datagrams);
}
