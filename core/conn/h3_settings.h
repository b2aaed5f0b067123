/*
 * h3_settings -- what a peer's SETTINGS say that nghttp3 keeps to itself.
 *
 * nghttp3 reads and checks the frame, and tells of the settings that it knows.
 * This walks over the same bytes in front of it, finds the control stream by
 * its type and looks at the first frame on it (RFC 9114 6.2.1).  It judges
 * nothing.
 */
#ifndef CORE_CONN_H3_SETTINGS_H
#define CORE_CONN_H3_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/varint.h"

/* RFC 9114 6.2.1, 7.2.4: what a control stream begins with */
#define H3_SETTINGS_STREAM 0x00
#define H3_SETTINGS_FRAME  0x04

/* The setting by which WebTransport is offered had another number and another
 * meaning each time the draft (draft-ietf-webtrans-http3) broke with what was
 * before; none means "no" but by 0. */
#define H3_SETTINGS_WEBTRANSPORT 4
extern const uint64_t h3_settings_webtransport[H3_SETTINGS_WEBTRANSPORT];

/* Unidirectional streams of the peer that are looked at: as many as it may open
 * at first (quic_config.c). */
#define H3_SETTINGS_STREAMS 16

enum h3_settings_state {
    H3_SETTINGS_TYPE, /* of the first frame */
    H3_SETTINGS_LENGTH,
    H3_SETTINGS_ID,
    H3_SETTINGS_VALUE,
    H3_SETTINGS_DONE, /* or it was no SETTINGS: nghttp3 says so */
};

struct h3_settings {
    bool has_webtransport; /* in any of its drafts */

    /* private; all zero is the start: */
    struct varint types[H3_SETTINGS_STREAMS];
    uint32_t sorted; /* bit n: the type of the n-th stream is known */
    bool has_control;
    int64_t control;
    enum h3_settings_state state;
    struct varint number;
    uint64_t left; /* of the frame */
    uint64_t id;
};

/* Bytes that came on a unidirectional stream of the peer, in order. */
void h3_settings_feed(struct h3_settings *s, int64_t id, struct span data);

#endif
