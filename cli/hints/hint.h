/*
 * hint -- a usual remedy, as a row: what must be the case, and what to say then.
 *
 * The rows stand in families (hint_*.c), and the families in their order in
 * hints.c; the first row that fits is said.  So what is special stands before
 * what is general.
 */
#ifndef CLI_HINTS_HINT_H
#define CLI_HINTS_HINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/base/str.h"
#include "core/quiver.h"

/* What is known when something has failed, or was answered by an error.  All of
 * it is borrowed; strings may be NULL where it says so. */
struct hint_facts {
    int status;        /* exit status; 0: it was answered */
    const char *name;  /* of the error: "not_tls"; "" */
    const char *text;  /* its line; "" */
    uint64_t wire;     /* as in struct qv_error */
    const char *typed; /* the URL as it was given, or a file; "" */
    /* of the URL that was asked for last; "" and 0 of what is none */
    const char *scheme;
    const char *host;
    unsigned port;
    const struct qv_options *options; /* NULL: nothing was asked for */
    const struct qv_result *result;   /* NULL: nothing was sent */
    bool has_idle_input; /* no body was named, and a file is standard input */
    time_t now;
};

struct hint {
    const char *id;   /* for tests, and for `quiver help hints` */
    const char *when; /* in which case, for people */
    int status;       /* of the facts; HINT_ANY */
    /* NULL: in every such case.  May append what {value} stands for. */
    bool (*fits)(const struct hint_facts *f, struct str *value);
    /* {host}, {port}, {place} (host:port), {typed}, {value} are filled in. */
    const char *text;
};

enum {
    HINT_ANY = -1
};

/* id NULL at the end of each. */
extern const struct hint hint_typed[];
extern const struct hint hint_network[];
extern const struct hint hint_proxies[];
extern const struct hint hint_tls[];
extern const struct hint hint_answers[];
extern const struct hint hint_bodies[];

/* ---- for conditions ---- */

bool hint_says(const struct hint_facts *f, const char *part); /* in the text */
/* Has the text what strerror() says of it, or is the wire that? */
bool hint_is_errno(const struct hint_facts *f, int error);
bool hint_is_named(const struct hint_facts *f, const char *name);
bool hint_is_loopback(const char *host); /* localhost, 127.x, ::1 */
/* Of the last answer; NULL: it has none of the name. */
const char *hint_field(const struct hint_facts *f, const char *name);
/* Of quiver's; ends with NULL. */
const char *const *hint_commands(void);
int hint_code(const struct hint_facts *f); /* of the answer; 0: none */

#endif
