/*
 * facts -- what is known of a transfer that is over.
 *
 * Records and -w read it; fetch and batch fill it.  Nothing in it is owned:
 * all strings are those of the engine's result or of the command, and live as
 * long as the call that is handed the facts.
 */
#ifndef CLI_RECORD_FACTS_H
#define CLI_RECORD_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/record_body_mode.h"
#include "core/quiver.h"

/* What a record tells of the body. */
struct record_body {
    enum record_body_mode mode;
    const char *bytes; /* inline: what was kept of it */
    size_t len;
    uint64_t total; /* bytes of the whole, decoded */
    bool is_truncated;
    const char *sha256; /* 64 hex digits; NULL: not computed */
    const char *file;   /* NULL: none */
};

/* What only a batch's record has. */
struct record_entry {
    const char *id; /* JSON text */
    uint64_t line;
    const char *file; /* of the input */
    const char *tags; /* JSON text, or NULL */
    bool has_expect;
    bool is_expected;          /* as expect_check() said */
    const char *expect_failed; /* its JSON strings */
};

/* The transfer as the command line saw it, beside the engine's result. */
struct writeout_facts {
    const struct qv_result *result;
    const struct qv_channel_result *channel; /* NULL: there was none */
    int status;                              /* exit status of this transfer */
    const char *message;                     /* its error, or NULL */
    const char *error_name;                  /* "timeout", with an error */
    const char *error_class;                 /* "transient" */
    const char *filename;                    /* what was written, or NULL */
    uint64_t number;                         /* of the transfer, from 0 */
    uint64_t urlnum; /* of its URL as given, from 0: those of a glob share it */
    /* The fields of all final heads, redirects' too; NULL: they are not known. */
    const struct qv_field *heads;
    size_t nheads;
    struct timespec started; /* wall clock */
    const char *default_scheme;
    const char
        *origin_options; /* what the configuration says of the origin, with
                                   --explain; else NULL */
    bool show_secrets;
    const struct record_body *body;   /* NULL: nothing is told of it */
    const struct record_entry *entry; /* NULL: not of a batch */
};

/* What a proxy has said to the CONNECT of this transfer; 0: it has sent none, the
 * way was open from one before. */
static inline int facts_connect_status(const struct qv_result *r)
{
    return r->conn_reused && r->num_connects == 0 ? 0 : r->proxy.status;
}

#endif
