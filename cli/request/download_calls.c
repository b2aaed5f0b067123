#include "request/download_calls.h"

#include <stdlib.h>
#include <string.h>

#include "args/option.h"
#include "args/parser.h"
#include "base/number.h"
#include "core/base/str.h"
#include "files/sums.h"
#include "request/cmdline.h"
#include "request/time_condition.h"
#include "terminal/complain.h"

#define DIGITS "0123456789"

static struct operation *operation(struct parser *p)
{
    return p->scope[SCOPE_OPERATION];
}

bool download_calls_continue_at(struct parser *p, const struct option *o,
                                const char *arg)
{
    uint64_t offset;
    if (strcmp(arg, "-") != 0 && !number_parse(arg, INT64_MAX, &offset))
        return parser_fail(p, "option --%s: '%.60s' is neither - nor a number",
                           o->name, arg);
    operation(p)->continue_at = arg;
    return true;
}

/* A number without a dash behind it is where it begins, as for curl; what else
 * there may be is the server's to judge. */
bool download_calls_range(struct parser *p, const struct option *o,
                          const char *arg)
{
    size_t ndigits = strspn(arg, DIGITS);
    size_t len = strlen(arg);
    struct str own = {0};
    while (len && arg[len - 1] == ' ')
        len--;
    bool is_open = ndigits && arg[ndigits] != '-';
    str_printf(&own, "%.*s%s", (int)(is_open ? ndigits : len), arg,
               is_open ? "-" : "");
    arg = strings_own(p->owned, str_take(&own));
    if (is_open)
        complain_warning("option --%s: a range has a dash: %s is asked for",
                         o->name, arg);
    else if (arg[strspn(arg, DIGITS "-,")])
        complain_warning("option --%s: '%.60s' has more than numbers, dashes "
                         "and commas: what is answered is uncertain",
                         o->name, arg);
    operation(p)->range = *arg ? arg : NULL;
    return true;
}

bool download_calls_file_mode(struct parser *p, const struct option *o,
                              const char *arg)
{
    size_t len = strlen(arg);
    unsigned mode = (unsigned)strtoul(arg, NULL, 8);
    if (len == 0 || strspn(arg, "01234567") != len || len > 5 || mode > 0777)
        return parser_fail(p, "option --%s: '%.60s' is not from 0 to 0777",
                           o->name, arg);
    operation(p)->create_file_mode = mode;
    return true;
}

bool download_calls_checksum(struct parser *p, const struct option *o,
                             const char *arg)
{
    if (!sums_is_good(arg))
        return parser_fail(p,
                           "option --%s: '%.140s' is not md5:, sha1:, sha256: "
                           "or sha512: and its digits in hexadecimal",
                           o->name, arg);
    strings_add(&operation(p)->checksums, arg);
    return true;
}

/* curl goes on without it as well: a file that is not there yet is fetched. */
bool download_calls_time_cond(struct parser *p, const struct option *o,
                              const char *arg)
{
    struct time_condition c;
    bool is_good = time_condition_parse(&c, arg);
    if (!is_good)
        complain_warning("--%s: '%.100s' is neither a date nor a file; all of "
                         "it is fetched",
                         o->name, arg);
    operation(p)->time_cond = is_good ? arg : NULL;
    return true;
}
