#include "terminal/complain.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/redact.h"
#include "base/text.h"
#include "core/quiver.h"
#include "terminal/console.h"
#include "terminal/terminal.h"

/* An error may quote a URL; nobody needs its password to find the mistake. */
static void add_message(struct text *line, const char *text)
{
    struct text shown = {0};
    redact_add_text(&shown, text, strlen(text));
    terminal_escape_bytes(line, shown.at ? shown.at : "", shown.len);
    text_fini(&shown);
}

/* Whole lines in one write each, so that lines of several processes that
 * share a log are not mixed. */
static void write_line(struct text *line)
{
    text_putc(line, '\n');
    console_urge(line);
    text_fini(line);
}

int complain_usage(const char *text)
{
    complain_error(QV_EXIT_USAGE, NULL, text);
    complain_warning("try 'quiver --help' or 'quiver help' for more");
    return QV_EXIT_USAGE;
}

void complain_error(int status, const char *host, const char *text)
{
    struct text line = {0};
    text_addf(&line, "quiver: (%d) ", status);
    if (host && *host) {
        terminal_escape_line(&line, host);
        text_puts(&line, ": ");
    }
    add_message(&line, text);
    write_line(&line);
}

static const struct {
    int status;
    const char *text;
} hints[] = {
    {QV_EXIT_HOST_NAME,
     "is the name right? --resolve HOST:PORT:ADDRESS answers for it"},
    {QV_EXIT_TLS_HANDSHAKE,
     "does the server speak TLS there? http:// is without"},
    {QV_EXIT_TLS_VERIFY,
     "--cacert FILE trusts another authority; -k trusts anybody"},
    {QV_EXIT_CA_FILE, "--cacert takes a PEM file, --capath a folder of them"},
    {QV_EXIT_QUIC,
     "UDP may be blocked; --http3 falls back to TCP, --http3-only not"},
};

void complain_hint(int status)
{
    struct text line = {0};
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        if (hints[i].status == status && isatty(STDERR_FILENO)) {
            text_addf(&line, "hint: %s", hints[i].text);
            write_line(&line);
        }
    }
}

void complain_warning(const char *format, ...)
{
    struct text line = {0};
    struct text message = {0};
    va_list args;
    va_start(args, format);
    text_vaddf(&message, format, args);
    va_end(args);
    text_puts(&line, "quiver: ");
    add_message(&line, message.at ? message.at : "");
    text_fini(&message);
    write_line(&line);
}
