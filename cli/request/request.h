/*
 * request -- makes the engine's request from what the options say.
 */
#ifndef CLI_REQUEST_REQUEST_H
#define CLI_REQUEST_REQUEST_H

#include "base/strings.h"
#include "core/quiver.h"
#include "request/cmdline.h"
#include "request/multipart.h"

/* A request with the memory it points into. */
struct request {
    struct qv_request engine;
    struct qv_options options;
    struct strings headers;
    struct strings_owned owned;
    int fd;                /* of the body, closed by request_fini(); -1: none */
    struct multipart form; /* of -F */
    struct qv_body_part *parts;
};

struct request_failure {
    int status;
    char message[256];
};

/* The URL is copied.  False with *failure filled: a file that cannot be read.
 * request_fini() is due in both cases. */
bool request_init(struct request *r, const struct operation *op,
                  const struct target *target, const char *url,
                  struct request_failure *failure);
void request_fini(struct request *r);

/* The body of -F, and its type; request_init() does it for a target. */
void request_set_form(struct request *r, const struct operation *op);

/* Puts header lines before all others, as meant for the request's origin alone. */
void request_put_first(struct request *r, const struct strings *lines);

/* The URL with what the options add to it; free() it. */
char *request_url(const struct operation *op, const struct target *target,
                  const char *url);

#endif
