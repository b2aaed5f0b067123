/*
 * h2_fields -- heads as HTTP/2 writes them (RFC 9113 8.2, 8.3).
 *
 * Out: pseudo fields first, names in lower case, nothing that belongs to an
 * HTTP/1 connection, content-length from the body's length.  In: pseudo
 * fields are taken out of the section; nghttp2 has checked which may stand
 * where and that names and values are well formed.
 */
#ifndef CORE_CONN_H2_FIELDS_H
#define CORE_CONN_H2_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"
#include "http/fields.h"
#include "http/message.h"

/* A section ready for nghttp2.  All of it lives in the arena or is borrowed
 * from the message, and nghttp2 copies only the array: it must stay until the
 * frame has been packed. */
struct h2_fields_out {
    nghttp2_nv *items;
    size_t len;
    size_t bytes; /* as RFC 9113 6.5.2 counts them */
};

void h2_fields_request(struct h2_fields_out *out, struct arena *arena,
                       const struct request *r);
/* body_len as in struct response; fields may be NULL. */
void h2_fields_response(struct h2_fields_out *out, struct arena *arena,
                        int status, const struct fields *fields,
                        int64_t body_len);
void h2_fields_trailers(struct h2_fields_out *out, struct arena *arena,
                        const struct fields *fields);

/* The pseudo fields of a head that arrives; base NULL: not there. */
struct h2_pseudo {
    int status; /* 0: none yet */
    struct span method;
    struct span scheme;
    struct span authority;
    struct span path;
    struct span protocol; /* RFC 8441 4 */
};

/* Adds one received field to the section, or notes it as a pseudo field.
 * Both strings are copied into the section's arena. */
void h2_fields_take(struct fields *section, struct h2_pseudo *pseudo,
                    struct span name, struct span value);

/* As HTTP/1 would write them, for people.  Of a request: what is sent. */
void h2_fields_print_request(struct str *text, const struct request *r,
                             const struct h2_fields_out *out);
void h2_fields_print_response(struct str *text, int status,
                              const struct fields *fields);
void h2_fields_print_section(struct str *text, const struct fields *fields);

#endif
