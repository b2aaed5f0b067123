/*
 * quiver/transfer -- a request, what comes of it, and who is told.
 */
#ifndef QUIVER_TRANSFER_H
#define QUIVER_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quiver/error.h"
#include "quiver/explain.h"
#include "quiver/options.h"

struct qv_client;
struct qv_transfer;

enum qv_body_kind {
    QV_BODY_NONE,
    QV_BODY_BYTES,
    QV_BODY_FD,    /* a file, or a pipe that is read as it comes */
    QV_BODY_PARTS, /* pieces one after the other */
};

/* How a piece is written (RFC 2045 6); others than these need nothing done. */
enum qv_encoder {
    QV_ENCODER_NONE,
    QV_ENCODER_7BIT, /* as it is; a byte over 127 is QV_EXIT_READ */
    QV_ENCODER_BASE64,
    QV_ENCODER_QUOTED_PRINTABLE,
};

/*
 * Bytes, or a regular file.  How long a file is, is asked when the transfer
 * begins; it is open only while its bytes are sent.  One that has gone or
 * become shorter by then ends the transfer with QV_EXIT_READ.
 */
struct qv_body_part {
    const char *path; /* NULL: bytes */
    const void *bytes;
    size_t len;
    uint64_t from; /* of a file: the bytes before are not sent */
    /* The path may be that of a pipe or device, which is read as it comes and to
     * its end: then nobody knows how long the body is. */
    bool is_stream;
    enum qv_encoder encoder;
};

struct qv_body {
    enum qv_body_kind kind;
    const void *bytes;
    size_t len;     /* of bytes */
    int fd;         /* stays the caller's */
    int64_t fd_len; /* bytes to send, -1: until its end */
    const struct qv_body_part *parts;
    size_t nparts;
};

struct qv_request {
    const char *url;
    const char
        *default_scheme; /* for a URL without one; NULL: quiver's guess */
    const char *method;  /* NULL: GET, or POST with a body */
    /* -X: the word that is sent in place of the method's, after redirects
     * too; NULL: the method's. */
    const char *custom_method;
    bool head; /* -I */
    /* curl's -H syntax: "Name: value", "Name:" takes a default away, "Name;"
     * sends it empty. */
    const char *const *headers;
    size_t nheaders;
    /* The first so many of them, and options.user, are meant for the origin of
     * the URL: a redirect takes them to no other one, trusted or not. */
    size_t norigin_headers;
    bool is_origin_user;
    /* "Name: value", sent behind the body (RFC 9110 6.5). */
    const char *const *trailers;
    size_t ntrailers;
    const char *priority;       /* "u=1, i", RFC 9218; NULL: none */
    const char *request_target; /* in place of path and query; NULL */
    const char *range;          /* "0-499": these bytes; NULL: all */
    /* The bytes from this one on (Range), if the validator (If-Range: an entity
     * tag or a date; NULL: none) still holds; 0: all of them. */
    uint64_t from;
    const char *if_range;
    /* "a=1; b=2", behind those that the client keeps, unless the headers have a
     * Cookie; NULL: none. */
    const char *cookies;
    bool are_origin_cookies; /* as is_origin_user */
    /* None of the cookies that the client keeps are sent, nor the answer's kept. */
    bool no_jar;
    const char *user_agent; /* NULL: quiver/VERSION; "": none */
    const char *referer;    /* ";auto" at its end as curl does */
    /* Of the body, which a redirect may leave behind; a header of that name
     * counts more.  NULL: not said. */
    const char *content_type;
    struct qv_body body;
    /* Nothing is sent, and no connection made: on_built() gets what would be,
     * and the transfer ends well. */
    bool is_dry;
    bool keep_sent;                   /* the result tells what was sent */
    const struct qv_options *options; /* NULL: curl's defaults */
};

struct qv_field {
    const char *name; /* NUL-terminated, as received */
    const char *value;
};

struct qv_head {
    int status;
    const char *version; /* "1.1", "2", "3" */
    const char *reason;  /* "" in HTTP/2 and 3 */
    const struct qv_field *fields;
    size_t nfields;
    /* Another answer follows (a redirect, a challenge): no body is delivered. */
    bool is_redirect;
    bool is_connect;  /* a proxy's, to CONNECT */
    bool is_rest;     /* what request.from has asked for follows */
    bool is_complete; /* nothing of it is missing: no body is delivered */
    /* is_rest, and a digest of the whole (RFC 9530) came with it: it can be
     * checked if it is told what came before, qv_transfer_earlier(). */
    bool wants_earlier;
};

enum qv_flow {
    QV_MORE,
    QV_PAUSE,  /* taken; no more until qv_transfer_resume() */
    QV_ENOUGH, /* taken; the transfer ends well, whatever was still to come */
    QV_ABORT,  /* the transfer ends with the error set by qv_transfer_fail() */
};

/* A request as it is to be sent. */
struct qv_built {
    const char *method;
    const char *url; /* after what is known of the origin (HSTS) */
    const char *authority;
    const char *target;            /* absolute for a proxy that forwards */
    const struct qv_field *fields; /* in their order, without those below */
    size_t nfields;
    const char *content_type; /* behind the length of the body; NULL: none */
    bool has_body;
    int64_t body_len; /* -1: nobody knows */
    bool expects_continue;
};

/* When the stages of an exchange were over: s from the transfer's start; negative:
 * it had no such stage. */
struct qv_stages {
    double queue;
    double
        dial; /* its connection was begun to be made: what is before, it waited */
    double namelookup;
    double connect;
    double appconnect;
    double pretransfer;
    double posttransfer;
    double starttransfer;
};

/* A redirect that was followed. */
struct qv_hop {
    const char *url; /* that answered with it */
    int response_code;
    const char *http_version;
    uint64_t conn_id;
    double time_start; /* s from the transfer's start */
    double time_total; /* s that it took */
    struct qv_stages stages;
    const char *method;
    /* With request.keep_sent alone: */
    const struct qv_built *sent;
    const char *remote_ip;
    unsigned remote_port;
    const struct qv_field *fields; /* of the answer */
    size_t nfields;
};

/* A try that came before the last one; and a request that was asked for again at
 * once, with a login ("auth", "proxy_auth") or without Expect
 * ("expectation"). */
struct qv_try {
    struct qv_error error; /* status 0: an answer that asks for patience */
    int response_code;     /* 0: no answer */
    double time_start;     /* s from the transfer's start */
    double time_total;     /* s that it took */
    double delay;          /* s until the next one */
    const char *reason;    /* "refused_stream", "retry_after", "backoff"... */
};

struct qv_certificate {
    const uint8_t *der;
    size_t len;
};
/* In words, as curl's %{certs} has it, and then in PEM: to be freed. */
char *qv_certificate_text(const struct qv_certificate *c);

/* What the last request went through. */
struct qv_proxy_used {
    const char *url;          /* scheme://host:port; "": it went directly */
    const char *why;          /* "-x", "https_proxy" */
    int status;               /* of its answer to CONNECT; 0: none was sent */
    const char *http_version; /* spoken with it; "0": none, or SOCKS */
    bool is_tls;
    bool is_verified;
};

struct qv_attempt {
    const char *proto; /* "tcp", "quic" */
    /* Who said that the server is there: "dns" (the URL), "option", "https-rr",
     * "alt-svc". */
    const char *from;
    const char *addr;
    uint16_t port;
    double start; /* s from the transfer's start */
    double end;
    const char *result; /* "won", "lost", "failed", "cancelled" */
    const char *why;
    bool was_heard;    /* anything has come from there */
    const char *error; /* of one that failed: "verify"; else "" */
    uint64_t wire;     /* errno, alert, or QUIC code; 0: none */
};

/* Everything that -w and result records tell. Times are s from the start of
 * the transfer, negative when the stage did not happen.  Strings are never
 * NULL. */
struct qv_result {
    struct qv_error error;
    const char *url;           /* as given */
    const char *url_effective; /* after redirects */
    const char *method;
    const char *scheme;
    const char *http_version; /* "1.1", "2", "3", "0" without an answer */
    int response_code;
    bool
        was_complete; /* request.from: nothing was missing (416, or the length) */
    bool
        was_switched; /* the stream became a channel: what followed is no body */
    const char *content_type;
    const char *redirect_url; /* where -L would have gone; of 201, Location */
    const char *referer;
    const char *remote_ip;
    const char *local_ip;
    unsigned remote_port;
    unsigned local_port;
    unsigned num_redirects;
    unsigned num_retries;
    unsigned num_connects; /* connections opened for it */
    unsigned num_headers;
    uint64_t conn_id;
    uint64_t xfer_id;
    bool conn_reused;
    uint64_t size_download;  /* body bytes from the wire */
    uint64_t size_delivered; /* after content decoding */
    uint64_t size_header;
    uint64_t size_request;
    uint64_t size_upload;
    double speed_download; /* bytes/s */
    double speed_upload;
    double time_queue;
    double time_dial; /* as in struct qv_stages */
    double time_namelookup;
    double time_connect;
    double time_appconnect;
    double time_pretransfer;
    double time_posttransfer;
    double time_starttransfer;
    double time_redirect;
    double time_total;
    const char *tls_version;
    const char *tls_cipher;
    const char *tls_group;
    const char *alpn;
    const char *quic_version;
    /* host:port that the origin's Alt-Svc named, where the connection leads; "":
     * it leads to the URL's. */
    const char *alternative;
    const char *tls_verify;   /* "ok", or what is wrong with it */
    unsigned tls_verify_code; /* the same as a number of OpenSSL's; 0: good */
    /* The peer's certificates, its own first: how many, 0 of a session that was
     * resumed; and themselves, with options.keep_certs, else NULL. */
    unsigned ncerts;
    const struct qv_certificate *certs;
    bool tls_wants_cert; /* the server asked for a certificate of ours */
    bool tls_resumed;    /* by a ticket of an earlier session */
    bool tls_ech;        /* the server's name went out hidden (RFC 9849) */
    const char
        *early_data;       /* "none", "accepted", "rejected"; "sent": no word */
    int64_t tls_earlydata; /* bytes that were sent so; negative: rejected */
    struct qv_proxy_used proxy;
    uint64_t rtt; /* ns, 0: unknown */
    /* Of the connection, as it was last looked at; packets_sent 0: never. */
    uint64_t packets_sent;
    uint64_t packets_lost; /* of them, or sent once more */
    uint64_t packets_received;
    uint64_t packets_missed; /* of the peer's: lost, or out of order */
    /* Times that a connection gave the last request back unprocessed (GOAWAY,
     * REFUSED_STREAM), to be sent on another. */
    unsigned num_returned;
    const struct qv_attempt *attempts;
    size_t nattempts;
    const struct qv_field *fields; /* of the last final head */
    size_t nfields;
    const struct qv_field *trailers;
    size_t ntrailers;
    const int *interim; /* 1xx codes in their order */
    size_t ninterim;
    const struct qv_hop *hops;
    size_t nhops;
    const struct qv_try *tries;
    size_t ntries;
    /* The last request, with request.keep_sent; NULL: there was none. */
    const struct qv_built *sent;
    const struct qv_explain *explain; /* NULL: nobody asked the client to */
};

/* Every callback may cancel it, and start or cancel others; on_start, on_head,
 * on_body and on_trailers may fail it. */
struct qv_transfer_ops {
    /* The transfer has got its permit: from now on bytes of it may leave.
     * Once, however often the transfer is retried. */
    void (*on_start)(struct qv_transfer *t);
    /*
     * The transfer will be tried anew: heads and body that came are void.
     * False: they cannot be taken back, and the failure stands.  NULL: true as
     * long as no byte of a body came.  A body may be continued instead:
     * qv_transfer_continue().
     */
    bool (*on_restart)(struct qv_transfer *t);
    /* A try has ended as *ended says, and the next one begins after
     * ended->delay.  left: how many more there may be, that one included. */
    void (*on_retry)(struct qv_transfer *t, const struct qv_try *ended,
                     unsigned left);
    /* Of a request that is dry, once. */
    void (*on_built)(struct qv_transfer *t, const struct qv_built *built);
    /* Each head: that of an HTTP/1 proxy to CONNECT, if the connection was made
     * for this transfer; interim ones, those of redirects, the final one. */
    void (*on_head)(struct qv_transfer *t, const struct qv_head *head);
    enum qv_flow (*on_body)(struct qv_transfer *t, const void *data,
                            size_t len);
    void (*on_trailers)(struct qv_transfer *t, const struct qv_field *fields,
                        size_t n);
    /* Exactly once, and last; not after a cancel.  The struct is the
     * caller's again. */
    void (*on_done)(struct qv_transfer *t, const struct qv_result *result);
};

struct qv_transfer {
    const struct qv_transfer_ops
        *ops;    /* any callback but on_done may be NULL */
    void *state; /* the engine's */
};

/*
 * Starts a transfer, or queues it when max_parallel run.  Bad input is
 * reported by on_done as well, so a caller has one place for errors.  The
 * request is borrowed until on_done.
 */
void qv_transfer_start(struct qv_client *c, struct qv_transfer *t,
                       const struct qv_request *request);
/*
 * In on_restart() alone, before it returns true: what came is kept, and the next
 * try asks for the rest, as request.from and request.if_range would; both are
 * copied.  206 in the head that comes says that the rest follows, any other
 * status that it is the whole.
 */
void qv_transfer_continue(struct qv_transfer *t, uint64_t from,
                          const char *if_range);
void qv_transfer_cancel(struct qv_transfer *t); /* no on_done comes */
/* Does the transfer run?  Not while it waits for its permit, nor while it backs
 * off between two tries. */
bool qv_transfer_is_underway(const struct qv_transfer *t);
/* In on_head alone: no body comes until it is resumed. */
void qv_transfer_pause(struct qv_transfer *t);
void qv_transfer_resume(struct qv_transfer *t); /* after that, or QV_PAUSE */
/* Between these two, of a head that wants_earlier: the first request.from bytes of
 * the whole, in pieces and in their order. */
void qv_transfer_earlier(struct qv_transfer *t, const void *data, size_t len);
/* Its number, as in qv_event and qv_result; QV_NO_XFER before its start and
 * after its end. */
uint64_t qv_transfer_id(const struct qv_transfer *t);
/* In qv_client_options.on_origin alone: the options of the exchange at hand, to
 * be changed.  What they point to lives as long as the transfer. */
struct qv_options *qv_transfer_own_options(struct qv_transfer *t);
/* Before returning QV_ABORT: what on_done shall report (QV_EXIT_WRITE...). */
void qv_transfer_fail(struct qv_transfer *t, int status, const char *text);

/* Is the request as good as can be told without a network and without files?
 * Looks for contradictions, at header fields, names of ciphers, --resolve
 * entries; the URL may be missing.  False with *error. */
bool qv_request_check(const struct qv_request *request, struct qv_error *error);

struct qv_progress {
    uint64_t down;
    int64_t down_total; /* -1: unknown */
    uint64_t up;
    int64_t up_total;
    uint64_t started; /* qv_client_now() at the start of the exchange; 0 */
};
/* Of the exchange that runs, in bytes of bodies; without one nothing has moved and
 * no total is known. */
void qv_transfer_progress(const struct qv_transfer *t, struct qv_progress *p);

/* GET, HEAD, PUT, DELETE, OPTIONS, TRACE, QUERY: may be sent twice (RFC 9110
 * 9.2.2). */
bool qv_method_is_idempotent(const char *method);
/* POST, PUT, PATCH, QUERY: a request without content is an unusual one (RFC 9110
 * 8.6). */
bool qv_method_means_content(const char *method);

#endif
