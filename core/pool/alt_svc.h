/*
 * alt_svc -- where else origins are served, by their own word (RFC 7838).
 *
 * An origin's word is a list of places and protocols, each for a time; a new
 * one takes the place of what was said before.  Unknown protocols are ignored.
 * Data without a clock: `now` is seconds since 1970, so that it may be kept on
 * disk, in the format of curl's --alt-svc.
 *
 * Who may say so is the caller's to check: an origin that has shown its
 * certificate.
 */
#ifndef CORE_POOL_ALT_SVC_H
#define CORE_POOL_ALT_SVC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/map.h"
#include "base/span.h"
#include "base/str.h"
#include "pool/state_report.h"

#define ALT_SVC_ORIGINS_MAX 1024           /* the one longest untouched goes */
#define ALT_SVC_PLACES_MAX  4              /* of an origin; more are ignored */
#define ALT_SVC_MA          INT64_C(86400) /* s, without a word (RFC 7838 3.1) */
#define ALT_SVC_MA_MAX      (INT64_C(366) * 86400)

enum alt_svc_protocol {
    ALT_SVC_H1,
    ALT_SVC_H2,
    ALT_SVC_H3,
};

struct alt_svc_place {
    enum alt_svc_protocol protocol;
    struct span host; /* without brackets; the cache's */
    uint16_t port;
    int64_t until;
    bool is_persistent; /* a change of network does not end it */
};

struct alt_svc {
    struct map origins;
    struct list order; /* the one longest untouched first */
    size_t len;
    bool is_changed; /* since it was saved or loaded */
    struct str key;  /* of the look-up at hand */
};

void alt_svc_init(struct alt_svc *a, uint64_t seed);
void alt_svc_fini(struct alt_svc *a);

/* The value of a field, of all that came in one message together, or of an
 * ALTSVC frame.  What does not follow the grammar is ignored, from there on.
 * host: without brackets. */
void alt_svc_take(struct alt_svc *a, struct span host, uint16_t port,
                  struct span value, int64_t now);

/* The places of an origin that are good now, in its order; copied into the
 * array, their hosts until the cache is changed. */
size_t alt_svc_find(struct alt_svc *a, struct span host, uint16_t port,
                    int64_t now, struct alt_svc_place *places, size_t cap);

/* Calls visit() for each place that is good now. */
typedef void alt_svc_visit(void *user, struct span host, uint16_t port,
                           const struct alt_svc_place *place);
void alt_svc_each(struct alt_svc *a, int64_t now, alt_svc_visit *visit,
                  void *user);
/* Takes the places of this host (base NULL: of any) and port (0: any) away; how
 * many. */
size_t alt_svc_forget(struct alt_svc *a, struct span host, uint16_t port);

/* pool/alt_svc_file.c */
const char *alt_svc_protocol_name(enum alt_svc_protocol protocol); /* "h3" */
/* False: this is no such text.  What the origin has said in this run stays. */
bool alt_svc_load(struct alt_svc *a, struct span text, int64_t now,
                  struct state_report *report);
void alt_svc_save(struct alt_svc *a, int64_t now, struct str *text);

#endif
