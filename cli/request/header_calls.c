#include "request/header_calls.h"

#include <string.h>

#include "args/parser.h"
#include "base/redact.h"
#include "base/whole_file.h"
#include "request/request_options.h"

static struct request_options *request(struct parser *p)
{
    return p->scope[SCOPE_REQUEST];
}

/* Each line of a file is a header; empty ones and comments are not.  Who puts them
 * there does not want them to be seen. */
static bool headers_from_file(struct parser *p, const struct option *o,
                              const char *path, struct strings *headers)
{
    struct str file = {0};
    if (!whole_file_read_edited(&file, path)) {
        (void)parser_fail_read(p, path);
        str_fini(&file);
        return false;
    }
    char *line = strings_own(p->owned, str_take(&file));
    while (*line) {
        size_t len = strcspn(line, "\n");
        char *next = line + len + (line[len] == '\n');
        line[len] = '\0';
        if (len && line[len - 1] == '\r')
            line[--len] = '\0';
        /* Nor is it a file, not even when it is given once more. */
        if (line[0] == '@')
            return parser_fail(p, "%.100s: a header cannot begin with '@'",
                               path);
        if (len && line[0] != '#') {
            redact_add_field(line);
            strings_add(headers, line);
            parser_record(p, o, line);
        }
        line = next;
    }
    return true;
}

bool header_calls_header(struct parser *p, const struct option *o,
                         const char *arg)
{
    if (arg[0] == '@')
        return headers_from_file(p, o, arg + 1, &request(p)->headers);
    strings_add(&request(p)->headers, arg);
    return true;
}

bool header_calls_proxy_header(struct parser *p, const struct option *o,
                               const char *arg)
{
    struct strings *headers = &request(p)->proxy_headers;
    if (arg[0] == '@')
        return headers_from_file(p, o, arg + 1, headers);
    strings_add(headers, arg);
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool header_calls_cookie(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct str *cookies = &request(p)->cookies;
    bool is_file = strchr(arg, '=') == NULL;
    if (is_file && p->place.layer == OCCURRENCE_SECTION)
        return parser_fail(p,
                           "option --%s: a file of cookies is for all origins, "
                           "and cannot stand in the section of one",
                           o->name);
    if (is_file) {
        strings_add(&request(p)->cookie_files, arg);
        return true;
    }
    if (cookies->len)
        str_add_text(cookies, is_blank(arg[0]) ? ";" : "; ");
    str_add_text(cookies, arg);
    return true;
}
