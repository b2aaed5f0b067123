/*
 * h1_write -- HTTP/1 heads as text.
 *
 * What it is given has been checked (http/request_check.h); it decides only
 * what belongs to HTTP/1: order, framing fields, Connection.
 */
#ifndef CORE_CONN_H1_WRITE_H
#define CORE_CONN_H1_WRITE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "conn/h1_framing.h"
#include "http/message.h"

/*
 * Appends the head of *r for that version (1.0 or 1.1), Host first.  *f says
 * how the body is to be framed; keep_alive is false if the request itself asks
 * to close.  False with *fault: a body of unknown length (ERR_USAGE) and
 * another protocol (ERR_NOT_NEGOTIATED) cannot be had with HTTP/1.0.
 */
bool h1_write_request(struct str *to, const struct request *r,
                      enum http_version version, struct h1_framing *f,
                      struct fault *fault);

/* Appends the head of a response; f->keep_alive decides about Connection.
 * Framing and connection fields in `fields` are left out, but for the Upgrade of
 * a 426.  `version`: of the request, which is what the client understands. */
struct h1_write_status {
    int status;
    enum http_version version;
    const struct fields *fields; /* NULL: none */
};
void h1_write_response(struct str *to, const struct h1_write_status *s,
                       const struct h1_framing *f);

/* 101: what follows is of that protocol (RFC 9110 7.8).  Of `fields` those that
 * belong to the connection or a body are left out. */
void h1_write_switch(struct str *to, struct span protocol,
                     const struct fields *fields);

/* An interim response; it never has framing fields. */
void h1_write_interim(struct str *to, int status, const struct fields *fields);

#endif
