#include "help/completion_words.h"

#include <stdlib.h>

#include "args/command.h"
#include "help/help_pages.h"
#include "record/variables.h"

/* Of requests; the colon is left to the one who types. */
static const char fields[] =
    "Accept Accept-Encoding Accept-Language Authorization Cache-Control "
    "Content-Type Cookie Expect If-Match If-Modified-Since If-None-Match "
    "Origin "
    "Prefer Priority Range Referer User-Agent X-Forwarded-For X-Request-ID";
static const char methods[] = "GET HEAD POST PUT DELETE OPTIONS PATCH TRACE";

void completion_words_commands(const struct command *table, struct str *out)
{
    for (const struct command *c = table; c->name; c++)
        str_printf(out, "%s%s", c == table ? "" : " ", c->name);
}

static void add_categories(const struct command *table, struct str *out)
{
    str_add_text(out, "all category manual");
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (!command_find(table, option_category_name(c)))
            str_printf(out, " %s", option_category_name(c));
    }
}

void completion_words_subjects(const struct command *table, struct str *out)
{
    add_categories(table, out);
    str_add_char(out, ' ');
    completion_words_commands(table, out);
    help_pages_subjects(table, " ", out);
}

static void add_write_out(struct str *out)
{
    size_t n;
    struct variable_name *all = variables_names(&n);
    for (size_t i = 0; i < n; i++)
        str_printf(out, "%s%%{%s}", i ? " " : "", all[i].name);
    free(all);
}

bool completion_words_values(const struct command *table, enum option_values v,
                             struct str *out)
{
    static const char *const words[] = {
        [VALUES_METHOD] = methods,
        [VALUES_ITEMS] = "json form multipart",
        [VALUES_TLS] = "1.2 1.3 default",
        [VALUES_HTTP_BOUND] = "1.1 2 3",
        [VALUES_TLS_FILE] = "PEM DER P12",
        [VALUES_TLS_KEY] = "PEM DER",
        [VALUES_QUIC_VERSION] = "v1 v2",
        [VALUES_QUIC_CC] = "cubic bbr reno",
        [VALUES_EXPLAIN] = "text json",
        [VALUES_WHEN] = "auto always never",
        [VALUES_HEADER] = fields,
        [VALUES_PROTO] = "http https",
        [VALUES_CURVES] = "X25519MLKEM768 X25519 P-256 P-384 P-521",
        [VALUES_LOG] = "text json none",
        [VALUES_PARALLEL_OUTPUT] = "ordered done raw",
        [VALUES_BATCH_FORMAT] = "auto jsonl urls curl har",
        [VALUES_BATCH_BODY] = "inline file hash none",
        [VALUES_BATCH_FSYNC] = "none batch each",
        [VALUES_BATCH_PROGRESS] = "auto plain json none",
        [VALUES_CHANNEL_PROTOCOL] = "websocket webtransport connect-udp",
        [VALUES_CHANNEL_TRANSPORT] = "auto datagram capsule",
        [VALUES_CHANNEL_IN] = "line hex base64 len jsonl raw",
        [VALUES_CHANNEL_OUT] = "line hex base64 len jsonl raw",
    };
    if (v == VALUES_WRITE_OUT)
        add_write_out(out);
    else if (v == VALUES_CATEGORY)
        completion_words_subjects(table, out);
    else if (v < sizeof words / sizeof words[0] && words[v] != NULL)
        str_add_text(out, words[v]);
    else
        return false;
    return true;
}
