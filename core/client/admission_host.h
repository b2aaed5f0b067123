/*
 * admission_host -- what admission knows of one scheme, host and port.
 *
 * A passive record: who waits for the host, how much runs there, when the next
 * may start, how many retries it has to bear, and whether it has shown lately
 * that it is alive.
 */
#ifndef CORE_CLIENT_ADMISSION_HOST_H
#define CORE_CLIENT_ADMISSION_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "base/list.h"
#include "base/span.h"
#include "base/str.h"
#include "client/pace.h"
#include "client/quota.h"
#include "client/retry_budget.h"

/* Where admission has filed the host. */
enum admission_host_state {
    ADMISSION_HOST_UNFILED, /* nothing waits, or it has all that it may have */
    ADMISSION_HOST_IDLE,    /* nobody needs it: forgotten after a while */
    ADMISSION_HOST_DUE,     /* the next one waits for its time */
    ADMISSION_HOST_READY,   /* one could start */
};

struct admission_host {
    enum admission_host_state state;
    struct list link;      /* of the ready, or of the idle */
    struct list busy_link; /* while something runs */
    struct heap_node due;  /* while it waits for its time */
    struct list waiting;   /* struct permit, the next first */
    size_t nwaiting;
    size_t active;      /* permits held or granted */
    size_t backing_off; /* permits given back between two tries, */
    size_t released;    /* or because their holders run on without */
    struct pace pace;
    uint64_t hold_until;
    struct quota quota;
    uint64_t heard_at; /* last sign of life, or when it got its first work */
    uint64_t idle_since;
    bool is_proven; /* the host answers */
    struct retry_budget retries;
    struct span key; /* into text */
    uint8_t text[];
};

/* Appends what is equal for the same scheme, host and port only. */
void admission_host_key(struct str *key, bool is_secure, struct span name,
                        uint16_t port);

struct admission_host *admission_host_new(struct span key);
void admission_host_free(struct admission_host *h);

/* Does no transfer need the host? */
bool admission_host_is_idle(const struct admission_host *h);

/* When the next may start, if nothing but time matters. */
uint64_t admission_host_due(const struct admission_host *h);

/* Is there at most one transfer to the host, running or not? */
bool admission_host_has_one_only(const struct admission_host *h);

#endif
