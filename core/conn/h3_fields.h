/*
 * h3_fields -- message heads as HTTP/3 carries them.
 *
 * Outgoing: an array of name and value pairs for nghttp3, pseudo fields
 * first.  Strings are borrowed where they can be, made in the arena where they
 * must be (names in lower case, numbers): both have to stay until the head
 * has been encoded.
 *
 * Incoming: the pairs that nghttp3 found well-formed, sorted into pseudo
 * fields and fields, within the limits, and checked for what it leaves out.
 */
#ifndef CORE_CONN_H3_FIELDS_H
#define CORE_CONN_H3_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "http/fields.h"
#include "http/message.h"
#include "settings/settings.h"

struct nghttp3_nv;

/* Pairs ready to be submitted. */
struct h3_fields_out {
    struct nghttp3_nv *pairs;
    size_t len;
    size_t section; /* size as RFC 9114 4.2.2 counts it */
    size_t text;    /* size as HTTP/1 would write the head */
};

/* RFC 9114 4.3.1; without :scheme and :path for CONNECT (4.4), unless it has a
 * protocol (RFC 9220 3). */
void h3_fields_request(struct h3_fields_out *out, const struct request *r,
                       struct arena *arena);
/* RFC 9114 4.3.2.  fields may be NULL; body_len BODY_LEN_NONE or
 * BODY_LEN_UNKNOWN: no content-length but the one in fields. */
void h3_fields_response(struct h3_fields_out *out, int status,
                        const struct fields *fields, int64_t body_len,
                        struct arena *arena);
void h3_fields_trailers(struct h3_fields_out *out, const struct fields *fields,
                        struct arena *arena);

/* A section being received. */
struct h3_fields_in {
    struct fields *fields; /* in the arena */
    int status;
    struct span method;
    struct span scheme;
    struct span authority;
    struct span path;
    struct span protocol;   /* RFC 9220 3 */
    int64_t content_length; /* -1: not said */
    size_t text;            /* size as HTTP/1 would write it */
    bool is_too_large;      /* and what followed is not kept */
};

void h3_fields_begin(struct h3_fields_in *in, struct arena *arena);
/* token: nghttp3's, of the name. */
void h3_fields_take(struct h3_fields_in *in, int token, struct span name,
                    struct span value, const struct settings_limits *limits);
/* Fills a request from a complete head; false when it is malformed in a way
 * that nghttp3 accepts (Host and :authority differ, RFC 9114 4.3.1). */
bool h3_fields_to_request(const struct h3_fields_in *in, bool has_body,
                          struct request *r);

/* "GET /x HTTP/3" or "HTTP/3 200", then a field a line, each with CR LF. */
void h3_fields_print_request(struct str *to, const struct request *r);
void h3_fields_print_response(struct str *to, const struct response_head *head);
void h3_fields_print(struct str *to, const struct fields *fields);

#endif
