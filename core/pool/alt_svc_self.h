/*
 * alt_svc_self -- what the cache and its text (alt_svc_file.c) share.
 */
#ifndef CORE_POOL_ALT_SVC_SELF_H
#define CORE_POOL_ALT_SVC_SELF_H

#include "pool/alt_svc.h"

struct alt_svc_entry {
    struct list link;
    struct str key;
    char *host; /* of the origin */
    uint16_t port;
    bool is_heard;   /* in this run: better than what is loaded */
    struct str word; /* the field that was taken last, and when */
    int64_t word_at;
    size_t nplaces;
    struct alt_svc_place places[ALT_SVC_PLACES_MAX]; /* their hosts are ours */
};

struct alt_svc_entry *alt_svc_self_find(struct alt_svc *a, struct span host,
                                        uint16_t port);
/* Found or made; the last that would go. */
struct alt_svc_entry *alt_svc_self_touch(struct alt_svc *a, struct span host,
                                         uint16_t port);
/* A copy, unless it is there. */
void alt_svc_self_add_place(struct alt_svc_entry *e,
                            const struct alt_svc_place *p);

#endif
