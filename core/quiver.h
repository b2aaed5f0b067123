/*
 * quiver.h -- the engine's only face: what cli/ (or another program) sees.
 *
 * One client is one event loop with one connection pool, for one thread.
 * Transfers are started on it, qv_client_run() runs them, and callbacks tell
 * how they go.  Nothing calls back before the function that started it has
 * returned.  Strings and buffers given to the engine are borrowed until the
 * transfer is done; those it hands out live for the duration of the call.
 *
 * Objects that receive callbacks (transfers, watched descriptors, timers) are
 * embedded in the caller's own structs, which find themselves again with
 * QV_OWNER().
 */
#ifndef QUIVER_H
#define QUIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The struct that embeds *ptr as its member. */
#define QV_OWNER(ptr, type, member)                                            \
    ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* ---- versions and errors ---- */

const char *qv_version(void); /* "0.1.0" */

/* name and version of each library, NULL name at the end. */
struct qv_library {
    const char *name;
    const char *version;
};
const struct qv_library *qv_libraries(void);

/* Exit statuses that the command line itself needs; the rest comes in
 * struct qv_error. */
enum qv_exit {
    QV_EXIT_OK = 0,
    QV_EXIT_PROTOCOL = 1,
    QV_EXIT_USAGE = 2,
    QV_EXIT_URL = 3,
    QV_EXIT_NOT_BUILT_IN = 4,
    QV_EXIT_HTTP_STATUS = 22,
    QV_EXIT_WRITE = 23,
    QV_EXIT_READ = 26,
    QV_EXIT_TOO_LARGE = 63,
    QV_EXIT_SIGINT = 130,
    QV_EXIT_SIGTERM = 143,
};

struct qv_error {
    int status;             /* exit status, 0: no error */
    const char *name;       /* "timeout" */
    const char *class_name; /* "transient", "invalid", "unrecoverable" */
    uint64_t wire;          /* errno, alert, or HTTP/2, HTTP/3, QUIC code */
    char text[256];         /* one line, printable ASCII */
};

/* What `status` means, for `help exit-codes`; NULL when it is not ours. */
const char *qv_exit_text(int status);

/* ---- a client ---- */

struct qv_client;

struct qv_options;
struct qv_transfer;

struct qv_client_options {
    unsigned max_parallel;      /* transfers on their way; 0: no limit */
    unsigned max_parallel_host; /* of them to one scheme, host and port */
    /* To one scheme, host and port, in all its pools (curl's
     * --parallel-max-host); 0: no limit. */
    unsigned max_connections_host;
    double rate;         /* requests begun a second, evenly spaced; 0: any */
    const char *key_log; /* SSLKEYLOGFILE; NULL: none */
    /*
     * What is different for one origin: called before each exchange, those
     * after redirects too.  `options` holds the request's and may be changed;
     * what it points to lives as long as the transfer.  NULL: nothing is.
     */
    void (*on_origin)(void *user, struct qv_transfer *t, const char *scheme,
                      const char *host, unsigned port,
                      struct qv_options *options);
    /* qv_client_has_room() said no, and would say yes now.  NULL: not told. */
    void (*on_room)(void *user);
    void *user;
};

struct qv_client *qv_client_new(const struct qv_client_options *o);
void qv_client_free(struct qv_client *c); /* cancels what still runs */
/* Until no transfer is left and nothing is watched, or qv_client_stop(). */
void qv_client_run(struct qv_client *c);
void qv_client_stop(struct qv_client *c);
uint64_t qv_client_now(const struct qv_client *c); /* monotonic, ns */
/*
 * Are places free that nobody who waits may take?  A reader of many requests
 * reads on while this is true, stops when it is not, and asks again when a
 * transfer has started or is done, or when on_room is called.
 */
bool qv_client_has_room(struct qv_client *c);

/* ---- transfers ---- */

enum qv_http {
    QV_HTTP_AUTO,
    QV_HTTP_1_0,
    QV_HTTP_1_1,
    QV_HTTP_2,
    QV_HTTP_2_PRIOR,
    QV_HTTP_3,
    QV_HTTP_3_ONLY,
};

enum qv_family {
    QV_FAMILY_ANY,
    QV_FAMILY_IPV4,
    QV_FAMILY_IPV6,
};

enum qv_tls {
    QV_TLS_DEFAULT,
    QV_TLS_1_2,
    QV_TLS_1_3,
};

/* When a transfer that failed, or was answered by 408, 425, 429, 500, 502, 503,
 * 504, 522 or 524, is begun anew. */
struct qv_retry {
    unsigned max;      /* times; 0: never */
    uint64_t delay;    /* ns between tries; 0: 1 s, doubled, up to 10 min */
    uint64_t max_time; /* ns, none is begun after that; 0: no limit */
    bool connrefused;  /* a refused connection too */
    bool all_errors;   /* any error, even if the request is sent twice */
};

/* How the connections of one origin are kept.  0: the default. */
struct qv_pool_options {
    unsigned size;         /* connections at once */
    unsigned streams;      /* exchanges on one; the peer's limit holds too */
    unsigned max_requests; /* exchanges that one serves in its life */
    uint64_t max_age;      /* ns that one serves new exchanges */
    uint64_t idle;         /* ns that one without exchanges is kept */
    uint64_t checkout;     /* ns that a request waits for one */
    double rate;           /* requests begun a second; 0: any */
};

/* Zeroed means curl's defaults everywhere. */
struct qv_options {
    /* connection */
    enum qv_http http;
    enum qv_family family;
    const char *const *resolve;    /* --resolve entries, NULL at the end */
    const char *const *connect_to; /* --connect-to entries, NULL at the end */
    const char *unix_socket;
    const char *interface;
    uint64_t connect_timeout; /* ns; 0: 300 s, as curl */
    uint64_t max_time;        /* ns for a try, redirects too; 0: none */
    /* Too slow: fewer bytes a second than speed_limit (0: 1) for speed_time
     * (ns; 0: 30 s).  Both 0: any speed. */
    uint64_t speed_limit;
    uint64_t speed_time;
    /* TLS */
    bool insecure;
    const char *ca_file;
    const char *ca_path;
    const char *ca_source; /* who named the two, for messages; NULL: a person */
    const char *cert_file;
    const char *key_file;
    const char *key_pass;
    enum qv_tls tls_min;
    enum qv_tls tls_max;
    const char *ciphers;
    const char *tls13_ciphers;
    const char *groups;
    bool no_alpn;
    /* transfer */
    bool follow;           /* -L */
    bool follow_trusted;   /* credentials go to other origins as well */
    int max_redirs;        /* -1: no limit; 0 with follow: none allowed */
    bool fail;             /* -f: status >= 400 is an error, body dropped */
    bool compressed;       /* ask for and undo content codings */
    uint64_t max_filesize; /* 0: no limit */
    const char *user;      /* "name:password", basic */
    bool path_as_is;
    struct qv_retry retry;
    struct qv_pool_options pool;
};

enum qv_body_kind {
    QV_BODY_NONE,
    QV_BODY_BYTES,
    QV_BODY_FD,    /* a file, or a pipe that is read as it comes */
    QV_BODY_PARTS, /* pieces one after the other */
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
    const char *user_agent; /* NULL: quiver/VERSION; "": none */
    const char *referer;    /* ";auto" at its end as curl does */
    struct qv_body body;
    struct qv_options options;
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
    bool is_redirect; /* will be followed: no body is delivered */
};

enum qv_flow {
    QV_MORE,
    QV_PAUSE, /* taken; no more until qv_transfer_resume() */
    QV_ABORT, /* the transfer ends with the error set by qv_transfer_fail() */
};

/* A redirect that was followed. */
struct qv_hop {
    const char *url; /* that answered with it */
    int response_code;
    const char *http_version;
    uint64_t conn_id;
    double time_start; /* s from the transfer's start */
    double time_total; /* s that it took */
};

/* A try that came before the last one. */
struct qv_try {
    struct qv_error error; /* status 0: an answer that asks for patience */
    int response_code;     /* 0: no answer */
    double time_start;     /* s from the transfer's start */
    double time_total;     /* s that it took */
    double delay;          /* s until the next one */
    const char *reason;    /* "refused_stream", "retry_after", "backoff"... */
};

struct qv_attempt {
    const char *proto; /* "tcp", "quic" */
    const char *addr;
    uint16_t port;
    double start; /* s from the transfer's start */
    double end;
    const char *result; /* "won", "lost", "failed", "cancelled" */
    const char *why;
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
    const char *content_type;
    const char *redirect_url; /* where -L would have gone */
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
    const char *tls_verify; /* "ok", or what is wrong with it */
    uint64_t rtt;           /* ns, 0: unknown */
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
};

/* Every callback may cancel it, and start or cancel others; on_start, on_head,
 * on_body and on_trailers may fail it. */
struct qv_transfer_ops {
    /* It has its place: from now on bytes of it may leave.  Once, however
     * often it is retried. */
    void (*on_start)(struct qv_transfer *t);
    /*
     * It will be tried anew: heads and body that came are void.  False: they
     * cannot be taken back, and the failure stands.  NULL: true as long as no
     * byte of a body came.
     */
    bool (*on_restart)(struct qv_transfer *t);
    /* The try has ended so; the next one begins after its delay.  left: how
     * many more there may be, that one included. */
    void (*on_retry)(struct qv_transfer *t, const struct qv_try *ended,
                     unsigned left);
    /* Each head: interim ones, those of redirects, the final one. */
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
void qv_transfer_cancel(struct qv_transfer *t); /* no on_done comes */
/* Is something of it on its way?  Not while it waits for its place, nor while
 * it rests between two tries. */
bool qv_transfer_is_underway(const struct qv_transfer *t);
void qv_transfer_resume(struct qv_transfer *t); /* after QV_PAUSE */
/* Before returning QV_ABORT: what on_done shall report (QV_EXIT_WRITE...). */
void qv_transfer_fail(struct qv_transfer *t, int status, const char *text);

/* Is there something wrong with it that shows without a network and without
 * files: contradictions, header fields, names of ciphers, --resolve entries?
 * The URL may be missing.  False with *error. */
bool qv_request_check(const struct qv_request *request, struct qv_error *error);

struct qv_progress {
    uint64_t down;
    int64_t down_total; /* -1: unknown */
    uint64_t up;
    int64_t up_total;
    uint64_t started; /* qv_client_now() at the start of the exchange; 0 */
};
void qv_transfer_progress(const struct qv_transfer *t, struct qv_progress *p);

/* GET, HEAD, PUT, DELETE, OPTIONS, TRACE, QUERY: may be sent twice (RFC 9110
 * 9.2.2). */
bool qv_method_is_idempotent(const char *method);

/* ---- URLs ---- */

/* Parts of a URL as the engine understands it, for -w's url.* and -O. */
struct qv_url {
    const char *scheme;
    const char *user;
    const char *password;
    const char *host;
    unsigned port;
    const char *path;
    const char *query;
    const char *fragment;
    const char *text;  /* normalised, whole */
    const char *shown; /* the same without user, password and fragment */
    void *memory;      /* freed by qv_url_free() */
};
bool qv_url_parse(struct qv_url *u, const char *text,
                  const char *default_scheme, struct qv_error *error);
void qv_url_free(struct qv_url *u);

/* ---- digests ---- */

/* SHA-256 of what is added piece by piece.  Holds no memory of its own. */
struct qv_sha256 {
    _Alignas(16) uint64_t state[20]; /* the engine's */
};
void qv_sha256_init(struct qv_sha256 *s);
void qv_sha256_add(struct qv_sha256 *s, const void *data, size_t len);
/* Lower case and a NUL; *s must be initialised again before it is used. */
void qv_sha256_hex(struct qv_sha256 *s, char hex[65]);

/* ---- the loop's other services ---- */

enum qv_ready {
    QV_READABLE = 1,
    QV_WRITABLE = 2,
};

struct qv_fd {
    int fd;
    void (*on_ready)(struct qv_fd *h, unsigned ready);
    void *state; /* the engine's */
};
void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready);
void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h);

struct qv_timer {
    void (*on_expired)(struct qv_timer *t);
    void *state; /* the engine's */
};
void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns);
void qv_timer_disarm(struct qv_client *c, struct qv_timer *t);

struct qv_signal {
    void (*on_signal)(struct qv_signal *s);
    void *state; /* the engine's */
};
void qv_signal_watch(struct qv_client *c, struct qv_signal *s, int signum);
void qv_signal_unwatch(struct qv_client *c, struct qv_signal *s);

/* ---- what happens inside, for -v and --trace-events ---- */

enum qv_event_kind {
    QV_EVENT_NOTE,          /* a line that -v prints with "* " */
    QV_EVENT_REQUEST_HEAD,  /* text: the whole head, CRLF lines ("> ") */
    QV_EVENT_RESPONSE_HEAD, /* the same ("< ") */
    QV_EVENT_TRAILERS,
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
    /* of QV_EVENT_TELEMETRY */
    uint64_t xfer_id;   /* QV_NO_XFER: belongs to none */
    const char *origin; /* "https://example.com:443", NULL: to none */
    const struct qv_value *values;
    size_t nvalues;
};

/* Embedded in whoever listens; several may. */
struct qv_listener {
    bool wants_notes;     /* all that has a text */
    bool wants_telemetry; /* QV_EVENT_TELEMETRY */
    void (*on_event)(struct qv_listener *l, const struct qv_event *event);
    struct qv_listener *next; /* the engine's */
};
void qv_client_listen(struct qv_client *c, struct qv_listener *l);
/* Not from within on_event.  Freeing the client forgets all of them, after it
 * has told of the connections that it closes. */
void qv_client_unlisten(struct qv_client *c, struct qv_listener *l);

/* ---- statistics ---- */

enum {
    QV_HISTOGRAM_BOUNDS = 16,
    QV_PROTOCOLS = 4,      /* see qv_protocol_name() */
    QV_STAGES = 5,         /* of a handshake: qv_stage_name() */
    QV_CLOSES = 10,        /* why a connection ended: qv_close_name() */
    QV_FAILURES = 6,       /* of a handshake: qv_failure_name() */
    QV_STATUS_CLASSES = 6, /* 0: no answer; 1 to 5: 1xx to 5xx */
};

const char *qv_protocol_name(int protocol); /* "h1", "h2", "h3", "none" */
const char *qv_stage_name(int stage); /* "dns", "connect", "tls", "quic", ... */
const char *qv_failure_name(int reason); /* "dns", "connect", "tls", ... */
const char *qv_close_name(int reason);   /* "idle", "goaway", "error", ... */

/* How long something took. */
struct qv_histogram {
    uint64_t count;
    uint64_t sum; /* ns */
    uint64_t max;
    /* How many took up to each bound (and longer than the one before); the
     * last one: longer than all. */
    uint64_t buckets[QV_HISTOGRAM_BOUNDS + 1];
};
const uint64_t *qv_histogram_bounds(void); /* ns, ascending */

/* Of one pool.  An origin may have several, with different settings. */
struct qv_pool_stats {
    const char
        *origin; /* "https://example.com:443"; until the client runs on */
    /* now */
    size_t queued; /* requests that wait for a connection */
    size_t active; /* requests on connections: streams */
    size_t connections;
    size_t idle; /* connections without a request */
    size_t dialling;
    /* ever */
    uint64_t dials;
    uint64_t dials_failed;
    uint64_t failures[QV_FAILURES]; /* the same, by reason */
    uint64_t opened[QV_PROTOCOLS];
    uint64_t closed[QV_CLOSES];
    uint64_t waited;   /* requests that were queued */
    uint64_t expired;  /* of them: for too long */
    uint64_t returned; /* requests that a connection gave back unprocessed */
    uint64_t requests[QV_PROTOCOLS][QV_STATUS_CLASSES]; /* that are over */
    uint64_t retries;
    uint64_t bytes_in;
    uint64_t bytes_out;
    struct qv_histogram durations; /* of requests */
    struct qv_histogram stages[QV_STAGES];
};

struct qv_stats {
    uint64_t waiting; /* transfers */
    uint64_t running;
    uint64_t done;
    uint64_t failed;
    uint64_t cancelled;
    uint64_t retried;
    uint64_t redirected;
    uint64_t bytes_in; /* so far, of those that run too */
    uint64_t bytes_out;
    size_t npools;
    struct qv_pool_stats pools; /* the sum; origin NULL */
};
void qv_client_stats(const struct qv_client *c, struct qv_stats *stats);

/* Pools that have had nothing to do for a while are gone: what they counted is
 * shown last, all together, under this name. */
#define QV_ORIGIN_OTHER "other"
void qv_client_each_pool(const struct qv_client *c,
                         void (*each)(void *user,
                                      const struct qv_pool_stats *stats),
                         void *user);
/* Adds *s to *to, whose origin stays. */
void qv_pool_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s);

struct qv_connection_stats {
    uint64_t id;
    const char *origin;
    const char *protocol;
    size_t active;     /* requests on it */
    uint64_t requests; /* ever */
    uint64_t age;      /* ns */
    bool is_draining;
    uint64_t rtt; /* smoothed, ns; this and all below 0: unknown */
    uint64_t min_rtt;
    uint64_t cwnd; /* bytes */
    uint64_t packets_sent;
    uint64_t packets_lost;
};
/* A system call for each one over TCP. */
void qv_client_each_connection(
    const struct qv_client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user);

/* ---- a page about it, for metrics ---- */

struct qv_page {
    const char *bind; /* numeric; NULL: loopback, both families */
    uint16_t port;    /* 0: any free one */
    const char *path; /* "/metrics" */
    const char *type; /* content-type */
    /* Called for each request; malloc()ed, the engine frees it. */
    char *(*render)(void *user, size_t *len);
    void *user;
};

/*
 * Answers GET and HEAD of the page over plain HTTP/1.1 while the client runs;
 * it does not keep it running.  NULL with *error filled.  path and type are
 * borrowed until it is closed, which comes before qv_client_free().
 */
struct qv_page_port *qv_client_serve_page(struct qv_client *c,
                                          const struct qv_page *page,
                                          struct qv_error *error);
uint16_t qv_page_port_number(const struct qv_page_port *p);
void qv_page_port_close(struct qv_page_port *p);

/* ---- the embedded server ---- */

struct qv_server;

struct qv_server_options {
    const char *bind; /* numeric; NULL: loopback, both families */
    bool has_tls;     /* TLS and QUIC on `port` */
    bool has_plain;
    uint16_t port;       /* 0: any free one */
    uint16_t plain_port; /* 0: any free one */
    const char *root;
    const char *cert_file; /* NULL: throw-away certificate */
    const char *key_file;
    bool retry;
    unsigned h2_max_streams; /* 0: default */
    unsigned h3_max_streams;
    uint64_t max_requests;
    unsigned max_connections;
    bool log_json;
    void (*on_request)(void *user, const char *line); /* NULL: no log */
    void *user;
};

/* NULL with *error filled. */
struct qv_server *qv_server_new(const struct qv_server_options *o,
                                struct qv_error *error);
uint16_t qv_server_port(const struct qv_server *s);
uint16_t qv_server_plain_port(const struct qv_server *s);
const char *qv_server_ca_file(const struct qv_server *s); /* or NULL */
struct qv_server_stats {
    unsigned connections;            /* now */
    uint64_t accepted[QV_PROTOCOLS]; /* ever; "none": ended before */
    uint64_t requests[QV_PROTOCOLS][QV_STATUS_CLASSES];
    uint64_t incomplete; /* responses that did not reach their end */
    uint64_t bytes_in;   /* bodies */
    uint64_t bytes_out;
    struct qv_histogram durations; /* of requests */
    /* QUIC, before there is a connection */
    uint64_t handshakes; /* begun */
    uint64_t handshakes_failed;
    uint64_t retries;  /* Retry packets */
    uint64_t versions; /* Version Negotiation packets */
    uint64_t refused;  /* clients turned away */
    uint64_t resets;   /* stateless ones */
};
void qv_server_stats(struct qv_server *s, struct qv_server_stats *stats);
/* As qv_client_serve_page(), to be closed before qv_server_free(). */
struct qv_page_port *qv_server_serve_page(struct qv_server *s,
                                          const struct qv_page *page,
                                          struct qv_error *error);
/* Serves until SIGINT or SIGTERM, then drains: 0.  A second signal, or another
 * one that ends programs, ends it at once: the signal's number.  They are
 * caught from qv_server_new() on. */
int qv_server_run(struct qv_server *s);
void qv_server_free(struct qv_server *s);

#endif
