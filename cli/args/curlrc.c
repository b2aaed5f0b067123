#include "args/curlrc.h"

#include <string.h>

/*
 * The rules are those of curl 8.23 (src/tool_parsecfg.c), which are simple:
 * nothing is continued on the next line, and what follows a closing quote, or
 * an unquoted value and a space, is not looked at.  curl warns about the latter
 * only; we tell all such lines, and the caller decides.
 */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_separator(char c, bool is_dashed)
{
    return !is_dashed && (c == '=' || c == ':');
}

static char *skip_spaces(char *at)
{
    while (is_space(*at))
        at++;
    return at;
}

/* Is there something behind a value that is no comment? */
static bool has_rest(char *at)
{
    at = skip_spaces(at);
    return *at && *at != '#';
}

/* `at` is behind the opening quote; the text moves to the front of it. */
static char *unquote(struct curlrc_line *out, char *at)
{
    char *to = at;
    char *start = at;
    for (; *at && *at != '"'; at++) {
        char c = *at;
        if (c == '\\') {
            c = *++at;
            if (!c)
                break;
            if (c == 't')
                c = '\t';
            else if (c == 'n')
                c = '\n';
            else if (c == 'r')
                c = '\r';
            else if (c == 'v')
                c = '\v';
        }
        *to++ = c;
    }
    if (*at != '"')
        out->flaw = "the quote is not closed";
    else if (has_rest(at + 1))
        out->flaw = "there is text behind the closing quote";
    *to = '\0';
    return start;
}

static char *unquoted(struct curlrc_line *out, char *at)
{
    char *start = at;
    if (!*at)
        return NULL;
    while (*at && !is_space(*at))
        at++;
    if (*start != '#' && has_rest(at))
        out->flaw = "a value with spaces needs quotes";
    *at = '\0';
    return start;
}

void curlrc_line(struct curlrc_line *out, char *line)
{
    *out = (struct curlrc_line){0};
    line[strcspn(line, "\r\n")] = '\0';
    line = skip_spaces(line);
    if (!*line || *line == '#')
        return;
    out->option = line;
    bool is_dashed = *line == '-';
    while (*line && !is_space(*line) && !is_separator(*line, is_dashed))
        line++;
    if (*line)
        *line++ = '\0';
    while (is_space(*line) || is_separator(*line, is_dashed))
        line++;
    out->argument = *line == '"' ? unquote(out, line + 1) : unquoted(out, line);
}

char *curlrc_next(struct curlrc_reader *r)
{
    char *line = r->at;
    if (!*line)
        return NULL;
    size_t len = strcspn(line, "\n");
    r->at = line + len + (line[len] == '\n');
    line[len] = '\0';
    r->line++;
    return line;
}
