/*
 * settings -- what the user wants of one origin, resolved and checked.
 *
 * Made once from defaults, configuration and options; immutable after that,
 * borrowed by every layer below for as long as a connection made with it
 * lives.  Strings are borrowed from whoever made it.  Times are ns, sizes
 * bytes.  settings.def lists the settings and says what each means.
 */
#ifndef CORE_SETTINGS_SETTINGS_H
#define CORE_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Which versions may be spoken, and how they are found. */
enum settings_http {
    SETTINGS_HTTP_AUTO,    /* https: ALPN h2, http/1.1, and HTTP/3 where the
                              origin is known to speak it; http: HTTP/1.1 */
    SETTINGS_HTTP_1_0,     /* HTTP/1.0 request line */
    SETTINGS_HTTP_1_1,     /* nothing but HTTP/1.1 */
    SETTINGS_HTTP_2,       /* as AUTO (curl's --http2) */
    SETTINGS_HTTP_2_PRIOR, /* HTTP/2 at once, http:// too */
    SETTINGS_HTTP_3,       /* QUIC raced with TCP */
    SETTINGS_HTTP_3_ONLY,
};

enum settings_http_bound {
    SETTINGS_HTTP_BOUND_NONE,
    SETTINGS_HTTP_BOUND_1_1,
    SETTINGS_HTTP_BOUND_2,
    SETTINGS_HTTP_BOUND_3,
};

enum settings_family {
    SETTINGS_FAMILY_ANY,
    SETTINGS_FAMILY_IPV4,
    SETTINGS_FAMILY_IPV6,
};

enum settings_tls {
    SETTINGS_TLS_1_2 = 1, /* 0 asks for the default (quiver.h) */
    SETTINGS_TLS_1_3,
};

enum settings_quic_version {
    SETTINGS_QUIC_VERSION_AUTO,
    SETTINGS_QUIC_VERSION_1,
    SETTINGS_QUIC_VERSION_2,
};

/* Congestion control. */
enum settings_quic_cc {
    SETTINGS_QUIC_CC_CUBIC,
    SETTINGS_QUIC_CC_BBR,
    SETTINGS_QUIC_CC_RENO,
};

/* What a file of a certificate or key is written in. */
enum settings_tls_file {
    SETTINGS_TLS_FILE_PEM,
    SETTINGS_TLS_FILE_DER,
    SETTINGS_TLS_FILE_P12,
};

/* Encrypted Client Hello (RFC 9849). */
enum settings_ech {
    SETTINGS_ECH_OFF,
    SETTINGS_ECH_GREASE,   /* one that hides nothing, for nobody to tell */
    SETTINGS_ECH_WANTED,   /* where the server has a key */
    SETTINGS_ECH_REQUIRED, /* or else no request */
};

/* What is spoken with an HTTP proxy. */
enum settings_proxy_http {
    SETTINGS_PROXY_HTTP_1_1,
    SETTINGS_PROXY_HTTP_1_0,
    SETTINGS_PROXY_HTTP_2, /* ALPN h2, http/1.1 */
    SETTINGS_PROXY_HTTP_3, /* QUIC, raced with TCP as to any origin */
};

enum settings_proxy_auth {
    SETTINGS_PROXY_AUTH_BASIC,
    SETTINGS_PROXY_AUTH_DIGEST,
    SETTINGS_PROXY_AUTH_ANY, /* the best that it offers, once it has */
};

/* ---- the members, from the table (settings.def) ---- */

struct settings_tls_options {
#define CHOICE(name)                                     enum settings_##name
#define REQUEST_TLS(type, name, connections, how, asked) type name;
#define ENGINE_TLS(type, name, connections)              type name;
#include "settings/settings.def"
};

struct settings_timeouts {
#define REQUEST_TIMEOUTS(type, name, connections, how, asked) type name;
#define ENGINE_TIMEOUTS(type, name, connections)              type name;
#include "settings/settings.def"
};

struct settings_limits {
#define ENGINE_LIMITS(type, name, connections) type name;
#include "settings/settings.def"
};

struct settings_socket {
#define REQUEST_SOCKET(type, name, connections, how, asked) type name;
#include "settings/settings.def"
};

struct settings_h2 {
#define REQUEST_H2(type, name, connections, how, asked) type name;
#include "settings/settings.def"
};

struct settings_quic {
#define CHOICE(name)                                      enum settings_##name
#define REQUEST_QUIC(type, name, connections, how, asked) type name;
#define ENGINE_QUIC(type, name, connections)              type name;
#include "settings/settings.def"
};

/* How the connections of one origin are kept. */
struct settings_pool {
#define REQUEST_POOL(type, name, connections, how, asked) type name;
#include "settings/settings.def"
};

/* Where it is reached, and from where. */
struct settings_addresses {
#define CHOICE(name)                                           enum settings_##name
#define REQUEST_ADDRESSES(type, name, connections, how, asked) type name;
#include "settings/settings.def"
};

/* The way through a proxy. */
struct settings_proxy {
#define CHOICE(name)                                       enum settings_##name
#define REQUEST_PROXY(type, name, connections, how, asked) type name;
#define ENGINE_PROXY(type, name, connections)              type name;
#include "settings/settings.def"
};

struct settings {
    struct settings_tls_options tls;
    struct settings_timeouts timeouts;
    struct settings_limits limits;
    struct settings_h2 h2;
    struct settings_quic quic;
    struct settings_pool pool;
    struct settings_addresses addresses;
    struct settings_proxy proxy;
    struct settings_socket socket;
#define CHOICE(name)                                          enum settings_##name
#define REQUEST_SETTINGS(type, name, connections, how, asked) type name;
#include "settings/settings.def"
};

/* ---- the table as data ---- */

enum setting_kind {
    SETTING_PLAIN, /* its bytes are its value */
    SETTING_TEXT,  /* const char *; NULL: none */
    SETTING_LIST,  /* const char *const *, NULL at the end; NULL: none */
};

struct setting {
    const char *name; /* "tls.ca_file" */
    size_t at;        /* in struct settings */
    size_t size;
    enum setting_kind kind;
    bool is_apart; /* connections of other values are not for it */
};

extern const struct setting settings_table[];
extern const size_t settings_count;

/* ---- what is done with them ---- */

void settings_defaults(struct settings *s);

/* A copy whose strings and lists live in the arena. */
void settings_copy(struct settings *to, const struct settings *from,
                   struct arena *arena);

/* Every contradiction that can be seen without a network; false with the
 * first one in *fault (ERR_USAGE). */
bool settings_check(const struct settings *s, struct fault *fault);

/* Appends everything that connections of two requests must have in common
 * whatever their origin: TLS trust and identity, versions, where they come
 * from.  What --resolve and --connect-to mean depends on the origin
 * (pool/origin.h). */
void settings_key(const struct settings *s, struct str *key);

/* Appends what is equal only for settings that are equal in all. */
void settings_identity(const struct settings *s, struct str *key);

#endif
