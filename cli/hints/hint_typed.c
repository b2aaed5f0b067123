/* What was typed is not what was meant. */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/websocket_url.h"
#include "hints/hint.h"

/* Single and double quotation marks (U+2018 to U+201F), guillemets. */
static bool is_odd_quote(const char *s)
{
    const unsigned char *c = (const unsigned char *)s;
    if (c[0] == 0xe2 && c[1] == 0x80)
        return c[2] >= 0x98 && c[2] <= 0x9f;
    return c[0] == 0xc2 && (c[1] == 0xab || c[1] == 0xbb);
}

static bool has_odd_quotes(const struct hint_facts *f, struct str *value)
{
    size_t len = strlen(f->typed);
    (void)value;
    return is_odd_quote(f->typed) ||
           (len >= 3 && is_odd_quote(f->typed + len - 3)) ||
           (len >= 2 && is_odd_quote(f->typed + len - 2));
}

/* The shell runs it in the background, where an & has ended the URL. */
static bool is_cut_at_ampersand(const struct hint_facts *f, struct str *value)
{
    pid_t foreground = tcgetpgrp(STDERR_FILENO);
    (void)value;
    return (f->status || hint_code(f) >= 400) && strchr(f->typed, '?') &&
           !strchr(f->typed, '&') && foreground > 0 && foreground != getpgrp();
}

static bool is_glob(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "glob");
}

static bool has_mistyped_scheme(const struct hint_facts *f, struct str *value)
{
    static const char *const schemes[] = {"https", "http", "wss", "ws", NULL};
    size_t len = strcspn(f->typed, ":");
    struct nearest n;
    if (strncmp(f->typed + len, "://", 3) != 0)
        return false;
    nearest_begin(&n, f->typed, len);
    nearest_try_all(&n, schemes);
    const char *word = nearest_word(&n);
    if (!word || (strlen(word) == len && strncasecmp(word, f->typed, len) == 0))
        return false;
    str_add_text(value, word);
    return true;
}

static bool is_websocket_url(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return websocket_url_is(f->typed);
}

static bool is_other_protocol(const struct hint_facts *f, struct str *value)
{
    size_t len = strcspn(f->typed, ":");
    if (strncmp(f->typed + len, "://", 3) != 0)
        return false;
    str_add(value, span_of(f->typed, len));
    return true;
}

/* "http//host", "https:/host", "http:host". */
static bool lacks_slashes(const struct hint_facts *f, struct str *value)
{
    const char *t = f->typed;
    size_t len = strncasecmp(t, "https", 5) == 0  ? 5
                 : strncasecmp(t, "http", 4) == 0 ? 4
                                                  : 0;
    if (!f->status || !len || strncmp(t + len, "://", 3) == 0)
        return false;
    if (strncmp(t + len, "//", 2) != 0 &&
        (t[len] != ':' || isdigit((unsigned char)t[len + 1])))
        return false;
    str_add(value, span_of(t, len));
    return true;
}

static bool has_bad_port(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_says(f, "bad port");
}

static bool has_bad_host(const struct hint_facts *f, struct str *value)
{
    const char *at = strstr(f->text, "byte 0x");
    unsigned byte = 0;
    if (!at || !strstr(f->text, "in host"))
        return false;
    for (at += 7; isxdigit((unsigned char)*at); at++)
        byte = byte * 16 +
               (unsigned)(isdigit((unsigned char)*at)
                              ? *at - '0'
                              : tolower((unsigned char)*at) - 'a' + 10);
    if (byte <= ' ' || byte > '~')
        return false;
    str_add_char(value, (char)byte);
    return true;
}

static bool has_space(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_says(f, "space (0x20)");
}

static bool is_method(const struct hint_facts *f, struct str *value)
{
    static const char *const methods[] = {"get",    "head",  "post",
                                          "put",    "patch", "options",
                                          "delete", "query", NULL};
    for (size_t i = 0; methods[i]; i++) {
        if (strcasecmp(methods[i], f->typed) != 0)
            continue;
        for (const char *c = methods[i]; *c; c++)
            str_add_char(value, (char)toupper((unsigned char)*c));
        return true;
    }
    return false;
}

static bool is_command(const struct hint_facts *f, struct str *value)
{
    struct nearest n;
    if (strpbrk(f->typed, ".:/"))
        return false;
    nearest_begin(&n, f->typed, strlen(f->typed));
    nearest_try_all(&n, hint_commands());
    if (!nearest_word(&n))
        return false;
    str_add_text(value, nearest_word(&n));
    return true;
}

/* Of a variable that is empty it would be wrong to take it for this machine. */
static bool is_without_host(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->typed[0] == ':' &&
           (f->typed[1] == '/' || isdigit((unsigned char)f->typed[1]));
}

static bool is_at_file(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->status && f->typed[0] == '@';
}

static bool is_stdin_unread(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->has_idle_input && (!f->status || hint_code(f) >= 400);
}

const struct hint hint_typed[] = {
    {"typographic-quotes", "a URL in quotes of a text processor", HINT_ANY,
     has_odd_quotes,
     "the quotes around {typed} are typographic: no shell takes them off, "
     "type ' or \""},
    {"ampersand", "a URL without quotes, cut by the shell at &", HINT_ANY,
     is_cut_at_ampersand,
     "the shell ended the URL at a & and runs quiver in the background: put "
     "the URL in quotes"},
    {"glob", "brackets or braces in a URL", QV_EXIT_URL, is_glob,
     "[1-9] and {a,b} stand for several URLs; -g takes them as they are"},
    {"scheme-typo", "a scheme that is almost one", QV_EXIT_PROTOCOL,
     has_mistyped_scheme, "was {value}:// meant?"},
    {"websocket-url", "a ws:// URL for fetch", QV_EXIT_PROTOCOL,
     is_websocket_url, "\"quiver ws {typed}\" opens it"},
    {"other-protocol", "a URL of another protocol", QV_EXIT_PROTOCOL,
     is_other_protocol, "quiver speaks HTTP alone; curl may have {value}"},
    {"slashes", "a URL without :// behind its scheme", HINT_ANY, lacks_slashes,
     "behind the scheme come a colon and two slashes: {value}://"},
    {"port", "a port that is none", QV_EXIT_URL, has_bad_port,
     "a port is a number up to 65535 behind the host, HOST:PORT/PATH; an IPv6 "
     "address is in brackets, [::1]:8080"},
    {"no-host", "HTTPie's :3000/path without a method", QV_EXIT_URL,
     is_without_host,
     "for this machine: localhost{typed}, or a method before it (quiver GET "
     "{typed})"},
    {"host-byte", "a character that no host name has", QV_EXIT_URL,
     has_bad_host,
     "no host name has a '{value}'; was a dot, a colon or a slash meant?"},
    {"space", "a space in a URL", QV_EXIT_URL, has_space,
     "a space is written %20 in a URL; --url-query 'name=a value' does so"},
    {"method-case", "a method in small letters", QV_EXIT_HOST_NAME, is_method,
     "a method is typed in capitals: quiver {value} URL"},
    {"command-typo", "a command that was mistyped", QV_EXIT_HOST_NAME,
     is_command,
     "'{typed}' is taken for a host; was \"quiver {value}\" meant?"},
    {"at-file", "@FILE where a URL belongs", HINT_ANY, is_at_file,
     "@FILE belongs to an option (-d @FILE, -H @FILE); -K FILE and \"quiver "
     "batch FILE\" read URLs"},
    {"stdin-unread",
     "a body in standard input (POST URL < FILE) that no "
     "option names",
     HINT_ANY, is_stdin_unread,
     "standard input was not sent: -d @-, --json @- or -T - reads it"},
    {NULL, NULL, 0, NULL, NULL},
};
