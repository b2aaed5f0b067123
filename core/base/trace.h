/*
 * trace -- what happened, told to whoever wants to know.
 *
 * One sink, one enum of events.  -v prints them, a later event log writes
 * them; with no sink nothing is formatted: ask trace_wanted() before building
 * an expensive text.
 */
#ifndef CORE_BASE_TRACE_H
#define CORE_BASE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum trace_kind {
    TRACE_RESOLVED,      /* host -> addresses */
    TRACE_ATTEMPT_START, /* connecting to one address over one protocol */
    TRACE_ATTEMPT_END,   /* connected, failed or cancelled: text says why */
    TRACE_TLS,           /* handshake facts: version, group, ALPN, subject */
    TRACE_QUIC,          /* QUIC version, transport facts */
    TRACE_CHOICE,        /* why a protocol or a connection was chosen */
    TRACE_REQUEST_HEAD,  /* text: the head as HTTP/1 would write it */
    TRACE_RESPONSE_HEAD, /* the same, interim heads included */
    TRACE_TRAILERS,      /* trailer section, one field a line */
    TRACE_CONN_OPEN,     /* a connection is ready for exchanges */
    TRACE_CONN_DRAIN,    /* GOAWAY, Connection: close */
    TRACE_CONN_CLOSE,    /* and why */
    TRACE_RETRY,         /* an exchange is sent again, and why */
    TRACE_REDIRECT,      /* following to another URL */
    TRACE_KIND_COUNT,
};

struct trace_event {
    enum trace_kind kind;
    uint64_t at;      /* loop clock, ns */
    uint64_t conn_id; /* 0: none yet */
    struct span text; /* for people; valid during the call */
};

struct trace {
    void (*on_event)(struct trace *t, const struct trace_event *event);
};

static inline bool trace_wanted(const struct trace *t)
{
    return t != NULL;
}

/* t may be NULL. */
void trace_emit(struct trace *t, enum trace_kind kind, uint64_t at,
                uint64_t conn_id, struct span text);
void trace_printf(struct trace *t, enum trace_kind kind, uint64_t at,
                  uint64_t conn_id, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
