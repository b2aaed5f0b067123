/*
 * time_condition -- -z: only what is newer, or older, than a date or a file.
 */
#ifndef CLI_REQUEST_TIME_CONDITION_H
#define CLI_REQUEST_TIME_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

struct time_condition {
    int64_t time;
    const char *field; /* that says it: "If-Modified-Since"... */
    bool is_older;     /* what has not changed since is wanted */
};

/* "DATE", "-DATE", or the name of a file, whose time counts.  False: it is
 * neither. */
bool time_condition_parse(struct time_condition *c, const char *text);
/* Of an answer with this Last-Modified; NULL: true. */
bool time_condition_is_met(const struct time_condition *c,
                           const char *last_modified);

#endif
