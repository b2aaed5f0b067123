/*
 * capture -- what an entry of a batch keeps of its answer for later ones: a part
 * of a JSON body (a JSON Pointer, RFC 6901), a header, the status.
 *
 *   "capture": {"token": "/access_token", "tag": "header:etag", "n": "status"}
 */
#ifndef CLI_ENTRY_CAPTURE_H
#define CLI_ENTRY_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/quiver.h"

enum capture_from {
    CAPTURE_BODY,
    CAPTURE_HEADER,
    CAPTURE_STATUS,
};

struct capture {
    const char *name;
    enum capture_from from;
    const char *what; /* the pointer, the header's name */
};

/* Letters, digits and _, no digit first. */
bool capture_is_name(const char *name, size_t len);
/* From text as above; the strings are borrowed.  False with *why. */
bool capture_parse(struct capture *c, const char *name, const char *text,
                   const char **why);

/* Does one of them look at the body? */
bool capture_wants_body(const struct capture *list, size_t n);
/* The values, in the order of the list: of a JSON string its text, of anything
 * else its JSON.  `values` has n zeroed texts.  False with *message. */
bool capture_take(const struct capture *list, size_t n,
                  const struct qv_result *result, struct span body,
                  struct str *values, struct str *message);

#endif
