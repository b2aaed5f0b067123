/*
 * svcb -- HTTPS records: what an origin says of how it is reached (RFC 9460).
 *
 * A record in AliasMode (priority 0) sends to another name; one in ServiceMode
 * is a place, with the protocols that are spoken there.  What is not known is
 * ignored, unless the record says that it must not be.
 */
#ifndef CORE_HTTP_SVCB_H
#define CORE_HTTP_SVCB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "http/ech.h"

#define SVCB_RECORDS_MAX 8 /* of one name; more are ignored, the last ones */
#define SVCB_HINTS_MAX   4 /* of one family; more are ignored */
#define SVCB_NAME_MAX    255

enum svcb_alpn {
    SVCB_H1 = 1,
    SVCB_H2 = 2,
    SVCB_H3 = 4,
};

struct svcb {
    uint16_t priority;              /* 0: AliasMode */
    char target[SVCB_NAME_MAX + 1]; /* "": the record's own name */
    unsigned alpn;                  /* of enum svcb_alpn */
    uint16_t port;                  /* 0: the origin's */
    uint8_t ech[ECH_LIST_MAX];      /* ECHConfigList (RFC 9848) */
    size_t ech_len;                 /* 0: none, or none that can be used */
    bool needs_ech;                 /* it says that ECH is mandatory */
    uint8_t ipv4[SVCB_HINTS_MAX][4];
    uint8_t ipv6[SVCB_HINTS_MAX][16];
    size_t nipv4;
    size_t nipv6;
};

enum svcb_verdict {
    SVCB_GOOD,
    SVCB_UNUSABLE,  /* it needs what we have not: this one is passed over */
    SVCB_MALFORMED, /* then none of the name's is used (RFC 9460 2.2) */
};

/* rdata: as on the wire, without compression. */
enum svcb_verdict svcb_parse(struct svcb *r, struct span rdata);

/* All of one name. */
struct svcb_set {
    struct svcb
        records[SVCB_RECORDS_MAX]; /* by svcb_set_end(): in their order */
    size_t n;
    size_t nunusable;
    bool is_malformed;
};

void svcb_set_init(struct svcb_set *s);
void svcb_set_add(struct svcb_set *s, struct span rdata);
/* Records in AliasMode put all others out of force, and the first of them is
 * kept alone (RFC 9460 2.4.1); others stand in the order of their priority. */
void svcb_set_end(struct svcb_set *s);

static inline bool svcb_set_is_alias(const struct svcb_set *s)
{
    return s->n > 0 && s->records[0].priority == 0;
}

#endif
