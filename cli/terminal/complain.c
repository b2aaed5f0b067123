#include "terminal/complain.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/redact.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "terminal/colour.h"
#include "terminal/console.h"
#include "terminal/escape.h"
#include "terminal/screen.h"
#include "terminal/wrap.h"

/* An error may quote a URL; nobody needs its userinfo to find the mistake. */
static void add_message(struct str *line, const char *text)
{
    struct str shown = {0};
    redact_add_text(&shown, text, strlen(text));
    escape_bytes(line, shown.base ? shown.base : "", shown.len);
    str_fini(&shown);
}

static enum colour_when colours;

void complain_colour(enum colour_when when)
{
    colours = when;
}

/* Standard error may have become another file since the last time. */
static bool has_colours(void)
{
    return colour_is_wanted(colours, STDERR_FILENO);
}

/* Whole lines in one write each, so that lines of several processes that
 * share a log are not mixed. */
static void write_line(struct str *line)
{
    str_add_char(line, '\n');
    console_urge(line);
    str_fini(line);
}

int complain_usage(const char *text)
{
    return complain_usage_about(text, "");
}

int complain_usage_about(const char *text, const char *more)
{
    complain_error(QV_EXIT_USAGE, NULL, text);
    complain_notice("try '%s' or 'quiver help' for more",
                    *more ? more : "quiver --help");
    return QV_EXIT_USAGE;
}

void complain_error(int status, const char *host, const char *text)
{
    struct str line = {0};
    bool is_on = has_colours();
    colour_begin(&line, is_on, COLOUR_FAILED);
    str_printf(&line, "quiver: (%d)", status);
    colour_end(&line, is_on, COLOUR_FAILED);
    str_add_char(&line, ' ');
    if (host && *host) {
        add_message(&line, host);
        str_add_text(&line, ": ");
    }
    add_message(&line, text);
    write_line(&line);
}

/* A hint is for a person, unlike an error, which is one line for logs. */
void complain_hint(const char *text)
{
    static const char head[] = "hint: ";
    const unsigned indent = sizeof head - 1;
    struct str line = {0};
    struct str message = {0};
    bool is_on = has_colours();
    unsigned width =
        isatty(STDERR_FILENO) ? screen_width(STDERR_FILENO) : UINT_MAX;
    colour_text(&line, is_on, COLOUR_HINT, "hint:");
    str_add_char(&line, ' ');
    add_message(&message, text);
    wrap_words(&line, str_span(&message), indent, width);
    write_line(&line);
    str_fini(&message);
}

__attribute__((format(printf, 1, 0))) static void say(const char *format,
                                                      va_list args)
{
    struct str line = {0};
    struct str message = {0};
    str_vprintf(&message, format, args);
    str_add_text(&line, "quiver: ");
    add_message(&line, message.base ? message.base : "");
    str_fini(&message);
    write_line(&line);
}

int complain_unwritten(const char *what, const char *path, int error)
{
    struct str line = {0};
    str_printf(&line, "%s '%s': %s", what, path, strerror(error));
    complain_error(QV_EXIT_WRITE, NULL, line.base);
    str_fini(&line);
    return QV_EXIT_WRITE;
}

static bool has_hidden_warnings;

void complain_hide_warnings(bool are_hidden)
{
    has_hidden_warnings = are_hidden;
}

void complain_warning(const char *format, ...)
{
    va_list args;
    if (has_hidden_warnings)
        return;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

void complain_notice(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}
