/* Answers that are not what was hoped for. */
#include <string.h>
#include <strings.h>

#include "hints/hint.h"

/* With -f it is an error, without it an answer like others. */
static bool is_code(const struct hint_facts *f, int code)
{
    return hint_code(f) == code &&
           (f->status == QV_EXIT_OK || f->status == QV_EXIT_HTTP_STATUS ||
            f->status == QV_EXIT_LOGIN || f->status == QV_EXIT_AUTH ||
            f->status == QV_EXIT_RANGE);
}

/* ---- redirects ---- */

static bool is_redirect_left(const struct hint_facts *f, struct str *value)
{
    const struct qv_result *r = f->result;
    if (f->status || !r || !r->redirect_url[0] ||
        (f->options && f->options->follow))
        return false;
    str_add_text(value, r->redirect_url);
    return true;
}

/* The place where it came by before, and the way back to it. */
static bool is_loop(const struct hint_facts *f, struct str *value)
{
    const struct qv_result *r = f->result;
    if (!r || r->nhops < 2)
        return false;
    const char *last = r->hops[r->nhops - 1].url;
    size_t from = r->nhops - 1;
    while (from > 0 && strcmp(r->hops[from - 1].url, last) != 0)
        from--;
    if (from == 0 || r->nhops - from > 4)
        return false;
    for (size_t i = from - 1; i < r->nhops; i++)
        str_printf(value, "%s%s", i + 1 == from ? "" : " -> ", r->hops[i].url);
    return true;
}

/* ---- logins ---- */

static bool has_login(const struct hint_facts *f)
{
    return f->options && (f->options->user || f->options->bearer);
}

static size_t scheme_len(const char *challenge)
{
    return strcspn(challenge, " ,");
}

static bool was_login_refused(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 401) && has_login(f);
}

/* "Basic", "Digest" or what else stands first in WWW-Authenticate. */
static bool wants_scheme(const struct hint_facts *f, struct str *value,
                         const char *const *schemes)
{
    const char *challenge = hint_field(f, "www-authenticate");
    if (!is_code(f, 401) || !challenge)
        return false;
    for (; *schemes; schemes++) {
        if (strlen(*schemes) == scheme_len(challenge) &&
            strncasecmp(*schemes, challenge, strlen(*schemes)) == 0) {
            str_add_text(value, *schemes);
            return true;
        }
    }
    return false;
}

static bool wants_basic(const struct hint_facts *f, struct str *value)
{
    static const char *const schemes[] = {"Basic", NULL};
    return wants_scheme(f, value, schemes);
}

static bool wants_digest(const struct hint_facts *f, struct str *value)
{
    static const char *const schemes[] = {"Digest", NULL};
    return wants_scheme(f, value, schemes);
}

static bool wants_bearer(const struct hint_facts *f, struct str *value)
{
    static const char *const schemes[] = {"Bearer", NULL};
    return wants_scheme(f, value, schemes);
}

static bool wants_other(const struct hint_facts *f, struct str *value)
{
    const char *challenge = hint_field(f, "www-authenticate");
    if (!is_code(f, 401) || !challenge || !challenge[0])
        return false;
    str_add(value, span_of(challenge, scheme_len(challenge)));
    return true;
}

static bool is_401(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 401);
}

/* ---- the request ---- */

static bool is_405(const struct hint_facts *f, struct str *value)
{
    const char *allow = hint_field(f, "allow");
    if (!is_code(f, 405))
        return false;
    str_printf(value, "%s", allow && *allow ? allow : "other methods");
    return true;
}

static bool is_406(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 406);
}

static bool is_411(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 411);
}

static bool is_413(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 413);
}

static bool is_414(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 414) || is_code(f, 431);
}

static bool is_415(const struct hint_facts *f, struct str *value)
{
    const char *accept = hint_field(f, "accept-post");
    if (!accept)
        accept = hint_field(f, "accept");
    if (!is_code(f, 415))
        return false;
    if (accept && *accept)
        str_printf(value, " (it takes %s)", accept);
    return true;
}

static bool is_417(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 417);
}

static bool is_421(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 421);
}

static bool is_426(const struct hint_facts *f, struct str *value)
{
    const char *upgrade = hint_field(f, "upgrade");
    if (!is_code(f, 426))
        return false;
    str_add_text(value, upgrade && *upgrade ? upgrade : "another protocol");
    return true;
}

static bool is_428(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_code(f, 428);
}

static bool is_patience(const struct hint_facts *f, struct str *value)
{
    const char *after = hint_field(f, "retry-after");
    if (!is_code(f, 429) && !(is_code(f, 503) && after))
        return false;
    if (after && strspn(after, "0123456789") == strlen(after))
        str_printf(value, "in %s s ", after);
    else if (after)
        str_printf(value, "after %s ", after);
    return true;
}

static bool is_gateway(const struct hint_facts *f, struct str *value)
{
    const char *server = hint_field(f, "server");
    if (!is_code(f, 502) && !is_code(f, 503) && !is_code(f, 504))
        return false;
    str_printf(value, "%s", server && *server ? server : "the server in front");
    return true;
}

static bool is_range(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->status == QV_EXIT_RANGE || f->status == QV_EXIT_RESUME ||
           is_code(f, 416);
}

const struct hint hint_answers[] = {
    {"redirect", "a redirect that was not followed", QV_EXIT_OK,
     is_redirect_left, "-L follows the redirect to {value}"},
    {"redirect-loop", "redirects that lead back", QV_EXIT_TOO_MANY_REDIRECTS,
     is_loop,
     "it goes round: {value}; a cookie may be wanted (-b '' keeps "
     "them)"},
    {"redirect-limit", "too many redirects", QV_EXIT_TOO_MANY_REDIRECTS, NULL,
     "--max-redirs N allows more; -v shows where they lead"},
    {"login-refused", "credentials that are not taken", HINT_ANY,
     was_login_refused,
     "the server has got the credentials and does not take them: name and "
     "password, or --digest, --anyauth, --oauth2-bearer in place of Basic"},
    {"login-basic", "401 that asks for Basic", HINT_ANY, wants_basic,
     "-u NAME:PASSWORD logs in (the server asks for {value})"},
    {"login-digest", "401 that asks for Digest", HINT_ANY, wants_digest,
     "--digest -u NAME:PASSWORD logs in (the server asks for {value})"},
    {"login-bearer", "401 that asks for a token", HINT_ANY, wants_bearer,
     "--oauth2-bearer TOKEN logs in (the server asks for {value})"},
    {"login-other", "401 that asks for another scheme", HINT_ANY, wants_other,
     "the server asks for {value}, which quiver does not speak; "
     "-H 'Authorization: ...' sends what you have"},
    {"login", "401 that asks for nothing", HINT_ANY, is_401,
     "the server wants to know who asks: -u NAME:PASSWORD, --oauth2-bearer "
     "TOKEN, or a cookie (-b)"},
    {"method", "405", HINT_ANY, is_405,
     "the server takes {value} there; -X METHOD says which"},
    {"accept", "406", HINT_ANY, is_406,
     "-H 'Accept: TYPE' asks for another form of it"},
    {"length", "411", HINT_ANY, is_411,
     "the server wants to know how long the body is: send a file (-T FILE, "
     "-d @FILE) in place of a pipe"},
    {"body-too-large", "413", HINT_ANY, is_413,
     "the body is larger than the server takes; only its owner can allow "
     "more"},
    {"head-too-large", "414 and 431", HINT_ANY, is_414,
     "the URL or the fields are longer than the server takes: are there too "
     "many cookies, or does the data belong into a body (-d without -G)?"},
    {"content-type", "415", HINT_ANY, is_415,
     "the server does not take this Content-Type{value}: --json sends JSON, "
     "-H 'Content-Type: TYPE' says another"},
    {"expect", "417", HINT_ANY, is_417, "-H 'Expect:' leaves the field out"},
    {"misdirected", "421", HINT_ANY, is_421,
     "the server does not answer for {host} on this connection: is "
     "--connect-to, --resolve or a Host field wrong?"},
    {"upgrade", "426", HINT_ANY, is_426,
     "the server wants {value}: --http2, --http1.1, or \"quiver ws\" for a "
     "WebSocket"},
    {"precondition", "428", HINT_ANY, is_428,
     "the server wants to know what is replaced: -H 'If-Match: ETAG'"},
    {"rate-limit", "429, and 503 with Retry-After", HINT_ANY, is_patience,
     "try again {value}(--retry 3 waits as the server asks, --rate 1/s keeps "
     "below a limit)"},
    {"gateway", "502, 503 and 504", HINT_ANY, is_gateway,
     "this comes from {value}, not from what is behind it; --retry 3 tries "
     "again"},
    {"range", "a range that is not there", HINT_ANY, is_range,
     "the file may be shorter, or another one by now: fetch it whole, without "
     "-C or -r"},
    {NULL, NULL, 0, NULL, NULL},
};
