/*
 * cookie_jar -- the cookies of a client: whose they are, and to whom they go (RFC
 * 6265bis 5.7, 5.8).
 *
 * Data without a clock: `now` is seconds since 1970.  Cookies lie with their
 * domain, so that a request asks once for each label of its host, however many
 * other hosts there are.
 *
 * A jar may come from a file and go back to it while others do the same with that
 * file: it knows what this run has changed, deletions too, which is put over what
 * the file has become meanwhile (client/cookie_file.h).
 */
#ifndef CORE_CLIENT_COOKIE_JAR_H
#define CORE_CLIENT_COOKIE_JAR_H

#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "http/cookie.h"

#define COOKIE_JAR_OF_DOMAIN_MAX 180 /* as browsers; an old one goes */
#define COOKIE_JAR_BYTES_MAX     ((size_t)64 << 20) /* with what goes with them */
#define COOKIE_JAR_SENT_MAX      ((size_t)150)  /* to one request, as curl */
#define COOKIE_JAR_FIELD_MAX     ((size_t)8190) /* "Cookie: ..." as curl */
#define COOKIE_JAR_TAKEN_MAX     50             /* of one answer, as curl */

struct cookie_jar {
    struct map domains; /* struct cookie_domain */
    struct list order;  /* struct cookie_entry: the first made first */
    struct list by_use; /* the one longest unused first */
    size_t len;         /* cookies, expired ones too */
    size_t bytes;
    uint64_t nmade;
    unsigned nloads;    /* files so far */
    unsigned home_load; /* the one of the file that it is saved to */
    bool is_changed;    /* since it was saved or loaded */
    bool
        drops_sessions; /* what is loaded and ends with a session is not kept */
    struct list unbound; /* loaded without a domain: of the first place asked */
    /* of the look-up at hand */
    struct cookie_entry **found;
    size_t found_cap;
    struct str key;
};

/* One cookie, and what the jar knows of it. */
struct cookie_entry {
    struct list in_domain;
    struct list in_order;
    struct list in_use;
    struct cookie_domain *domain;
    struct cookie cookie; /* its texts lie behind this */
    size_t size;
    uint64_t made;     /* the place in `order` as a number */
    unsigned load;     /* the one that it came or was seen with; 0: none */
    bool is_live;      /* of this run */
    bool is_tombstone; /* it is gone, and must not come back with a merge */
    char text[];
};

void cookie_jar_init(struct cookie_jar *jar, uint64_t seed);
void cookie_jar_fini(struct cookie_jar *jar);

/* What Set-Cookie of an answer says.  NULL, or why it is ignored.  *taken, if the
 * caller wants to know: what it came to, until the jar is used again; it has
 * expired when it takes one away. */
const char *cookie_jar_take(struct cookie_jar *jar, struct span field,
                            const struct cookie_place *place, int64_t now,
                            struct cookie *taken);

/* Appends "a=1; b=2", what a request to this place has in its Cookie field; false
 * when that was cut short (COOKIE_JAR_FIELD_MAX). */
bool cookie_jar_gather(struct cookie_jar *jar, const struct cookie_place *place,
                       int64_t now, struct str *out);

/* Puts it in, `is_live` or loaded, in place of one that is the same; its domain
 * and path are set.  NULL, or why not. */
const char *cookie_jar_put(struct cookie_jar *jar, const struct cookie *c,
                           bool is_live, bool from_secure, int64_t now);
/* Without a domain: it becomes the host's that is asked for first. */
void cookie_jar_put_unbound(struct cookie_jar *jar, const struct cookie *c);

/* Takes away what a domain has, and the names below; how many. */
size_t cookie_jar_forget(struct cookie_jar *jar, struct span domain);
/* Takes away those for which `is_bad` says so. */
size_t cookie_jar_prune(struct cookie_jar *jar,
                        bool (*is_bad)(const struct cookie_entry *e,
                                       const void *user),
                        const void *user);

#endif
