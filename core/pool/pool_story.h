/*
 * pool_story -- which connection an exchange gets and why, told in the story of
 * its transfer (http/story.h); and what becomes of a connection, in its own.
 * Without a story every function does nothing.
 */
#ifndef CORE_POOL_POOL_STORY_H
#define CORE_POOL_POOL_STORY_H

#include "http/story.h"
#include "pool/pool_self.h"

/* The exchange was submitted, and waits: none that is open serves it. */
void pool_story_waits(const struct pool *p, const struct exchange *ex);
/* The exchange is about to go to this connection. */
void pool_story_gets(const struct pool_member *member,
                     const struct exchange *ex);
/* The exchange came back unprocessed, and goes to another connection. */
void pool_story_returned(const struct conn *c, const struct exchange *ex,
                         const struct fault *why);
/* The connection drains: by GOAWAY, or as HTTP/1.1's do. */
void pool_story_drains(const struct pool *p, const struct conn *c,
                       const struct fault *why);
/* The connection's peer has told what it allows. */
void pool_story_peer(const struct pool *p, const struct conn *c);
/* What the origin says of its other places was taken. */
void pool_story_learned(const struct exchange *ex, struct span value);

#endif
