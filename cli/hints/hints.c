#include "hints/hints.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hints/hint.h"
#include "terminal/complain.h"

/* What was typed wrong explains every error that follows from it. */
static const struct hint *const families[] = {
    hint_typed, hint_proxies, hint_network, hint_tls, hint_answers, hint_bodies,
};

enum {
    NFAMILIES = sizeof families / sizeof families[0],
    SAID_MAX = 128, /* rows */
};

static enum hints_when when;
static const char *const no_commands[] = {NULL};
static const char *const *commands = no_commands;
static const struct hint *said[SAID_MAX];
static size_t nsaid;

void hints_set(enum hints_when wanted)
{
    when = wanted;
}

void hints_know_commands(const char *const *names)
{
    commands = names;
}

bool hints_are_wanted(void)
{
    static enum {
        UNASKED,
        TERMINAL,
        OTHER
    } out;
    if (when == HINTS_AUTO && out == UNASKED)
        out = isatty(STDERR_FILENO) ? TERMINAL : OTHER;
    return when == HINTS_ALWAYS || (when == HINTS_AUTO && out == TERMINAL);
}

/* ---- which ---- */

static const struct hint *find(const struct hint_facts *f, struct str *value)
{
    for (size_t i = 0; i < NFAMILIES; i++) {
        for (const struct hint *h = families[i]; h->id; h++) {
            if (h->status != HINT_ANY && h->status != f->status)
                continue;
            str_clear(value);
            if (!h->fits || h->fits(f, value))
                return h;
        }
    }
    return NULL;
}

static bool was_said(const struct hint *h)
{
    for (size_t i = 0; i < nsaid; i++) {
        if (said[i] == h)
            return true;
    }
    if (nsaid < SAID_MAX)
        said[nsaid++] = h;
    return false;
}

/* ---- its text ---- */

static void add_place(const struct hint_facts *f, struct str *out)
{
    bool is_v6 = strchr(f->host, ':') != NULL;
    str_printf(out, "%s%s%s", is_v6 ? "[" : "", f->host, is_v6 ? "]" : "");
    if (f->port)
        str_printf(out, ":%u", f->port);
}

/* What stands between the braces; false: they are part of the text. */
static bool add_placeholder(const struct hint_facts *f, const char *name,
                            size_t len, const struct str *value,
                            struct str *out)
{
    if (strncmp(name, "host", len) == 0)
        str_add_text(out, f->host);
    else if (strncmp(name, "port", len) == 0)
        str_printf(out, "%u", f->port);
    else if (strncmp(name, "place", len) == 0)
        add_place(f, out);
    else if (strncmp(name, "typed", len) == 0)
        str_add_text(out, f->typed);
    else if (strncmp(name, "value", len) == 0)
        str_add_text(out, str_text(value));
    else
        return false;
    return true;
}

static void add_text(const struct hint_facts *f, const char *text,
                     const struct str *value, struct str *out)
{
    while (*text) {
        size_t len = *text == '{' ? strcspn(text, "}") : 0;
        if (len >= sizeof "{host" - 1 &&
            add_placeholder(f, text + 1, len - 1, value, out)) {
            text += len + 1;
        } else {
            str_add_char(out, *text++);
        }
    }
}

const char *hints_find(const struct hint_facts *f, struct str *out)
{
    struct str value = {0};
    const struct hint *h = find(f, &value);
    if (h)
        add_text(f, h->text, &value, out);
    str_fini(&value);
    return h ? h->id : NULL;
}

void hints_tell(const struct hint_facts *f)
{
    struct str value = {0};
    struct str text = {0};
    const struct hint *h;
    if (!hints_are_wanted())
        return;
    h = find(f, &value);
    if (h && !was_said(h)) {
        add_text(f, h->text, &value, &text);
        complain_hint(str_text(&text));
    }
    str_fini(&value);
    str_fini(&text);
}

const struct hint *hints_row(size_t i)
{
    for (size_t k = 0; k < NFAMILIES; k++) {
        for (const struct hint *h = families[k]; h->id; h++) {
            if (i-- == 0)
                return h;
        }
    }
    return NULL;
}

void hints_render(struct str *out)
{
    const struct hint *h;
    str_add_text(out, "What is said behind an error on a terminal (--hints), "
                      "and when:\n");
    for (size_t i = 0; (h = hints_row(i)); i++)
        str_printf(out, "  %-26s %s\n", h->id, h->when);
}

/* ---- for conditions ---- */

bool hint_says(const struct hint_facts *f, const char *part)
{
    return strstr(f->text, part) != NULL;
}

bool hint_is_errno(const struct hint_facts *f, int error)
{
    return f->wire == (uint64_t)error || hint_says(f, strerror(error));
}

bool hint_is_named(const struct hint_facts *f, const char *name)
{
    return strcmp(f->name, name) == 0;
}

bool hint_is_loopback(const char *host)
{
    size_t len = strlen(host);
    return strcasecmp(host, "localhost") == 0 ||
           (len > 10 && strcasecmp(host + len - 10, ".localhost") == 0) ||
           strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

const char *hint_field(const struct hint_facts *f, const char *name)
{
    for (size_t i = 0; f->result && i < f->result->nfields; i++) {
        if (strcasecmp(f->result->fields[i].name, name) == 0)
            return f->result->fields[i].value;
    }
    return NULL;
}

const char *const *hint_commands(void)
{
    return commands;
}

int hint_code(const struct hint_facts *f)
{
    return f->result ? f->result->response_code : 0;
}
