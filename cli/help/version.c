#include "help/version.h"

#include <readline/readline.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/whole_file.h"
#include "core/base/str.h"
#include "core/quiver.h"

static const char *const protocols[] = {"http", "https", "ws", "wss", NULL};
static const char *const features[] = {
    "HTTP1.0",     "HTTP1.1",      "HTTP2",     "HTTP3",  "TLS1.2",
    "TLS1.3",      "QUIC",         "ALPN",      "IDN",    "IPv6",
    "UnixSockets", "gzip",         "deflate",   "brotli", "zstd",
    "WebSocket",   "WebTransport", "datagrams", "serve",  NULL,
};
static const char license[] = "GPL-3.0-or-later";
static const char *built_from; /* NULL: nobody knows */

void version_built_from(const char *commit)
{
    built_from = commit[0] ? commit : NULL;
}

static void add_words(struct str *out, const char *title,
                      const char *const *words)
{
    str_printf(out, "%s:", title);
    for (size_t i = 0; words[i]; i++)
        str_printf(out, " %s", words[i]);
    str_add_text(out, "\n");
}

/* The engine's, and that of the command line. */
static void each_library(struct str *out,
                         void (*add)(struct str *out, const char *name,
                                     const char *version))
{
    for (const struct qv_library *l = qv_libraries(); l->name; l++)
        add(out, l->name, l->version);
    add(out, "readline", rl_library_version);
}

static void add_word(struct str *out, const char *name, const char *version)
{
    str_printf(out, " %s/%s", name, version);
}

static void add_lines(struct str *out)
{
    str_printf(out, "quiver %s", qv_version());
    each_library(out, add_word);
    str_add_text(out, "\n");
    if (built_from)
        str_printf(out, "Commit: %s\n", built_from);
    add_words(out, "Protocols", protocols);
    add_words(out, "Features", features);
    str_printf(out, "License: %s; there is no warranty.\n", license);
}

static void add_array(struct str *out, const char *key,
                      const char *const *words)
{
    json_open(out, key, '[');
    for (size_t i = 0; words[i]; i++)
        json_string(out, NULL, words[i]);
    json_close(out, ']');
}

static void add_json(struct str *out)
{
    json_open(out, NULL, '{');
    json_string(out, "name", "quiver");
    json_string(out, "version", qv_version());
    json_string(out, "commit", built_from);
    json_open(out, "libraries", '{');
    each_library(out, json_string);
    json_close(out, '}');
    add_array(out, "protocols", protocols);
    add_array(out, "features", features);
    json_string(out, "license", license);
    json_close(out, '}');
    str_add_text(out, "\n");
}

static int print(void (*add)(struct str *out))
{
    struct str out = {0};
    add(&out);
    bool ok = whole_file_write(&out, STDOUT_FILENO);
    str_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

int version_print(void)
{
    return print(add_lines);
}

int version_print_json(void)
{
    return print(add_json);
}
