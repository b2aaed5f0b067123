#include "record/url_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonl.h"
#include "base/redact.h"

/* What a part is written in that the URL has in another form: a port, an address in
 * brackets with its NUL, a zone. */
struct scratch {
    char text[64];
};

struct part {
    const char *name;
    bool is_secret;
    const char *(*of)(const struct qv_url *u, struct scratch *s);
};

#define MEMBER(member)                                                         \
    static const char *get_##member(const struct qv_url *u, struct scratch *s) \
    {                                                                          \
        (void)s;                                                               \
        return u->member;                                                      \
    }

MEMBER(scheme)
MEMBER(user)
MEMBER(password)
MEMBER(path)
MEMBER(query)
MEMBER(fragment)

static const char *get_port(const struct qv_url *u, struct scratch *s)
{
    (void)snprintf(s->text, sizeof s->text, "%u", u->port);
    return s->text;
}

/* An IPv6 address is in brackets, and without its zone, as in curl. */
static const char *get_host(const struct qv_url *u, struct scratch *s)
{
    if (strchr(u->host, ':') == NULL)
        return u->host;
    (void)snprintf(s->text, sizeof s->text, "[%.*s]",
                   (int)strcspn(u->host, "%"), u->host);
    return s->text;
}

/* Of an address that is local to a link (RFC 6874). */
static const char *get_zoneid(const struct qv_url *u, struct scratch *s)
{
    const char *zone = strchr(u->host, ':') ? strchr(u->host, '%') : NULL;
    (void)s;
    return zone ? zone + 1 : NULL;
}

/* Of curl's mail protocols. */
static const char *get_nothing(const struct qv_url *u, struct scratch *s)
{
    (void)u;
    (void)s;
    return NULL;
}

static const struct part parts[] = {
    {"scheme", false, get_scheme},     {"user", true, get_user},
    {"password", true, get_password},  {"options", false, get_nothing},
    {"host", false, get_host},         {"port", false, get_port},
    {"path", false, get_path},         {"query", false, get_query},
    {"fragment", false, get_fragment}, {"zoneid", false, get_zoneid},
};

enum {
    NPARTS = sizeof parts / sizeof *parts
};

static const struct part *find(const char *name, size_t len)
{
    for (size_t i = 0; i < NPARTS; i++) {
        if (strlen(parts[i].name) == len && !memcmp(parts[i].name, name, len))
            return &parts[i];
    }
    return NULL;
}

bool url_parts_print(const char *part, size_t len, const char *url,
                     const struct writeout_facts *f, struct str *out)
{
    const struct part *p = find(part, len);
    struct qv_url u;
    struct qv_error error;
    struct scratch scratch;
    if (!p)
        return false;
    if (!qv_url_parse(&u, url, f->default_scheme, &error))
        return true;
    const char *value = p->of(&u, &scratch);
    if (value)
        str_add_text(out, value);
    qv_url_free(&u);
    return true;
}

void url_parts_json(const char *prefix, const char *url,
                    const struct writeout_facts *f, struct str *out)
{
    struct qv_url u;
    struct qv_error error;
    struct scratch scratch;
    bool is_url = qv_url_parse(&u, url, f->default_scheme, &error);
    for (size_t i = 0; i < NPARTS; i++) {
        const struct part *p = &parts[i];
        const char *value = is_url ? p->of(&u, &scratch) : NULL;
        bool is_there = value && *value;
        bool is_hidden = p->is_secret && !f->show_secrets;
        str_printf(out, ",\"%s.%s\":", prefix, p->name);
        jsonl_string(out, !is_there   ? NULL
                          : is_hidden ? REDACT_SHOWN_AS
                                      : value);
    }
    if (is_url)
        qv_url_free(&u);
}
