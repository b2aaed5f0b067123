/*
 * url -- what a user types, or a Location carries, taken apart and cleaned.
 *
 * RFC 3986, with the host of the URL standard (http/url_host.h) and curl's
 * habits where both leave room: "example.com/x" has a guessed scheme, one to
 * three slashes may follow a scheme.  Everything that could be read in two
 * ways by two programs is refused: control bytes, a second '@', a port that is
 * no port, a backslash in a host.
 *
 * All strings live in the arena that the URL was parsed into.  No fault shows a
 * part of what may be userinfo, and *u is empty after one that might.
 */
#ifndef CORE_HTTP_URL_H
#define CORE_HTTP_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "http/url_host.h"

/* curl's limit. */
#define URL_MAX_LEN ((size_t)8000000)

/* One of those that are ours: there is one of each, told apart by its address. */
struct url_scheme {
    struct span name; /* "http", "https", "ws", "wss" */
    uint16_t port;    /* the usual one */
    bool is_secure;
    bool is_websocket;
};

struct url {
    const struct url_scheme *scheme; /* NULL: nothing is known yet */
    struct span user;                /* decoded; base NULL: no userinfo */
    struct span password;            /* decoded; base NULL: none given */
    struct url_host host;
    uint16_t port;        /* the scheme's default when none was given */
    bool has_port;        /* given, even if it is the default */
    struct span path;     /* "/...", dot segments removed */
    struct span query;    /* without '?'; base NULL: none */
    struct span fragment; /* without '#'; base NULL: none */
};

struct url_options {
    /* For text without a scheme; NULL: https, but http for localhost and for
     * addresses. */
    const char *default_scheme;
    bool path_as_is;   /* dot segments stay */
    bool allow_spaces; /* encode them, as curl does in a Location */
    bool websocket;    /* ws and wss are schemes as well */
};

/* False with *fault: ERR_PROTOCOL_UNSUPPORTED for a scheme that is not ours,
 * ERR_BAD_URL that says what and where for anything else.  o: NULL for none
 * of them. */
bool url_parse(struct url *u, struct span text, const struct url_options *o,
               struct arena *arena, struct fault *fault);

/*
 * What `reference` means in a document at `base` (RFC 3986 5.2).  A scheme in
 * it is never guessed.  Relative ones keep the base's userinfo; the fragment
 * is the reference's own.  *u may be *base.
 */
bool url_resolve(struct url *u, const struct url *base, struct span reference,
                 const struct url_options *o, struct arena *arena,
                 struct fault *fault);

/* Goes over to https, or wss; to its usual port from that of the other one. */
void url_make_secure(struct url *u);

/* Same scheme, host and port: what credentials are bound to. */
bool url_is_same_origin(const struct url *a, const struct url *b);

/* "example.com:8443", "[::1]": for Host and :authority.  No userinfo, no zone
 * (RFC 6874 4), no default port. */
struct span url_authority(const struct url *u, struct arena *arena);
/* "/path?query". */
struct span url_target(const struct url *u, struct arena *arena);
/* What a resolver or addr_parse() takes: the host, "fe80::1%eth0" with its
 * zone. */
struct span url_address(const struct url *u, struct arena *arena);

enum url_text_parts {
    URL_TEXT_USER = 1,     /* user and password: a secret */
    URL_TEXT_FRAGMENT = 2, /* and zone, which no server is told */
};
/* The whole URL, terminated; parts: URL_TEXT_*, or 0 for neither. */
struct span url_text(const struct url *u, unsigned parts, struct arena *arena);

#endif
