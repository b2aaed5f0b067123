/*
 * qlog -- the trace of one connection: events with typed values, as qlog 0.3
 * writes them (draft-ietf-quic-qlog-main-schema-02), a sequence of JSON texts
 * (RFC 7464).  Tools that draw connections read it (qvis).
 *
 * It is written to memory, from where `added` takes it.  Whoever may have one
 * has a pointer, which is NULL when nobody wants a trace: that look is all that
 * one costs then.
 *
 *     if (log) {
 *         qlog_begin(log, "http:frame_created");
 *         qlog_number(log, "stream_id", id);
 *         qlog_open(log, "frame", '{');
 *         ...
 *         qlog_close(log, '}');
 *         qlog_end(log);
 *     }
 */
#ifndef CORE_BASE_QLOG_H
#define CORE_BASE_QLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/str.h"

struct qlog {
    struct str out; /* not yet taken */
    uint64_t start; /* ns: times of events are since then, */
    uint64_t (*now)(const struct qlog *q); /* by this clock */
    /* q->out has one record more: takes all of it, or leaves it for later. */
    void (*added)(struct qlog *q);
    /* Is the value of a field of this name a secret?  NULL: none is. */
    bool (*hides)(const char *name, size_t len);
    /* private: */
    struct str held; /* events, while they are held back */
    bool is_holding;
};

/* A record of somebody else's (ngtcp2).  Its time, if it has one in front, is in
 * whole ms there: it becomes as exact as events' are. */
void qlog_record(struct qlog *q, struct span record);

/* An event of now; until qlog_end() its values follow. */
void qlog_begin(struct qlog *q, const char *name);
void qlog_end(struct qlog *q);

/* Events wait, records do not: what a packet has brought is told behind the
 * packet, of which ngtcp2 tells when it has read it. */
void qlog_hold(struct qlog *q);
void qlog_release(struct qlog *q);

/* "{" or "[" and its end; key NULL: within a list. */
void qlog_open(struct qlog *q, const char *key, char bracket);
void qlog_close(struct qlog *q, char bracket);

void qlog_number(struct qlog *q, const char *key, uint64_t n);
void qlog_bool(struct qlog *q, const char *key, bool value);
/* Text is UTF-8; of bytes that are not, each is a character from U+0080 on. */
void qlog_text(struct qlog *q, const char *key, struct span text);
void qlog_string(struct qlog *q, const char *key, const char *text);
/* A value that is JSON already. */
void qlog_json(struct qlog *q, const char *key, struct span json);
/* Bytes in hexadecimal. */
void qlog_hex(struct qlog *q, const char *key, struct span bytes);
/* {"name": ..., "value": ...} of a message's field in a list, its value hidden
 * if it is a secret. */
void qlog_field(struct qlog *q, struct span name, struct span value);
/* "raw": {"length": n}, what is known of bytes that are not shown. */
void qlog_length(struct qlog *q, uint64_t n);

/* Who has made what an event tells of: we have created it, or parsed the peer's. */
enum qlog_owner {
    QLOG_LOCAL,
    QLOG_REMOTE,
};

/* "owner": "local" or "remote". */
void qlog_owner(struct qlog *q, enum qlog_owner owner);

/* ---- capsules ---- */

/* A stream that has become another protocol's, for whoever reads and writes
 * capsules on it. */
struct qlog_stream {
    struct qlog *const *log; /* the connection's; *log is NULL after its end */
    uint64_t id;
};

/* http:capsule_created or http:capsule_parsed (draft-ietf-quic-qlog-h3-events,
 * from -13 on), of a value of `len` bytes; nothing when s or *s->log is NULL. */
void qlog_capsule(const struct qlog_stream *s, uint64_t type, uint64_t len,
                  enum qlog_owner owner);

#endif
