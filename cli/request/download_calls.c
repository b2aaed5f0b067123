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

/* A number alone is where it begins, as for curl. */
bool download_calls_range(struct parser *p, const struct option *o,
                          const char *arg)
{
    size_t ndigits = strspn(arg, "0123456789");
    if (ndigits && !strchr(arg, '-')) {
        struct str open = {0};
        str_printf(&open, "%.*s-", (int)ndigits, arg);
        arg = strings_own(p->owned, str_take(&open));
        complain_warning("option --%s: a range has a dash: %s is asked for",
                         o->name, arg);
    }
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
