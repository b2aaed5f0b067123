/*
 * tickets_self -- what the store and its text (tickets_text.c) share.
 */
#ifndef CORE_TRANSPORT_TICKETS_SELF_H
#define CORE_TRANSPORT_TICKETS_SELF_H

#include "transport/tickets.h"

struct ticket_keyed {
    uint8_t key[1 + TICKETS_KEY_LEN]; /* the kind before it */
    struct list tickets;
    size_t n;
};

/* Adds a copy in the order of its age; NULL: it is there already, was used, or
 * is older than all that there is room for. */
struct ticket *tickets_self_add(struct tickets *s, enum ticket_kind kind,
                                const uint8_t *key,
                                const struct ticket_data *data);
void tickets_self_drop(struct tickets *s, struct ticket *t);

#endif
