/*
 * aws_canonical -- the text that both sides make from a request, and of which the hash
 * is signed (aws_sigv4.h):
 *
 *     method \n path \n query \n "name:value\n"... \n names \n hash of the body
 *
 * The query is sorted and encoded anew.  Of the path "//", "." and ".." are
 * resolved, and it is encoded once more than it is in the URL, for all services
 * but S3's: so does who checks it, and signed otherwise such a request is
 * refused.  "+" in a query stands for a blank, as in curl; "%2B" stays.
 */
#ifndef CORE_HTTP_AWS_CANONICAL_H
#define CORE_HTTP_AWS_CANONICAL_H

#include "http/aws_sigv4.h"

/* Appends the text to *to, and to *names those of the fields in it: "date;host". */
void aws_canonical_add(const struct aws_sigv4 *a,
                       const struct aws_sigv4_request *r, struct str *to,
                       struct str *names);

#endif
