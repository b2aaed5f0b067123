/*
 * quiver/client -- one event loop with one connection pool, for one thread.
 */
#ifndef QUIVER_CLIENT_H
#define QUIVER_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

struct qv_client;
struct qv_options;
struct qv_qlog;
struct qv_transfer;

/* A variable of the environment: which of its spellings, and what it says. */
struct qv_variable {
    const char *name;  /* "https_proxy" */
    const char *value; /* NULL: it is not set, or empty */
};

/* What the environment says of proxies, for requests that say nothing of them
 * (curl's rules; client/proxy_choice.h). */
struct qv_proxy_environment {
    struct qv_variable http; /* in lower case alone */
    struct qv_variable https;
    struct qv_variable ws;
    struct qv_variable wss;
    struct qv_variable all;
    struct qv_variable none_for; /* no_proxy */
};

/* Where the next exchange of a transfer goes. */
struct qv_origin {
    const char *scheme; /* "http", "https" */
    const char *host;
    unsigned port;
    const char *user; /* in the URL; NULL: none */
    const char *password;
    bool takes_own; /* the request's own credentials go there */
};

struct qv_client_options {
    unsigned max_parallel;      /* transfers that run; 0: no limit */
    unsigned max_parallel_host; /* to one scheme, host and port; 0: no limit */
    /* To one scheme, host and port, in all its pools (curl's
     * --parallel-max-host); 0: no limit. */
    unsigned max_connections_host;
    double rate;         /* requests begun a second, evenly spaced; 0: any */
    const char *key_log; /* SSLKEYLOGFILE; NULL: none */
    const struct qv_qlog *qlog; /* copied; NULL: none */
    /* A host that answers with Retry-After (429, 503), or that its quota is used
     * up (RateLimit), is left alone for as long by all transfers, those without
     * retries too. */
    bool heeds_limits;
    const struct qv_proxy_environment *proxies; /* NULL: none; outlives it */
    bool cookies; /* those of answers are kept, and sent (RFC 6265bis) */
    /* Loaded ones that end with a session are not kept. */
    bool junk_session_cookies;
    bool hsts;     /* Strict-Transport-Security is heeded (RFC 6797) */
    bool explains; /* qv_result.explain is filled (quiver/explain.h) */
    /*
     * What is different for one origin: called before each exchange, those
     * after redirects too.  The options are those that the request asks for,
     * unless qv_transfer_own_options() makes others of them; the transfer may
     * be made to fail.  Another user than the request's goes to this origin whatever
     * the request's own may do.  NULL: nothing is.
     */
    void (*on_origin)(void *user, struct qv_transfer *t,
                      const struct qv_origin *origin,
                      const struct qv_options *asked);
    /* qv_client_is_ready() said no, and would say yes now.  NULL: not told. */
    void (*on_ready)(void *user);
    void *user;
};

/* Strings of the options are borrowed as long as the client lives; on_origin and
 * on_ready are called while it runs. */
struct qv_client *qv_client_new(const struct qv_client_options *o);
void qv_client_free(struct qv_client *c); /* cancels what still runs */
/* Until no transfer is left, nothing is watched and nobody holds it, or
 * qv_client_stop(). */
void qv_client_run(struct qv_client *c);
/* From a callback: qv_client_run() returns after this turn, and may be called
 * again. */
void qv_client_stop(struct qv_client *c);
/* Every QUIC connection goes over to a new path, as when the machine has moved
 * to another network, which is noticed without being told; how many have begun
 * to. */
unsigned qv_client_migrate(struct qv_client *c);
/* The client runs on although no transfer is left, for as many releases.  For a
 * caller with something to do in later turns, who has armed a timer for it: a
 * timer alone keeps no client running, and a hold alone wakes none. */
void qv_client_hold(struct qv_client *c);
void qv_client_release(struct qv_client *c);       /* once for each hold */
uint64_t qv_client_now(const struct qv_client *c); /* monotonic, ns */
/*
 * Could one more transfer start now: is a permit free that none of those who
 * wait may take?  A reader of many requests reads on while this is true, stops
 * when it is not, and asks again when a transfer has started or is done, or
 * when on_ready is called.
 */
bool qv_client_is_ready(struct qv_client *c);

#endif
