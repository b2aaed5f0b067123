/*
 * quiver/options -- how a request is made: what may be different for each
 * origin.
 */
#ifndef QUIVER_OPTIONS_H
#define QUIVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum qv_http {
    QV_HTTP_AUTO,
    QV_HTTP_1_0,
    QV_HTTP_1_1,
    QV_HTTP_2,
    QV_HTTP_2_PRIOR,
    QV_HTTP_3,
    QV_HTTP_3_ONLY,
};

/* A version that HTTP must have at least, or at most. */
enum qv_http_bound {
    QV_HTTP_BOUND_NONE,
    QV_HTTP_BOUND_1_1,
    QV_HTTP_BOUND_2,
    QV_HTTP_BOUND_3,
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

enum qv_quic_version {
    QV_QUIC_VERSION_AUTO,
    QV_QUIC_VERSION_1,
    QV_QUIC_VERSION_2,
};

enum qv_quic_cc {
    QV_QUIC_CC_CUBIC,
    QV_QUIC_CC_BBR,
    QV_QUIC_CC_RENO,
};

/* 0, of a number whose 0 asks for the default (OR_NONE in settings.def); of an
 * unsigned the low bits of it. */
#define QV_NONE UINT64_MAX

enum qv_tls_file {
    QV_TLS_FILE_PEM,
    QV_TLS_FILE_DER,
    QV_TLS_FILE_P12, /* certificate and key in one */
};

/* Is the name of the server hidden from who is on the way (RFC 9849)? */
enum qv_ech {
    QV_ECH_OFF,
    QV_ECH_GREASE,   /* no, but it looks so */
    QV_ECH_WANTED,   /* if it has published a key */
    QV_ECH_REQUIRED, /* or else nothing is asked for */
};

/* How a user is known to a server (bits); 0: QV_AUTH_BASIC.  With more than one
 * the best that the server offers, once it has. */
enum qv_auth {
    QV_AUTH_BASIC = 1 << 0,
    QV_AUTH_DIGEST = 1 << 1,
    QV_AUTH_BEARER = 1 << 2,
    QV_AUTH_AWS_SIGV4 = 1 << 3,
    QV_AUTH_ANY = QV_AUTH_BASIC | QV_AUTH_DIGEST | QV_AUTH_BEARER,
};

/* The method after a redirect (RFC 9110 15.4). */
enum qv_redirect {
    QV_REDIRECT_KEEP_301 = 1 << 0, /* --post301: a POST stays one */
    QV_REDIRECT_KEEP_302 = 1 << 1,
    QV_REDIRECT_KEEP_303 = 1 << 2,
    /* --follow: custom_method is what the redirect makes of it as well; without
     * (-L) it is sent whatever the answer was. */
    QV_REDIRECT_CUSTOM_METHOD = 1 << 3,
};

/* Schemes (bits); 0: all of them. */
enum qv_scheme {
    QV_SCHEME_HTTP = 1 << 0,
    QV_SCHEME_HTTPS = 1 << 1,
    QV_SCHEME_NONE = 1 << 2, /* nothing is allowed */
    QV_SCHEME_WS = 1 << 3,
    QV_SCHEME_WSS = 1 << 4,
    QV_SCHEME_DOWNGRADE = 1 << 5, /* redirects may lead from https to http */
};

enum qv_proxy_http {
    QV_PROXY_HTTP_1_1,
    QV_PROXY_HTTP_1_0,
    QV_PROXY_HTTP_2,
    QV_PROXY_HTTP_3,
};

enum qv_proxy_auth {
    QV_PROXY_AUTH_BASIC,
    QV_PROXY_AUTH_DIGEST,
    QV_PROXY_AUTH_ANY,
};

/*
 * What holds for the origin that a request goes to: the lines of
 * settings/settings.def, which say what each means, are members here.
 */

/* When a transfer that failed, or was answered by 408, 425, 429, 500, 502, 503,
 * 504, 522 or 524, is begun anew. */
struct qv_retry {
#define CLIENT_RETRY(type, asked) type asked;
#include "settings/settings.def"
};

/* How the connections of one origin are kept.  0: the default. */
struct qv_pool_options {
#define REQUEST_POOL(type, name, connections, how, asked) type asked;
#define CLIENT_POOL(type, asked)                          type asked;
#include "settings/settings.def"
};

/* Zeroed means curl's defaults everywhere. */
struct qv_options {
    /* versions, addresses, TLS, the time to connect; pools and retries */
#define CHOICE(name) enum qv_##name
#define REQUEST_POOL(type, name, connections, how, asked)
#define REQUEST(type, setting, connections, how, asked) type asked;
#include "settings/settings.def"
    struct qv_pool_options pool;
    struct qv_retry retry;
    /* transfer */
    uint64_t max_time; /* ns for a try, redirects too; 0: none */
    /* Too slow: fewer bytes a second than speed_limit (0: 1) for speed_time
     * (ns; 0: 30 s).  Both 0: any speed. */
    uint64_t speed_limit;
    uint64_t speed_time;
    bool follow;           /* -L */
    bool follow_trusted;   /* credentials go to other origins as well */
    int max_redirs;        /* -1: no limit; 0 with follow: none allowed */
    bool fail;             /* -f: status >= 400 is an error, body dropped */
    bool compressed;       /* ask for and undo content codings */
    uint64_t max_filesize; /* 0: no limit */
    bool path_as_is;
    unsigned redirects;     /* of enum qv_redirect */
    unsigned schemes;       /* --proto, of enum qv_scheme */
    unsigned redir_schemes; /* --proto-redir */
    uint64_t limit_rate;    /* bytes/s of bodies, each way; 0: any */
    bool raw;               /* codings of the transfer are not undone */
    bool tr_encoding;       /* HTTP/1.1: ask for a coded transfer (TE) */
    bool ignore_length;     /* HTTP/1: Content-Length of answers */
    /* credentials */
    unsigned auth;         /* of enum qv_auth */
    const char *user;      /* "name:password" */
    const char *bearer;    /* for QV_AUTH_BEARER; NULL: none */
    const char *aws_sigv4; /* "provider1[:provider2[:region[:service]]]" */
    bool no_url_user;      /* name and password in a URL: QV_EXIT_LOGIN */
};

/*
 * For on_origin: what *options say of an origin as `from` does, they say from
 * now on as `to` does; what a request alone asked for stays.  That is what is
 * made of the lines of settings/settings.def, and nothing of what the request
 * itself is.
 */
void qv_options_adopt(struct qv_options *options, const struct qv_options *from,
                      const struct qv_options *to);

#endif
