/*
 * trace -- what happened, told to whoever wants to know.
 *
 * One sink, one enum of kinds, two sorts of them:
 *
 *  - notes are for people: a line of text, printed by -v; bodies are among
 *    them for who wants data;
 *  - events are for programs: a name, whose they are, and a few typed values,
 *    written by --trace-events.  Those that the Elixir project Quiver has too
 *    carry its names ("quiver.request.stop").
 *
 * The sink says which sorts it wants.  Without it nothing is formatted and
 * nothing is gathered: ask trace_wanted() before building an expensive text,
 * trace_has_events() before gathering values.
 */
#ifndef CORE_BASE_TRACE_H
#define CORE_BASE_TRACE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum trace_kind {
    /* notes */
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
    TRACE_CONN_FEATURES, /* what the peer's settings allow, once they came */
    TRACE_CONN_DRAIN,    /* GOAWAY, Connection: close */
    TRACE_CONN_CLOSE,    /* and why */
    TRACE_DATA_SENT, /* text: bytes of a body, as they are given to a codec */
    TRACE_DATA_RECEIVED, /* and as they come, before they are decoded */
    TRACE_TLS_SENT,      /* of a handshake over TCP, as it is on the wire */
    TRACE_TLS_RECEIVED,
    TRACE_RETRY,    /* an exchange is sent again, and why */
    TRACE_REDIRECT, /* following to another URL */
    TRACE_DECISION, /* of a story (http/story.h), for who wants them all */
    TRACE_QLOG,     /* an event of a connection, for who wants them all */
    TRACE_LEARNED,  /* cookies, HSTS: what an answer has said for later */

    /* events; a span ends with stop or exception */
    TRACE_REQUEST_STARTED, /* quiver.request.start */
    TRACE_REQUEST_STOPPED,
    TRACE_REQUEST_EXCEPTION,
    TRACE_REQUEST_RETRIED,
    TRACE_REQUEST_REDIRECTED,
    TRACE_REQUEST_RETURNED, /* by a connection, unprocessed */
    TRACE_REQUEST_WAITING,  /* held back by a rate or a limit */
    TRACE_POOL_QUEUE,       /* an exchange waits for a connection */
    TRACE_POOL_CHECKOUT,    /* it has got one */
    TRACE_DIAL_STARTED,     /* quiver.conn.start */
    TRACE_DIAL_STOPPED,     /* quiver.conn.stop: it is open */
    TRACE_DIAL_EXCEPTION,   /* quiver.conn.exception */
    TRACE_CONN_DRAINING,    /* it takes no more exchanges */
    TRACE_CONN_CLOSED,      /* quiver.conn.close */
    TRACE_TCP_STARTED,      /* one address */
    TRACE_TCP_STOPPED,
    TRACE_TCP_EXCEPTION,
    TRACE_HTTP3_STARTED, /* one address, by QUIC */
    TRACE_HTTP3_STOPPED,
    TRACE_HTTP3_EXCEPTION,
    TRACE_HTTP3_DRAINING,
    TRACE_CHANNEL_STARTED, /* quiver.connection.channel.start: it is open */
    TRACE_CHANNEL_STOPPED,
    TRACE_CHANNEL_EXCEPTION,
    TRACE_HTTP3_CHANNEL_STARTED, /* the same over HTTP/3 */
    TRACE_HTTP3_CHANNEL_STOPPED,
    TRACE_HTTP3_CHANNEL_EXCEPTION,
    TRACE_DATAGRAM_SENT, /* quiver.connection.datagram.sent */
    TRACE_DATAGRAM_RECEIVED,
    TRACE_DATAGRAM_UNSENT, /* it cannot be sent */
    TRACE_DATAGRAM_DROPPED,
    TRACE_HTTP3_DATAGRAM_SENT,
    TRACE_HTTP3_DATAGRAM_RECEIVED,
    TRACE_HTTP3_DATAGRAM_UNSENT,
    TRACE_HTTP3_DATAGRAM_DROPPED,
    TRACE_KIND_COUNT,
};

#define TRACE_NO_XFER UINT64_MAX

enum trace_type {
    TRACE_NUMBER,
    TRACE_NS, /* a duration */
    TRACE_TEXT,
};

/* One value of an event. */
struct trace_field {
    const char *key; /* "duration", "status", "reason" */
    enum trace_type type;
    uint64_t number;
    struct span text;
};

static inline struct trace_field trace_number(const char *key, uint64_t n)
{
    return (struct trace_field){.key = key, .type = TRACE_NUMBER, .number = n};
}

static inline struct trace_field trace_ns(const char *key, uint64_t ns)
{
    return (struct trace_field){.key = key, .type = TRACE_NS, .number = ns};
}

static inline struct trace_field trace_span(const char *key, struct span text)
{
    return (struct trace_field){.key = key, .type = TRACE_TEXT, .text = text};
}

static inline struct trace_field trace_string(const char *key, const char *text)
{
    return trace_span(key, span_str(text));
}

/* The fields of one event as they are gathered. */
#define TRACE_FIELDS_MAX 12

struct trace_fields {
    struct trace_field at[TRACE_FIELDS_MAX];
    size_t n;
};

static inline void trace_fields_add(struct trace_fields *f,
                                    struct trace_field field)
{
    assert(f->n < TRACE_FIELDS_MAX);
    f->at[f->n++] = field;
}

/* Valid during the call. */
struct trace_event {
    enum trace_kind kind;
    uint64_t at;        /* loop clock, ns */
    uint64_t conn_id;   /* 0: none yet */
    struct span text;   /* of a note, for people */
    uint64_t xfer_id;   /* TRACE_NO_XFER: of none */
    const char *origin; /* "https://example.com:443", NULL: of none */
    const struct trace_field *fields;
    size_t nfields;
};

struct trace {
    bool wants_notes;
    bool wants_data; /* of bodies; then notes too */
    bool wants_events;
    void (*on_event)(struct trace *t, const struct trace_event *event);
};

/* t may be NULL in all of these. */

static inline bool trace_wanted(const struct trace *t) /* notes are */
{
    return t != NULL && t->wants_notes;
}

static inline bool trace_has_data(const struct trace *t) /* is wanted */
{
    return t != NULL && t->wants_data;
}

static inline bool trace_has_events(const struct trace *t) /* are wanted */
{
    return t != NULL && t->wants_events;
}

/* A note with its text. */
void trace_emit(struct trace *t, const struct trace_event *note);
void trace_printf(struct trace *t, enum trace_kind kind, uint64_t at,
                  uint64_t conn_id, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void trace_event(struct trace *t, const struct trace_event *event);

bool trace_is_note(enum trace_kind kind);
const char *trace_name(enum trace_kind kind); /* stable, for scripts */

#endif
