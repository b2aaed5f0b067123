#include "terminal/screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/number.h"

bool screen_can_redraw(int fd)
{
    const char *term = getenv("TERM");
    return term && *term && strcmp(term, "dumb") != 0 && isatty(fd);
}

/* What a variable of the environment says, in place of a terminal that does not
 * tell. */
static unsigned from_environment(const char *name, unsigned least,
                                 unsigned usual)
{
    enum {
        MOST = 1000
    };
    const char *value = getenv(name);
    uint64_t n;
    if (value && number_parse(value, MOST, &n) && n >= least)
        return (unsigned)n;
    return usual;
}

unsigned screen_width(int fd)
{
    enum {
        NARROWEST = 20,
        USUAL = 80
    };
    struct winsize size;
    if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_col >= NARROWEST)
        return size.ws_col;
    return from_environment("COLUMNS", NARROWEST, USUAL);
}

unsigned screen_height(int fd)
{
    enum {
        LOWEST = 2,
        USUAL = 24
    };
    struct winsize size;
    if (!ioctl(fd, TIOCGWINSZ, &size) && size.ws_row >= LOWEST)
        return size.ws_row;
    return from_environment("LINES", LOWEST, USUAL);
}

/* Nobody can be asked; those that do not are old, and say their names. */
bool screen_wraps_anew(void)
{
    static const char *const cutting[] = {"linux", "screen", "rxvt", "vt"};
    const char *term = getenv("TERM");
    if (getenv("TMUX"))
        return true;
    if (getenv("XTERM_VERSION") || !term)
        return false;
    for (size_t i = 0; i < sizeof cutting / sizeof cutting[0]; i++) {
        if (strncmp(term, cutting[i], strlen(cutting[i])) == 0)
            return false;
    }
    return true;
}

void screen_erase(struct str *out, unsigned lines)
{
    if (lines)
        str_printf(out, "\x1b[%uA\r\x1b[J", lines);
}

/* The character at s, of valid UTF-8; *used: its bytes. */
static uint32_t decode(const char *s, size_t len, size_t *used)
{
    unsigned char lead = (unsigned char)*s;
    size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);
    for (size_t i = 1; i < n && i < len; i++)
        c = c << 6 | ((unsigned char)s[i] & 0x3f);
    *used = n < len ? n : len;
    return c;
}

/* wcwidth() would need a locale.  What matters is that a line does not wrap:
 * of what is not known, one column too many is the lesser harm. */
static unsigned width_of(uint32_t c)
{
    static const struct {
        uint32_t first;
        uint32_t last;
        unsigned width;
    } ranges[] = {
        {0x0300, 0x036f, 0},   /* combining marks */
        {0x1100, 0x115f, 2},   /* Hangul letters */
        {0x200b, 0x200f, 0},   /* zero width */
        {0x2e80, 0xa4cf, 2},   /* CJK */
        {0xac00, 0xd7a3, 2},   /* Hangul syllables */
        {0xf900, 0xfaff, 2},   /* CJK compatibility */
        {0xfe00, 0xfe0f, 0},   /* variation selectors */
        {0xfe30, 0xfe6f, 2},   /* CJK forms */
        {0xff00, 0xff60, 2},   /* full width */
        {0xffe0, 0xffe6, 2},   /* the same */
        {0x1f300, 0x1faff, 2}, /* pictures */
        {0x20000, 0x3fffd, 2}, /* more CJK */
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return ranges[i].width;
    }
    return 1;
}

unsigned screen_columns(const char *s, size_t len)
{
    unsigned columns = 0;
    size_t used;
    for (; len; s += used, len -= used)
        columns += width_of(decode(s, len, &used));
    return columns;
}

size_t screen_fit(const char *s, size_t len, unsigned columns)
{
    size_t at = 0;
    while (at < len) {
        size_t used;
        unsigned width = width_of(decode(s + at, len - at, &used));
        if (width > columns)
            break;
        columns -= width;
        at += used;
    }
    return at;
}
