/*
 * feature -- what not every connection can do.
 *
 * One vocabulary for both sides: a connection tells which of these it has
 * (struct conn_features), an exchange which it cannot do without
 * (exchange.needs), and the pool brings them together.  Sets are unsigned, one
 * bit each; plain requests need none.
 */
#ifndef CORE_HTTP_FEATURE_H
#define CORE_HTTP_FEATURE_H

#include <stddef.h>

enum feature {
    /* CONNECT with :protocol; the peer's SETTINGS_ENABLE_CONNECT_PROTOCOL
     * (RFC 8441 3, RFC 9220 3). */
    FEATURE_EXTENDED_CONNECT = 1 << 0,
    /* HTTP datagrams in QUIC's own: SETTINGS_H3_DATAGRAM of both sides
     * (RFC 9297 2.1.1), and max_datagram_frame_size (RFC 9221 3). */
    FEATURE_DATAGRAMS = 1 << 1,
    /* Upgrade, in HTTP/1.1 alone (RFC 9110 7.8).  Whether the server follows
     * shows in its answer. */
    FEATURE_UPGRADE = 1 << 2,
    /* Past early data: nobody can replay what is sent from now on
     * (RFC 8470 3). */
    FEATURE_REPLAY_SAFE = 1 << 3,
    /* A stream may become that of another protocol (request.protocol):
     * extended CONNECT or Upgrade, as the version has it. */
    FEATURE_PROTOCOL = 1 << 4,
    /* WebTransport sessions: SETTINGS of the peer that say so, in any of their
     * drafts. */
    FEATURE_WEBTRANSPORT = 1 << 5,
};

#define FEATURE_COUNT    6
#define FEATURE_LIST_MAX 128 /* bytes that feature_list() writes at most */

/* Writes the names of a set for people, "extended CONNECT and HTTP datagrams";
 * "" for none. */
void feature_list(unsigned set, char text[FEATURE_LIST_MAX]);

#endif
