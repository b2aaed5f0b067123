/*
 * url_host -- the host of a URL, in the one form that is compared, resolved,
 * verified and sent.
 *
 * Names become lower-case A-labels (http/idna.h), all the odd ways to write an
 * IPv4 address become dotted decimal, IPv6 addresses their RFC 5952 form.  So
 * two spellings of a host are one host for everything above: pools, cookies,
 * credentials.
 */
#ifndef CORE_HTTP_URL_HOST_H
#define CORE_HTTP_URL_HOST_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

enum url_host_kind {
    URL_HOST_NAME,
    URL_HOST_IPV4,
    URL_HOST_IPV6,
};

struct url_host {
    enum url_host_kind kind;
    struct span text; /* without brackets and zone */
    struct span zone; /* of an IPv6 address; base NULL: none */
};

/* `raw` as it stands in a URL: percent-encoded, IPv6 in brackets.  False with
 * *fault (ERR_BAD_URL). */
bool url_host_parse(struct url_host *h, struct span raw, struct arena *arena,
                    struct fault *fault);

/* "localhost" or a name below it (RFC 6761 6.3). */
bool url_host_is_localhost(struct span name);

#endif
