/*
 * conditions -- the fields by which a request asks for what is new, or says that it
 * brings a part (RFC 9110 13, 14.4).
 */
#ifndef CLI_REQUEST_CONDITIONS_H
#define CLI_REQUEST_CONDITIONS_H

#include <stdbool.h>

struct operation;
struct request;
struct request_failure;

/* -z and --etag-compare, unless the user gives these fields himself. */
void conditions_add_time(struct request *r, const struct operation *op);
void conditions_add_etag(struct request *r, const struct operation *op);

/* -C N of a file that is sent (-T): it is sent from there on, and Content-Range
 * says so, as by curl.  False with *failure. */
bool conditions_continue_upload(struct request *r, const struct operation *op,
                                struct request_failure *failure);

#endif
