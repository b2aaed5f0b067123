/*
 * fake_dial -- dials and connections that a test moves by hand, in place of
 * dial/dial.c.
 */
#ifndef TESTS_UNIT_POOL_FAKE_DIAL_H
#define TESTS_UNIT_POOL_FAKE_DIAL_H

#include "conn/conn.h"
#include "dial/dial.h"

#define FAKE_MAX 512

struct dial {
    const struct dial_events *events;
    void *owner;
    bool is_over;
    struct route_run run; /* that it is said to have won by */
};

struct fake_conn {
    struct conn conn;
    size_t limit; /* exchanges at once */
    struct conn_features features;
    bool is_draining;
    bool is_closed; /* by the pool */
    struct list exchanges;
    unsigned nsubmitted;
    unsigned ncancelled; /* resets too */
    uint64_t reset_code;
    unsigned npings;
    uint64_t heard;      /* what heard() says */
    enum conn_move move; /* what migrate() says */
    unsigned nresumed;
    unsigned ways; /* the last time */
};

/* Every dial since fake_reset(). */
extern struct dial fake_dials[FAKE_MAX];
extern size_t fake_ndials;
size_t fake_dials_running(void);
void fake_reset(void);

/* The dial ends well: a connection with this limit is handed over. */
struct fake_conn *fake_connect(size_t dial, enum http_version version,
                               size_t limit);
/* The same, before the peer has told its limit: fake_raise_limit() tells. */
struct fake_conn *fake_connect_untold(size_t dial, enum http_version version,
                                      size_t limit);
/* The same with these features, or the prospect of them (sets of enum
 * feature); the others have none. */
struct fake_conn *fake_connect_with(size_t dial, enum http_version version,
                                    size_t limit, unsigned has,
                                    unsigned pending);
void fake_refuse(size_t dial, enum err code);
void fake_starve(size_t dial); /* of descriptors */

/* What a peer does to a connection. */
struct exchange *fake_first(struct fake_conn *f);
void fake_answer(struct fake_conn *f, struct exchange *ex);
void fake_return(struct fake_conn *f, struct exchange *ex);
void fake_drain(struct fake_conn *f);
void fake_die(struct fake_conn *f); /* every exchange fails, then closed */
void fake_die_of_path(struct fake_conn *f); /* the same, with REMEDY_PATH */
void fake_lose(struct fake_conn *f); /* none was sent: returned, then closed */
void fake_end(struct fake_conn *f);  /* closed in order, nothing on it */
void fake_raise_limit(struct fake_conn *f, size_t limit);
/* The peer tells: these, and no others. */
void fake_tell_features(struct fake_conn *f, unsigned has);
void fake_free(struct fake_conn *f);

/* Calls of capacity() and features() since fake_reset(): what the pool looked
 * at. */
extern size_t fake_nlooks;

#endif
