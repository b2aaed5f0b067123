#include "request/screen_options.h"

#include <unistd.h>

enum colour_when screen_colours(const struct screen_options *o)
{
    bool is_unwanted = o->colour == COLOUR_AUTO && !o->is_styled;
    return is_unwanted ? COLOUR_NEVER : o->colour;
}

bool screen_has_colours(const struct screen_options *o, int fd)
{
    return colour_is_wanted(screen_colours(o), fd);
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
