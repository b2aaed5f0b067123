/*
 * url_path -- the path and query of a URL, made ready for a request-target.
 */
#ifndef CORE_HTTP_URL_PATH_H
#define CORE_HTTP_URL_PATH_H

#include "base/arena.h"
#include "base/span.h"

/* Without "." and ".." segments, also when their dots are percent-encoded
 * (RFC 3986 5.2.4).  `path` starts with a slash. */
struct span url_path_remove_dots(struct span path, struct arena *arena);

/* Bytes over 0x7e become percent-encoded, and so do spaces: as "%20", but as
 * `space` when that is not NUL (curl writes '+' after the '?'). */
struct span url_path_encode(struct span part, char space, struct arena *arena);

/* The path of a relative reference against that of its base (RFC 3986
 * 5.2.3); dots are not removed yet. */
struct span url_path_merge(struct span base, struct span reference,
                           struct arena *arena);

#endif
