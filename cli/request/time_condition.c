#include "request/time_condition.h"

#include <stddef.h>
#include <sys/stat.h>

#include "base/date.h"
#include "core/quiver.h"

bool time_condition_parse(struct time_condition *c, const char *text)
{
    struct stat st;
    *c = (struct time_condition){.field = "If-Modified-Since"};
    switch (text[0]) {
    case '-':
        c->is_older = true;
        c->field = "If-Unmodified-Since";
        text++;
        break;
    case '=': /* curl's third */
        c->field = "Last-Modified";
        text++;
        break;
    case '+':
        text++;
        break;
    default:
        break;
    }
    if (date_parse_loose(text, &c->time))
        return true;
    if (stat(text, &st) < 0)
        return false;
    c->time = (int64_t)st.st_mtime;
    return true;
}

bool time_condition_is_met(const struct time_condition *c,
                           const char *last_modified)
{
    int64_t changed;
    if (!last_modified || !qv_date_parse(last_modified, &changed))
        return true;
    return c->is_older ? changed < c->time : changed > c->time;
}
