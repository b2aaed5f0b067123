/*
 * cookie -- what a Set-Cookie field says, and whether it may say so (RFC 6265bis
 * 5.1 to 5.7).
 *
 * Pure functions over text; who keeps cookies is client/cookie_jar.h.  All spans
 * point into what was parsed.
 *
 *     why = cookie_parse(&c, field->value, now);
 *     if (why == NULL)
 *         why = cookie_judge(&c, &place);     now c.domain and c.path are set
 *
 * Both answer NULL, or say in words why the field is to be ignored.
 */
#ifndef CORE_HTTP_COOKIE_H
#define CORE_HTTP_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define COOKIE_NAME_VALUE_MAX ((size_t)4096) /* together (5.7) */
#define COOKIE_ATTRIBUTE_MAX  ((size_t)1024)
#define COOKIE_AGE_MAX        (INT64_C(400) * 86400) /* s (5.5) */

/* Of cookie.expires: as files have it. */
#define COOKIE_SESSION INT64_C(0) /* it ends with the session */
#define COOKIE_PAST    INT64_C(1)

enum cookie_same_site {
    COOKIE_SAME_SITE_DEFAULT,
    COOKIE_SAME_SITE_NONE,
    COOKIE_SAME_SITE_LAX,
    COOKIE_SAME_SITE_STRICT,
};

struct cookie {
    struct span name; /* may be empty, if the value is not */
    struct span value;
    /* In any case, without a dot before it; base NULL: none was given. */
    struct span domain;
    struct span path; /* "/..."; base NULL: none was given */
    int64_t expires;  /* s since 1970; COOKIE_SESSION */
    bool is_secure;
    bool is_http_only;
    bool is_host_only; /* for the host `domain`, and none below it */
    enum cookie_same_site same_site;
};

/* Where a request goes to. */
struct cookie_place {
    struct span host; /* of struct url_host, without brackets */
    bool is_address;  /* the host is: nothing is above or below it */
    bool is_secure;   /* nobody else can listen: https, or this machine */
    struct span path; /* "/...", without the query */
};

/* now: s since 1970. */
const char *cookie_parse(struct cookie *c, struct span field, int64_t now);
/* May whoever answers there set it?  A domain and a path that it lacks are the
 * place's own from now on. */
const char *cookie_judge(struct cookie *c, const struct cookie_place *place);
/* What a name that begins with __Secure- or __Host- promises (4.1.3). */
const char *cookie_judge_prefix(const struct cookie *c);
/* Bytes that no Cookie field and no line of a file can hold. */
bool cookie_has_controls(struct span text);

/* Is `host` the domain or a name below it?  (5.1.3) */
bool cookie_domain_matches(struct span host, bool is_address,
                           struct span domain);
bool cookie_path_matches(struct span path, struct span cookie_path); /* 5.1.4 */
struct span cookie_default_path(struct span path);                   /* 5.1.4 */

/* http/cookie_date.c: the dates of Expires, of which there are more forms than in
 * HTTP (5.1.1). */
bool cookie_date_parse(struct span text, int64_t *seconds);

#endif
