/*
 * fake_peer -- what answers the requests of a batch, over connections without a
 * network (pool/fake_dial.h); a request is known by its target.
 */
#ifndef TESTS_UNIT_CLI_BATCH_FAKE_PEER_H
#define TESTS_UNIT_CLI_BATCH_FAKE_PEER_H

#include <stdbool.h>

void fake_peer_init(void);
/* After the client is gone. */
void fake_peer_fini(void);

/* Takes the connections that are waited for; each carries one request. */
void fake_peer_accept(void);
/* Has the request come, and is without its answer's end? */
bool fake_peer_has(const char *target);
/* A head; a piece of the body: may more come? */
void fake_peer_head(const char *target, int status);
bool fake_peer_body(const char *target, const char *bytes);
void fake_peer_end(const char *target);
/* A head and the end. */
void fake_peer_answer(const char *target, int status);
/* How often the connection was told to go on. */
unsigned fake_peer_nresumed(const char *target);

#endif
