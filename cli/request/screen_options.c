#include "request/screen_options.h"

#include <unistd.h>

bool screen_has_colours(const struct screen_options *o, int fd)
{
    enum colour_when when = o->colour;
    if (when == COLOUR_AUTO && !o->is_styled)
        when = COLOUR_NEVER;
    return colour_is_wanted(when, fd);
}

bool screen_is_formatted(const struct screen_options *o, int fd)
{
    switch (o->pretty) {
    case SCREEN_PRETTY_ALWAYS:
        return true;
    case SCREEN_PRETTY_NEVER:
        return false;
    case SCREEN_PRETTY_AUTO:
        break;
    }
    return o->colour == COLOUR_ALWAYS || isatty(fd);
}
