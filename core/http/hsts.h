/*
 * hsts -- a Strict-Transport-Security field (RFC 6797 6.1).
 */
#ifndef CORE_HTTP_HSTS_H
#define CORE_HTTP_HSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct hsts_word {
    uint64_t max_age; /* s; 0: the host takes back what it said */
    bool has_subdomains;
};

/* False: it does not follow the grammar, and is to be ignored. */
bool hsts_parse(struct hsts_word *w, struct span field);

#endif
