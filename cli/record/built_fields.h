/*
 * built_fields -- the header fields of a request with those that HTTP adds to
 * it: what frames its body, Expect.
 */
#ifndef CLI_RECORD_BUILT_FIELDS_H
#define CLI_RECORD_BUILT_FIELDS_H

#include <stddef.h>

#include "core/quiver.h"

struct built_fields {
    struct qv_field *at; /* names and values are borrowed */
    size_t n;
    char length[24];
};

/* As it goes over that version of HTTP ("1.1", "2"...): a body of unknown length
 * is chunked in HTTP/1 alone.  Host and :authority are not among them. */
void built_fields_init(struct built_fields *f, const struct qv_built *b,
                       const char *http_version);
void built_fields_fini(struct built_fields *f);

#endif
