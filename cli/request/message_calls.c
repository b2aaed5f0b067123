#include "request/message_calls.h"

#include <string.h>

#include "args/parser.h"
#include "core/base/header_line.h"
#include "request/multipart.h"
#include "request/request_options.h"

static struct request_options *request(struct parser *p)
{
    return p->scope[SCOPE_REQUEST];
}

/* Keys of RFC 8941 3.1.2. */
static bool is_key(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = (char)s.base[i];
        bool is_first = (c >= 'a' && c <= 'z') || c == '*';
        if (!is_first &&
            (i == 0 || !((c >= '0' && c <= '9') || strchr("_-.", c))))
            return false;
    }
    return s.len > 0;
}

static const char *bad_member(struct span member)
{
    struct span value = span_trim(member);
    struct span key = {0};
    bool has_value = memchr(value.base, '=', value.len) != NULL;
    (void)span_next(&value, '=', &key);
    if (!is_key(key))
        return "expected something like \"u=3, i\"";
    for (size_t i = 0; i < value.len; i++)
        if (value.base[i] < ' ' || value.base[i] > '~')
            return "expected something like \"u=3, i\"";
    if (span_equal(key, SPAN_LIT("u")) &&
        (value.len != 1 || value.base[0] < '0' || value.base[0] > '7'))
        return "u is from 0 to 7";
    if (span_equal(key, SPAN_LIT("i")) && has_value &&
        !span_equal(value, SPAN_LIT("?0")) &&
        !span_equal(value, SPAN_LIT("?1")))
        return "i is there, or it is not";
    return NULL;
}

const char *message_calls_bad_priority(const char *text)
{
    struct span rest = span_str(text);
    struct span member;
    const char *wrong = rest.len ? NULL : "expected something like \"u=3, i\"";
    while (!wrong && span_next(&rest, ',', &member))
        wrong = bad_member(member);
    return wrong;
}

bool message_calls_priority(struct parser *p, const struct option *o,
                            const char *arg)
{
    const char *wrong = message_calls_bad_priority(arg);
    if (wrong)
        return parser_fail(p, "option --%s: '%.40s': %s", o->name, arg, wrong);
    request(p)->priority = arg;
    return true;
}

bool message_calls_trailer(struct parser *p, const struct option *o,
                           const char *arg)
{
    struct header_line line;
    if (!multipart_is_header(arg) || !header_line_split(arg, &line) ||
        line.is_removal)
        return parser_fail(p, "option --%s: '%.60s' is not NAME: VALUE",
                           o->name, arg);
    strings_add(&request(p)->trailers, arg);
    return true;
}
