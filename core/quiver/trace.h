/*
 * quiver/trace -- what happens inside, for -v, --trace-events and --qlog-dir.
 */
#ifndef QUIVER_TRACE_H
#define QUIVER_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qv_client;

/* Traces of connections, of a client or a server: qlog 0.3, a file for each in
 * one folder (io/qlog_files.h).  HTTP/1.x has none. */
struct qv_qlog {
    const char *folder; /* NULL: there are no files */
    /* Each event is a note as well, of the name "qlog": its own name, and its
     * values as JSON. */
    bool is_noted;
    /* Is the value of a field of this name a secret?  It is <redacted> then.
     * NULL: none is. */
    bool (*hides)(const char *name, size_t len);
    /* Once: why traces are missing.  NULL: not told. */
    void (*warn)(void *user, const char *text);
    void *user;
};

enum qv_event_kind {
    QV_EVENT_NOTE,          /* a line that -v prints with "* " */
    QV_EVENT_REQUEST_HEAD,  /* text: the whole head, CRLF lines ("> ") */
    QV_EVENT_RESPONSE_HEAD, /* the same ("< ") */
    QV_EVENT_TRAILERS,
    QV_EVENT_DATA_SENT,     /* text: bytes of a request's body */
    QV_EVENT_DATA_RECEIVED, /* of a response's, before they are decoded */
    QV_EVENT_TLS_SENT,      /* of a TLS handshake over TCP, as it is sent */
    QV_EVENT_TLS_RECEIVED,
    QV_EVENT_TELEMETRY, /* for programs: a name and values, no text */
};

enum qv_value_type {
    QV_VALUE_NUMBER,
    QV_VALUE_NS, /* a duration in `number` */
    QV_VALUE_TEXT,
};

struct qv_value {
    const char *key; /* "duration", "status", "reason" */
    enum qv_value_type type;
    uint64_t number;
    const char *text; /* not NUL-terminated */
    size_t len;
};

#define QV_NO_XFER UINT64_MAX

struct qv_event {
    enum qv_event_kind kind;
    const char *name; /* "tls", "quiver.request.stop": stable, for scripts */
    uint64_t at;      /* qv_client_now() */
    uint64_t conn_id; /* 0: none yet */
    const char *text; /* not NUL-terminated; a peer may have chosen bytes */
    size_t len;
    uint64_t xfer_id; /* QV_NO_XFER: belongs to none, or nobody says */
    /* of QV_EVENT_TELEMETRY */
    const char *origin; /* "https://example.com:443", NULL: to none */
    const struct qv_value *values;
    size_t nvalues;
};

/* Embedded in whoever listens; several may. */
struct qv_listener {
    bool wants_notes;     /* all that has a text, but for bodies */
    bool wants_data;      /* bodies and handshakes, besides notes */
    bool wants_telemetry; /* QV_EVENT_TELEMETRY */
    void (*on_event)(struct qv_listener *l, const struct qv_event *event);
    struct qv_listener *next; /* the engine's */
};
/* From now on; *l is the caller's, and linked until it is unlistened. */
void qv_client_listen(struct qv_client *c, struct qv_listener *l);
/* Not from within on_event.  Freeing the client forgets all of them, after it
 * has told of the connections that it closes. */
void qv_client_unlisten(struct qv_client *c, struct qv_listener *l);

#endif
