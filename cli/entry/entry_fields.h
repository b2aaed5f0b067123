/*
 * entry_fields -- what a line of a batch says about its request, and no more.
 *
 * The request itself is made from it by entry_apply(), with what stands under
 * the line: --defaults and the options.
 */
#ifndef CLI_ENTRY_ENTRY_FIELDS_H
#define CLI_ENTRY_ENTRY_FIELDS_H

#include "core/quiver.h"

enum entry_given {
    ENTRY_FIELD_METHOD = 1 << 0,
    ENTRY_FIELD_BODY = 1 << 1,
    ENTRY_FIELD_HTTP = 1 << 2,
    ENTRY_FIELD_MAX_TIME = 1 << 3,
    ENTRY_FIELD_CONNECT_TIMEOUT = 1 << 4,
    ENTRY_FIELD_RETRY = 1 << 5,
    ENTRY_FIELD_RETRY_DELAY = 1 << 6,
    ENTRY_FIELD_MAX_REDIRS = 1 << 7,
    ENTRY_FIELD_FOLLOW = 1 << 8,
    ENTRY_FIELD_INSECURE = 1 << 9,
    ENTRY_FIELD_RESOLVE = 1 << 10,
    ENTRY_FIELD_CONNECT_TO = 1 << 11,
    ENTRY_FIELD_CERT = 1 << 12,
    ENTRY_FIELD_KEY = 1 << 13,
    ENTRY_FIELD_PROXY = 1 << 14,
};

/* Members of struct qv_options. */
struct entry_options {
    enum qv_http http;
    int max_redirs;
    bool follow;
    bool insecure;
    uint64_t max_time;
    uint64_t connect_timeout;
    struct qv_retry retry; /* max and delay */
    const char *const *resolve;
    const char *const *connect_to;
    const char *proxy;
    const char *proxy_why;
    const char *cert_file;
    const char *key_file;
    const char *key_pass;
};

struct entry_fields {
    bool is_item;   /* its line is a place in a document */
    unsigned given; /* ENTRY_FIELD_*: which of the members below are set */
    const char *url;
    const char *method;
    struct entry_options options; /* only what `given` says */
    const char **headers;         /* as in struct qv_request */
    size_t nheaders;
    const char **trailers; /* likewise */
    size_t ntrailers;
    const char *priority; /* NULL: none */
    struct qv_body body;
    /* A whole header that goes with the body unless another of its name is
     * there; NULL: none. */
    const char *content_type;
    bool is_json;      /* ... and an Accept of JSON */
    bool has_options;  /* of its own: --defaults do not count for it */
    bool is_multipart; /* content_type wins: it has the boundary */
};

#endif
