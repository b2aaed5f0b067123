/*
 * hop_digests -- the digests of an answer's body, if its server tells some
 * (body_digest.h).
 */
#ifndef CORE_CLIENT_HOP_DIGESTS_H
#define CORE_CLIENT_HOP_DIGESTS_H

#include "client/flight.h"

/* With a head whose body is wanted. */
void hop_digests_start(struct flight *f, const struct response_head *head);
/* Does the digest of the whole lack what came before a rest?  Until its first byte
 * the caller may give that, in pieces from the first byte on. */
bool hop_digests_want_earlier(const struct flight *f);
void hop_digests_earlier(struct flight *f, struct span data);
/* Bytes of the body that were delivered, before content codings are undone. */
void hop_digests_add(struct flight *f, struct span data);
/* At the end of the body; false with *fault. */
bool hop_digests_are_right(struct flight *f, struct fault *fault);

#endif
