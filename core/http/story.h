/*
 * story -- what was decided on the way to an answer, and because of what: the
 * source of quiver/explain.h.
 *
 * A dial has one, which its connection takes over with the facts, and a transfer
 * has one of its own; both only if the client was told to explain, else all of
 * them are NULL.  Every function takes NULL and does nothing then, so that who
 * tells need not ask; who would have to build a text does.
 *
 * Bounded: what is beyond STORY_MAX is counted.  Times are loop clock ns.
 */
#ifndef CORE_HTTP_STORY_H
#define CORE_HTTP_STORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "http/allowed.h"
#include "http/facts.h"

#define STORY_MAX         256 /* decisions, and as many attempts */
#define STORY_LOOKUPS_MAX 64

enum story_topic {
    STORY_URL,
    STORY_PROXY,
    STORY_WAIT,
    STORY_CONNECTION,
    STORY_HTTPS_RR,
    STORY_ALT_SVC,
    STORY_BROKEN,
    STORY_RACE,
    STORY_TRUST,
    STORY_TICKET,
    STORY_EARLY_DATA,
    STORY_PROTOCOL,
    STORY_PEER,
    STORY_PATH,
    STORY_GOAWAY,
    STORY_RESEND,
    STORY_RETRY,
    STORY_REDIRECT,
    STORY_TOPICS,
};
const char *story_topic_name(enum story_topic topic); /* "https-rr" */

struct trace;

struct story_decision {
    uint64_t at;
    uint64_t number; /* set by the story: in the order of telling, of all */
    enum story_topic topic;
    uint64_t conn_id; /* 0: none, or not known yet */
    const char *of;
    const char *chosen;
    const char *because;
    struct story_decision *next;
};

enum story_found {
    STORY_ASKING, /* no end yet */
    STORY_FOUND,
    STORY_NOTHING, /* the name has none */
    STORY_FAILED,  /* nobody could say */
    STORY_LATE,    /* nobody waited any longer */
    STORY_CANCELLED,
};

/* A question for a name. */
struct story_lookup {
    uint64_t start;
    uint64_t end;
    const char *name;
    const char *type; /* static: "A", "HTTPS" */
    const char *by;   /* static: "system", "doh" */
    enum story_found found;
    const char *why;
    const char **records; /* room for STORY_RECORDS_MAX, NULL: none yet */
    size_t nrecords;
    struct story_lookup *next;
};
#define STORY_RECORDS_MAX 32

struct story_attempt {
    struct attempt attempt;
    struct story_attempt *next;
};

/* A connection of which a transfer has told. */
struct story_source {
    uint64_t conn_id;
    size_t ndecisions; /* of its own that were taken */
    struct story_source *next;
};

struct story {
    struct trace *trace;
    struct arena arena;
    struct story_decision *decisions; /* the first told first */
    struct story_decision **last;
    size_t ndecisions;
    size_t nleft_out;
    struct story_lookup *lookups;
    struct story_lookup **last_lookup;
    size_t nlookups;
    struct story_attempt *attempts; /* of connections that are told of */
    struct story_attempt **last_attempt;
    size_t nattempts;
    struct story_source *sources;
    struct allowed allowed; /* by the peer of the connection; of the last one */
};

/* trace: told of each decision as it is made, as of a note (TRACE_DECISION), if it
 * wants them; NULL. */
struct story *story_new(struct trace *trace);
void story_free(struct story *s);

/* What is decided, at which time, about what: texts of *what are copied,
 * what->because apart, which is made of the format.  Returns it, to be known by
 * later; NULL: it is not kept. */
struct story_decision *story_tell(struct story *s,
                                  const struct story_decision *what,
                                  const char *because, ...)
    __attribute__((format(printf, 3, 4)));

/* A question begins.  NULL: it is not kept.  What is returned lives as long as
 * the story, and takes answers until it ends. */
struct story_lookup *story_ask(struct story *s, uint64_t now, struct span name,
                               const char *type, const char *by);
/* Both take NULL for `l`. */
void story_answer(struct story *s, struct story_lookup *l, const char *record);
void story_end(struct story *s, struct story_lookup *l, uint64_t now,
               enum story_found found, const char *why);

/* A connection's story, and its attempts, become part of a transfer's: all of it
 * the first time, what was told since when it is taken again.  facts NULL, or
 * without a story: nothing. */
void story_absorb(struct story *s, const struct conn_facts *facts);

#endif
