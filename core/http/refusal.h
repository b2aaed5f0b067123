/*
 * refusal -- an answer of a proxy that opens no way, in one line.
 *
 *   403 (p.test; error=http_request_denied): not from here
 *
 * Behind the status stands what Proxy-Status says (RFC 9209), and then its
 * details, else the first line of the body, or its title if it is HTML.
 */
#ifndef CORE_HTTP_REFUSAL_H
#define CORE_HTTP_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Of a body so much is looked at. */
#define REFUSAL_KEPT 1024

/* Of Proxy-Status, and of each of its parts. */
#define REFUSAL_PART_MAX 128

/* Longer than any line of it. */
#define REFUSAL_LINE_MAX (2 * REFUSAL_PART_MAX + 16)

struct refusal {
    int status;
    char cause[REFUSAL_PART_MAX]; /* of Proxy-Status; "": none */
    char details[REFUSAL_PART_MAX];
    char body[REFUSAL_KEPT];
    size_t len;
    bool is_html;
};

/* cause: the value of Proxy-Status; type: that of Content-Type; or empty. */
void refusal_begin(struct refusal *f, int status, struct span cause,
                   struct span type);
void refusal_add(struct refusal *f, struct span body);
/* The line, from the status on. */
void refusal_line(const struct refusal *f, char to[REFUSAL_LINE_MAX]);

#endif
