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

#define WEBTRANSPORT_REASON_MAX ((size_t)1024)

/* The value of a CLOSE capsule: false if it is malformed. */
bool webtransport_read_close(struct span value, uint32_t *code,
                             struct span *reason);
/* Appends one; a reason (UTF-8) that is too long is cut between characters. */
void webtransport_add_close(struct str *value, uint32_t code,
                            struct span reason);

#endif
