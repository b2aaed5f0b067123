/*
 * accept -- which of two forms of an answer a client would rather have.
 */
#ifndef CORE_SERVE_ACCEPT_H
#define CORE_SERVE_ACCEPT_H

#include <stdbool.h>

#include "http/fields.h"

/*
 * By the Accept fields of a request (RFC 9110 12.5.1): does it want `type` more
 * than `usual`, which is what it gets when nothing tells them apart?  Both are
 * media types, with their parameters: "text/html; charset=utf-8".
 */
bool accept_prefers(const struct fields *request, const char *type,
                    const char *usual);

#endif
