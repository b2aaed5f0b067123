/*
 * entry_ask -- what a line of a batch says about its request, and no more.
 *
 * The request itself is made from it by entry_apply(), with what stands under
 * the line: --defaults and the options.
 */
#ifndef CLI_ENTRY_ENTRY_ASK_H
#define CLI_ENTRY_ENTRY_ASK_H

#include "core/quiver.h"

enum entry_given {
    GIVEN_METHOD = 1 << 0,
    GIVEN_BODY = 1 << 1,
    GIVEN_HTTP = 1 << 2,
    GIVEN_MAX_TIME = 1 << 3,
    GIVEN_CONNECT_TIMEOUT = 1 << 4,
    GIVEN_RETRY = 1 << 5,
    GIVEN_RETRY_DELAY = 1 << 6,
    GIVEN_MAX_REDIRS = 1 << 7,
    GIVEN_FOLLOW = 1 << 8,
    GIVEN_INSECURE = 1 << 9,
    GIVEN_RESOLVE = 1 << 10,
    GIVEN_CONNECT_TO = 1 << 11,
    GIVEN_CERT = 1 << 12,
    GIVEN_KEY = 1 << 13,
};

struct entry_ask {
    bool is_item;   /* its line is a place in a document */
    unsigned given; /* GIVEN_*: which of the members below are set */
    const char *url;
    const char *method;
    struct qv_options options; /* only what `given` says */
    const char **headers;      /* as in struct qv_request */
    size_t nheaders;
    const char *priority; /* a whole header, NULL: none */
    struct qv_body body;
    /* A whole header that goes with the body unless another of its name is
     * there; NULL: none. */
    const char *content_type;
    bool is_json;      /* ... and an Accept of JSON */
    bool has_options;  /* of its own: --defaults do not count for it */
    bool is_multipart; /* content_type wins: it has the boundary */
};

#endif
