#include "terminal/colour.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const codes[COLOUR_COUNT] = {
    [COLOUR_PLAIN] = "",     [COLOUR_NAME] = "1;34",   [COLOUR_STRING] = "32",
    [COLOUR_NUMBER] = "36",  [COLOUR_WORD] = "35",     [COLOUR_FAINT] = "2",
    [COLOUR_STRONG] = "1",   [COLOUR_GOOD] = "1;32",   [COLOUR_MOVED] = "1;36",
    [COLOUR_WRONG] = "1;33", [COLOUR_FAILED] = "1;31", [COLOUR_HINT] = "1;36",
};

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

static bool is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool colour_is_wanted(enum colour_when when, int fd)
{
    switch (when) {
    case COLOUR_ALWAYS:
        return true;
    case COLOUR_NEVER:
        return false;
    case COLOUR_AUTO:
        break;
    }
    const char *force = getenv("CLICOLOR_FORCE");
    if (is_set("NO_COLOR"))
        return false;
    if (force && *force != '\0' && strcmp(force, "0") != 0)
        return true;
    return isatty(fd) && !is_dumb();
}

void colour_begin(struct str *out, bool is_on, enum colour c)
{
    if (!is_on || c == COLOUR_PLAIN)
        return;
    str_add_text(out, "\x1b[");
    str_add_text(out, codes[c]);
    str_add_char(out, 'm');
}

void colour_end(struct str *out, bool is_on, enum colour c)
{
    if (is_on && c != COLOUR_PLAIN)
        str_add_text(out, "\x1b[0m");
}

void colour_text(struct str *out, bool is_on, enum colour c, const char *text)
{
    colour_begin(out, is_on, c);
    str_add_text(out, text);
    colour_end(out, is_on, c);
}

enum colour colour_of_status(int status)
{
    switch (status / 100) {
    case 2:
        return COLOUR_GOOD;
    case 3:
        return COLOUR_MOVED;
    case 4:
        return COLOUR_WRONG;
    case 5:
        return COLOUR_FAILED;
    default:
        return COLOUR_STRONG;
    }
}
