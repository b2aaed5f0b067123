/*
 * target -- the parts of a request-target (RFC 9112 3.2).
 */
#ifndef CORE_SERVE_TARGET_H
#define CORE_SERVE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

/* "/path", still encoded; of an absolute-form target too.  "*" and anything
 * else without a path come back as they are. */
struct span target_path(struct span target);
/* What stands after "?", or the empty span. */
struct span target_query(struct span target);

/* The decoded value of the first `name=value` of the query; false when there
 * is none.  "+" is a space.  Bytes live in the arena. */
bool target_param(struct span target, const char *name, struct arena *arena,
                  struct span *value);
/* The same as a number; `otherwise` when it is absent or no number. */
uint64_t target_number(struct span target, const char *name,
                       uint64_t otherwise);

/*
 * The file that an encoded path names, relative to the served folder: decoded,
 * without leading or doubled slashes; "" for the folder itself.  False for
 * what no file is called: a NUL, an encoded slash, a bad escape, or a "." or
 * ".." segment in any spelling.
 */
bool target_file(struct span path, struct str *file);

/* Appends bytes as they may stand in a path: unreserved ones and "/" plain,
 * others as %XX (RFC 3986 2). */
void target_encode(struct str *out, struct span bytes);

#endif
