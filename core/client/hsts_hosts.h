/*
 * hsts_hosts -- hosts that are to be reached over TLS alone, by their own word (RFC
 * 6797 8).
 *
 * Names alone: an address says nothing of this kind (8.1.1).  A host and one below
 * it are two entries, whatever either says of the other.  Data without a clock, as
 * client/cookie_jar.h; its text is curl's: host "20271231 23:59:59", with a dot
 * before a host whose subdomains are meant too.
 */
#ifndef CORE_CLIENT_HSTS_HOSTS_H
#define CORE_CLIENT_HSTS_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "http/hsts.h"
#include "http/url_host.h"
#include "pool/state_report.h"

#define HSTS_HOSTS_MAX 10000 /* as curl; the one longest unheard of goes */
#define HSTS_AGE_MAX   (INT64_C(100) * 366 * 86400) /* s */

struct hsts_hosts {
    struct map hosts;
    struct list order; /* the one longest unheard of first */
    size_t len;
    unsigned nloads;    /* files so far */
    unsigned home_load; /* the one of the file that it is saved to */
    bool is_changed;    /* since it was saved or loaded */
};

struct hsts_entry {
    struct list link;
    struct span host; /* this entry's */
    int64_t until;
    unsigned load; /* the one that it came or was seen with; 0: none */
    bool has_subdomains;
    bool is_live;      /* of this run */
    bool is_tombstone; /* taken back, and must not come back with a merge */
    char text[];
};

void hsts_hosts_init(struct hsts_hosts *h, uint64_t seed);
void hsts_hosts_fini(struct hsts_hosts *h);

/* What a host has said over TLS, with a certificate that was checked. */
void hsts_hosts_take(struct hsts_hosts *h, const struct url_host *host,
                     const struct hsts_word *word, int64_t now);
/* The name that says that this one is to be reached over TLS: its own, or one
 * above it; base NULL: none. */
struct span hsts_hosts_find(struct hsts_hosts *h, const struct url_host *host,
                            int64_t now);
/* Takes away what is known of a name (base NULL: of all) and of those below it; how
 * many. */
size_t hsts_hosts_forget(struct hsts_hosts *h, struct span host);

/* False: this is no such text. */
bool hsts_hosts_load(struct hsts_hosts *h, enum state_role role,
                     struct span text, int64_t now,
                     struct state_report *report);
void hsts_hosts_save(struct hsts_hosts *h, int64_t now, struct str *text);

#endif
