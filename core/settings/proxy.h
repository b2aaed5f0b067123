/*
 * proxy -- what a proxy's URL says, and how it is spoken with.
 *
 * curl's syntax: [scheme://][user:password@]host[:port], the scheme "http" when
 * none is given, the port 1080 when none is (443 for https).  User and password
 * are percent-decoded.
 */
#ifndef CORE_SETTINGS_PROXY_H
#define CORE_SETTINGS_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "settings/settings.h"

enum proxy_kind {
    PROXY_NONE,
    PROXY_HTTP,
    PROXY_HTTPS,
    PROXY_SOCKS4,  /* names are resolved here */
    PROXY_SOCKS4A, /* there */
    PROXY_SOCKS5,  /* here */
    PROXY_SOCKS5H, /* there (RFC 1928) */
};

struct proxy {
    enum proxy_kind kind;
    struct span host; /* A-label, or an address without brackets */
    uint16_t port;
    bool has_user;
    struct span user;
    struct span password;
    /* "socks5://localhost/path": where it listens; base NULL: at host, port. */
    struct span unix_socket;
};

static inline bool proxy_is_http(const struct proxy *p)
{
    return p->kind == PROXY_HTTP || p->kind == PROXY_HTTPS;
}

static inline bool proxy_is_socks(const struct proxy *p)
{
    return p->kind >= PROXY_SOCKS4;
}

/* text NULL or "": PROXY_NONE.  Strings are the arena's.  False with *fault:
 * ERR_PROXY_URL (5) for what is no URL, ERR_PROXY_SCHEME (7) for a scheme that
 * is no proxy's; curl's statuses. */
bool proxy_parse(struct proxy *p, const char *text, struct arena *arena,
                 struct fault *fault);

/* The proxy of settings.proxy.url; when that names no user, settings.proxy.user
 * is the user.  Fails as proxy_parse(). */
bool proxy_of(struct proxy *p, const struct settings *s, struct arena *arena,
              struct fault *fault);

/*
 * The settings of the hop to it: trust, identity and versions are those of
 * s->proxy, where it is reached from, times and limits those of s; s->proxy
 * .before is its own proxy.  Nothing that is for the origin alone is in them;
 * what is said to the proxy is, so that connections for one user of it are not
 * another's.  Borrows from s.
 */
void proxy_settings(struct settings *to, const struct settings *s);

/* What of s.proxy can be seen to be wrong without a network, as settings_check()
 * does. */
bool proxy_check(const struct settings *s, struct fault *fault);

/* Appends scheme://host:port: nothing secret. */
void proxy_name(const struct proxy *p, struct str *text);

#endif
