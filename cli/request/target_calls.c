#include "request/target_calls.h"

#include <string.h>

#include "args/curlrc.h"
#include "args/parser.h"
#include "base/whole_file.h"
#include "request/cmdline.h"

static struct operation *operation(struct parser *p)
{
    return p->scope[SCOPE_OPERATION];
}

/* Each line of a file is a URL, and names the file for what is fetched from it,
 * as with curl.  Empty lines and those with '#' in front are none. */
static bool urls_from_file(struct parser *p, const char *path)
{
    struct str file = {0};
    if (!whole_file_read_edited(&file, path)) {
        (void)parser_fail_read(p, path);
        str_fini(&file);
        return false;
    }
    struct curlrc_reader lines = {.at = strings_own(p->owned, str_take(&file))};
    char *line;
    while ((line = curlrc_next(&lines))) {
        line[strcspn(line, "\r")] = '\0';
        if (!*line || *line == '#')
            continue;
        struct target *t = cmdline_url_target(operation(p));
        t->url = line;
        t->is_plain = true;
        if (!t->has_place)
            t->place = PLACE_REMOTE;
    }
    return true;
}

bool target_calls_url(struct parser *p, const struct option *o, const char *arg)
{
    (void)o;
    if (arg[0] == '@')
        return urls_from_file(p, arg + 1);
    cmdline_url_target(operation(p))->url = arg;
    return true;
}

bool target_calls_output(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct target *t = cmdline_place_target(operation(p));
    if (!*arg)
        return parser_fail(p, "option --%s: the file name is empty", o->name);
    t->output = arg;
    t->place = PLACE_FILE;
    return true;
}

bool target_calls_remote_name(struct parser *p, const struct option *o,
                              const char *arg)
{
    (void)o;
    (void)arg;
    cmdline_place_target(operation(p))->place = PLACE_REMOTE;
    return true;
}

bool target_calls_null_output(struct parser *p, const struct option *o,
                              const char *arg)
{
    (void)o;
    (void)arg;
    cmdline_place_target(operation(p))->place = PLACE_NULL;
    return true;
}

bool target_calls_upload(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct target *t = cmdline_upload_target(operation(p));
    (void)o;
    t->upload = *arg ? arg : NULL; /* -T "": this URL has no upload */
    return true;
}
