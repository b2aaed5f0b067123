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
    const char *user;      /* "name:password", basic */
    bool path_as_is;
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
