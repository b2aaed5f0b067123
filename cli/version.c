#include "version.h"

#include <unistd.h>

#include "command.h"
#include "complain.h"
#include "core/quiver.h"
#include "help.h"
#include "parser.h"
#include "text.h"

int version_print(void)
{
    struct text out = {0};
    bool ok;

    text_addf(&out, "quiver %s", qv_version());
    for (const struct qv_library *l = qv_libraries(); l->name; l++)
        text_addf(&out, " %s/%s", l->name, l->version);
    text_puts(&out,
              "\nProtocols: http https\n"
              "Features: HTTP1.0 HTTP1.1 HTTP2 HTTP3 TLS1.2 TLS1.3 QUIC ALPN "
              "IDN IPv6 UnixSockets gzip deflate brotli zstd serve\n"
              "License: GPL-3.0-or-later; there is no warranty.\n");
    ok = text_write(&out, STDOUT_FILENO);
    text_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

static bool no_operand(struct parser *p, const char *operand)
{
    return parser_fail(p, "'%.40s': nothing follows version", operand);
}

int version_main(const struct command *c, int argc, char **argv)
{
    struct parser p = {.command = c, .on_operand = no_operand};

    if (!parser_run(&p, argc, argv))
        return complain_usage(p.error);
    if (p.help)
        return help_print_for(c, p.help);
    return version_print();
}
