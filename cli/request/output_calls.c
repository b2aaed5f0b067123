#include "request/output_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "args/parser.h"
#include "base/whole_file.h"
#include "request/cmdline.h"
#include "terminal/complain.h"
#include "terminal/console.h"

/* The lines of a format are for who edits it: a line end that is to be printed
 * is written \n, as for curl. */
static void without_line_ends(char *text)
{
    char *to = text;
    for (const char *c = text; *c; c++)
        if (*c != '\r' && *c != '\n')
            *to++ = *c;
    *to = '\0';
}

bool output_calls_write_out(struct parser *p, const struct option *o,
                            const char *arg)
{
    struct operation *op = p->scope[SCOPE_OPERATION];
    struct str format = {0};
    (void)o;
    if (arg[0] == '@') {
        if (!whole_file_read_edited(&format, arg + 1)) {
            (void)parser_fail_read(p, arg + 1);
            str_fini(&format);
            return false;
        }
        char *text = strings_own(p->owned, str_take(&format));
        without_line_ends(text);
        arg = text;
    }
    op->write_out = arg;
    return true;
}

/* -f and --fail-with-body: the last one counts. */
bool output_calls_fail(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    const bool *given = (const bool *)((const char *)r + o->at);
    bool *other =
        given == &r->engine.fail ? &r->fail_with_body : &r->engine.fail;
    (void)arg;
    *other = *other && !*given;
    return true;
}

bool output_calls_silent(struct parser *p, const struct option *o,
                         const char *arg)
{
    const struct cmdline *s = p->scope[SCOPE_SESSION];
    (void)o;
    (void)arg;
    complain_hide_warnings(s->silent);
    return true;
}

bool output_calls_stderr(struct parser *p, const struct option *o,
                         const char *arg)
{
    int fd = STDOUT_FILENO;
    (void)p;
    if (strcmp(arg, "-") != 0)
        fd = open(arg, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        complain_warning("option --%s: cannot open %.100s: %s", o->name, arg,
                         strerror(errno));
        return true;
    }
    console_close();
    if (dup2(fd, STDERR_FILENO) < 0)
        return parser_fail(p, "option --%s: %s", o->name, strerror(errno));
    if (fd != STDOUT_FILENO)
        close(fd);
    return true;
}
