/*
 * records -- what the HTTPS records of an origin say of how it is reached (RFC
 * 9460), asked of a name server.
 *
 *   IDLE -> ASKING -> DONE;  cancel at any time, silently
 *
 * Aliases are followed, so many and no further.
 */
#ifndef CORE_DIAL_RECORDS_H
#define CORE_DIAL_RECORDS_H

#include "base/str.h"
#include "http/svcb.h"
#include "io/dns.h"
#include "io/loop.h"

struct story;
struct story_lookup;

struct records {
    struct loop *loop;
    struct dns_server *from; /* whom to ask */
    struct story *story;     /* http/story.h; NULL: nobody wants to know */
    const char *by;          /* who is asked, for the story */
    void *owner;
    /* All that will be known is: once, never before records_start() has
     * returned. */
    void (*on_done)(struct records *r);

    bool is_asking;
    struct svcb_set set; /* in ServiceMode; .n 0: none that can be used */
    /* The name that the records belong to, which is that of a target ""; the
     * origin's own unless there were aliases. */
    char name[SVCB_NAME_MAX + 1];
    bool is_alias;
    unsigned naliases;
    const char *why; /* .n is 0: one line */
    struct dns_query query;
    struct story_lookup *told;
};

/* The members above the blank line are set by the caller.  RFC 9460 9.1: a port
 * that is not https's own is part of the name that is asked. */
void records_start(struct records *r, struct span host, uint16_t port);
void records_cancel(struct records *r);

#endif
