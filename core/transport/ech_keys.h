/*
 * ech_keys -- what servers have said of Encrypted Client Hello when they could not
 * read one: other keys, or that they have none (RFC 9849 6.1.6).
 *
 * For the rest of a run that counts more than a record in DNS, which may be old.
 * Only servers that have shown the certificate of their public name are listened
 * to.  Bounded: what is oldest goes.
 */
#ifndef CORE_TRANSPORT_ECH_KEYS_H
#define CORE_TRANSPORT_ECH_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define ECH_KEYS_MAX 64

struct ech_answer {
    char *host; /* NULL: the place is free */
    uint16_t port;
    void *list; /* NULL: it has none */
    size_t len;
};

struct ech_keys {
    struct ech_answer answers[ECH_KEYS_MAX];
    size_t next; /* the place of the next one */
};

/* Begins as zeroes. */
void ech_keys_fini(struct ech_keys *k);
/* list: empty, it has none.  Everything is copied. */
void ech_keys_put(struct ech_keys *k, struct span host, uint16_t port,
                  struct span list);
/* Has it said anything?  Then *list is that, borrowed until the next put. */
bool ech_keys_find(const struct ech_keys *k, struct span host, uint16_t port,
                   struct span *list);

#endif
