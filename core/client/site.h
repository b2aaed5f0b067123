/*
 * site -- what admission knows of one scheme, host and port.
 *
 * A passive record: who waits for it, how much runs, when the next may start,
 * and whether it has shown lately that it is alive.
 */
#ifndef CORE_CLIENT_SITE_H
#define CORE_CLIENT_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "base/span.h"
#include "base/str.h"
#include "client/pace.h"
#include "client/retry_budget.h"

/* Where admission has filed it. */
enum site_place {
    SITE_NOWHERE, /* nothing waits, or it has all that it may have */
    SITE_IDLE,    /* nobody needs it: forgotten after a while */
    SITE_DUE,     /* the next one waits for its time */
    SITE_READY,   /* one could start */
};

struct site {
    enum site_place place;
    struct list link;      /* of the ready, or of the idle */
    struct list busy_link; /* while something runs */
    struct heap_node due;  /* while it waits for its time */
    struct list waiting;   /* struct ticket, the next first */
    size_t nwaiting;
    size_t active;   /* places held */
    size_t resting;  /* transfers between two tries */
    size_t released; /* that run on without a place */
    struct pace pace;
    uint64_t hold_until;
    uint64_t heard_at; /* last sign of life, or when it got its first work */
    uint64_t idle_since;
    bool is_proven; /* it answers */
    struct retry_budget retries;
    struct span key; /* into text */
    uint8_t text[];
};

/* Appends what is equal for the same scheme, host and port only. */
void site_key(struct str *key, bool is_secure, struct span name, uint16_t port);

struct site *site_new(struct span key);
void site_free(struct site *h);

/* Does anybody need it? */
bool site_is_idle(const struct site *h);

/* When the next may start, if nothing but time matters. */
uint64_t site_due(const struct site *h);

/* Is there at most one transfer to it, running or not? */
bool site_has_one_only(const struct site *h);

#endif
