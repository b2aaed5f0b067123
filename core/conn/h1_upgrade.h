/*
 * h1_upgrade -- how HTTP/1.1 changes the protocol of a connection
 * (RFC 9110 7.8): who asks for what, and what the answer has to say.
 *
 * Pure functions of heads, for both roles.
 */
#ifndef CORE_CONN_H1_UPGRADE_H
#define CORE_CONN_H1_UPGRADE_H

#include <stdbool.h>

#include "base/err.h"
#include "http/message.h"

/* May the request be answered with 101: by its protocol, or by fields that its
 * user has put there? */
bool h1_upgrade_is_asked(const struct request *r);
/* The method that stands in the request line: a request with a protocol is a
 * GET here. */
struct span h1_upgrade_method(const struct request *r);
/* Does a 101 name a protocol that *r asked for?  False with *fault
 * (ERR_WEIRD_REPLY). */
bool h1_upgrade_is_taken(const struct request *r, const struct fields *answer,
                         struct fault *fault);

/* A server's: the protocol that the client would like most; base NULL: none, or
 * none that can be had (RFC 9110 7.8: not in HTTP/1.0; nor behind a body, nor
 * for another method than GET, with which nobody asks for one). */
struct span h1_upgrade_wanted(const struct request *r,
                              enum http_version version);

#endif
