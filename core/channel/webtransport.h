/*
 * webtransport -- WebTransport over HTTP/3 as data (draft-ietf-webtrans-http3):
 * the capsules of a session, which have stayed the same since -02.
 *
 * Its streams and its settings are the connection's (conn/h3_substreams.h,
 * conn/h3_control.h).
 */
#ifndef CORE_CHANNEL_WEBTRANSPORT_H
#define CORE_CHANNEL_WEBTRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/str.h"

/* Session capsules, on the CONNECT stream (5, 6). */
#define WEBTRANSPORT_CAPSULE_CLOSE UINT64_C(0x2843)
#define WEBTRANSPORT_CAPSULE_DRAIN UINT64_C(0x78ae)

/*
 * The flow control of later drafts (5): it is on when both sides have said so in
 * SETTINGS.  We do not say so: the count of a session's streams and bytes is the
 * same on both sides only with reliable resets (RESET_STREAM_AT), which ngtcp2
 * does not have.  Its capsules are of no effect then, but for two that belong to
 * HTTP/2 and are session errors here (5.4); and a connection carries one session
 * at a time (5.1).
 */
#define WEBTRANSPORT_CAPSULE_MAX_DATA            UINT64_C(0x190b4d3d)
#define WEBTRANSPORT_CAPSULE_MAX_STREAM_DATA     UINT64_C(0x190b4d3e)
#define WEBTRANSPORT_CAPSULE_STREAM_DATA_BLOCKED UINT64_C(0x190b4d42)

/* May a capsule of this type not be sent at all? */
static inline bool webtransport_is_prohibited(uint64_t type)
{
    return type == WEBTRANSPORT_CAPSULE_MAX_STREAM_DATA ||
           type == WEBTRANSPORT_CAPSULE_STREAM_DATA_BLOCKED;
}

#define WEBTRANSPORT_REASON_MAX ((size_t)1024)

/* The value of a CLOSE capsule: false if it is malformed. */
bool webtransport_read_close(struct span value, uint32_t *code,
                             struct span *reason);
/* Appends one; a reason (UTF-8) that is too long is cut between characters. */
void webtransport_add_close(struct str *value, uint32_t code,
                            struct span reason);

#endif
