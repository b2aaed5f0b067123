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
 * ERR_BAD_URL (3) for what is no URL, ERR_PROTOCOL_UNSUPPORTED for a scheme
 * that is no proxy's. */
bool proxy_parse(struct proxy *p, const char *text, struct arena *arena,
                 struct fault *fault);

/* That of settings.proxy.url, with settings.proxy.user in place of its own
 * user.  Fails as proxy_parse(). */
bool proxy_of(struct proxy *p, const struct settings *s, struct arena *arena,
              struct fault *fault);

/*
 * The settings of the hop to it: trust, identity and versions are those of
 * s->proxy, where it is reached from, times and limits those of s; s->proxy
 * .before is its own proxy.  Nothing that is for the origin alone is in them.
 * Borrows from s.
 */
void proxy_settings(struct settings *to, const struct settings *s);

/* Appends scheme://host:port: nothing secret. */
void proxy_name(const struct proxy *p, struct str *text);

#endif
