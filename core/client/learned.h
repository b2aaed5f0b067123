/*
 * learned -- what answers tell a client for the requests that follow: cookies, and
 * hosts that are to be reached over TLS alone.
 *
 * Each is there if the client's options ask for it, and is one for all that the
 * client does: a cookie goes with the next request that it is for, whatever
 * transfer has brought it.
 */
#ifndef CORE_CLIENT_LEARNED_H
#define CORE_CLIENT_LEARNED_H

#include "base/arena.h"
#include "client/cookie_jar.h"
#include "client/hsts_hosts.h"
#include "http/facts.h"
#include "http/fields.h"
#include "http/url.h"
#include "io/loop.h"
#include "quiver.h"

struct learned {
    struct loop *loop;
    struct cookie_jar *cookies; /* NULL: they are not kept */
    struct hsts_hosts *hsts;    /* NULL: the field is not heeded */
    struct str scratch;
    int64_t (*now)(void); /* seconds since 1970 */
};

void learned_init(struct learned *l, struct loop *loop,
                  const struct qv_client_options *o);
void learned_fini(struct learned *l);

/* Whom a request goes to. */
struct learned_peer {
    const struct url *url;
    const struct qv_request *ask;
    bool is_foreign; /* as in request_build_state */
};

/* The cookies that a request there sends, "a=1; b=2", in the arena; base NULL:
 * none. */
struct span learned_cookies(struct learned *l, const struct learned_peer *to,
                            struct arena *arena);
/* A final head has come.  facts: of the connection; NULL: none are known. */
void learned_take(struct learned *l, const struct learned_peer *from,
                  const struct conn_facts *facts, const struct fields *fields);
/* http becomes https, and ws wss, if the host has asked for it (RFC 6797 8.3). */
void learned_upgrade(struct learned *l, struct url *u);

#endif
