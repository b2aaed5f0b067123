/*
 * h3_qlog_frame -- a frame of HTTP/3 as an event (draft-ietf-quic-qlog-h3-events
 * -02 2.1, 5.3).
 */
#ifndef CORE_CONN_H3_QLOG_FRAME_H
#define CORE_CONN_H3_QLOG_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/qlog.h"
#include "base/span.h"

struct h3_qlog_frame {
    int64_t stream;
    uint64_t type;
    uint64_t len; /* of the payload */
    enum qlog_owner owner;
    /* Of HEADERS: JSON, a list of fields; empty: not known. */
    struct span section;
    struct span payload; /* of a control stream's, or its beginning */
};

/* SETTINGS are parameters_set as well. */
void h3_qlog_frame_tell(struct qlog *log, const struct h3_qlog_frame *f);
/* What a unidirectional stream of this type is for. */
const char *h3_qlog_frame_stream(uint64_t type);

#endif
