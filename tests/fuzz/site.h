/*
 * site -- a server with files, as the programs that attack it need it.
 *
 * Next to the folder that is served lies a file with SITE_SECRET, and links in
 * the folder lead to it: whatever a client sends, that text is not sent back.
 * Made at the first use and kept, since what is attacked are connections.
 */
#ifndef TESTS_FUZZ_SITE_H
#define TESTS_FUZZ_SITE_H

#include <stddef.h>

#include "base/span.h"
#include "serve/codecs.h"
#include "serve/server_life.h"

#define SITE_SECRET "#kept-from-all-clients-7d1f"

struct site {
    struct loop *loop;
    struct server *server;
    struct peer *peer; /* NULL once it is gone */
};

struct site *site_get(void);
/* The connection under attack; its end is noticed, and comes once. */
void site_watch(struct site *s, struct peer *peer);
/* Closes what is left of it. */
void site_drop(struct site *s);
/* Nothing that the server sent holds the secret. */
void site_check_output(struct span sent);

/* Targets worth asking for. */
extern const char *const site_targets[];
extern const size_t site_ntargets;

#endif
