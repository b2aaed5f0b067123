#include "terminal/console.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/line_writer.h"

enum {
    /* Of -v some ten thousand requests. */
    BEHIND_MAX = 16 * 1024 * 1024
};

static struct line_writer writer;
static bool is_open;

static void add_gap(struct str *out, uint64_t lines)
{
    str_printf(out,
               "quiver: %" PRIu64 " line%s missing here, nobody read in time\n",
               lines, lines == 1 ? " is" : "s are");
}

static struct line_writer *get_writer(void)
{
    if (!is_open) {
        struct line_writer_options o = {
            .fd = STDERR_FILENO,
            .max = BEHIND_MAX,
            .add_gap = add_gap,
        };
        line_writer_open(&writer, &o);
        is_open = true;
    }
    return &writer;
}

void console_write(const struct str *lines)
{
    line_writer_write(get_writer(), lines->base, lines->len);
}

void console_urge(const struct str *lines)
{
    line_writer_urge(get_writer(), lines->base, lines->len);
}

bool console_is_behind(void)
{
    return line_writer_is_behind(get_writer());
}

int console_failed(void)
{
    return line_writer_failed(get_writer());
}

void console_close(void)
{
    if (!is_open)
        return;
    (void)line_writer_close(&writer);
    is_open = false;
}
