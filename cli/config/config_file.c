#include "config/config_file.h"

#include <errno.h>
#include <string.h>

#include "args/curlrc.h"
#include "args/parser.h"
#include "base/whole_file.h"
#include "config/config_self.h"

enum {
    DEPTH_MAX = 5 /* files that name each other; curl's */
};

static void read_line(struct parser *p, char *line)
{
    struct config *c = p->config;
    struct curlrc_line l;
    curlrc_line(&l, line);
    if (!l.option)
        return;
    if (l.option[0] == '[') {
        config_mistake(c, &p->place,
                       "sections stand in the file of QUIVER_CONFIG only");
        return;
    }
    if (l.flaw)
        config_oddity(c, &p->place, l.flaw);
    if (!parser_line(p, l.option, l.argument))
        config_mistake(c, &p->place, p->error);
}

static void read_text(struct parser *p, const char *path, char *text)
{
    struct occurrence_place outer = p->place;
    struct curlrc_reader lines = {.at = text};
    char *line;
    p->config->depth++;
    p->place =
        (struct occurrence_place){.layer = OCCURRENCE_FILE, .file = path};
    while ((line = curlrc_next(&lines))) {
        p->place.line = lines.line;
        read_line(p, line);
    }
    p->place = outer;
    p->config->depth--;
}

bool config_file(struct parser *p, const struct option *o, const char *path)
{
    struct config *c = p->config;
    struct str text = {0};
    if (!c)
        return parser_fail(p, "option --%s has no meaning here", o->name);
    if (c->depth == DEPTH_MAX)
        return parser_fail(p, "option --%s: %d files within each other",
                           o->name, DEPTH_MAX);
    c->is_used = true;
    if (!whole_file_read_edited(&text, path)) {
        config_unreadable(c, path, errno);
        str_fini(&text);
        return true;
    }
    if (strcmp(path, "-") == 0)
        path = "<stdin>";
    read_text(p, path, config_text(c, path, &text));
    return true;
}
