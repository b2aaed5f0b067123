#include "base/redact.h"

#include <ctype.h>
#include <string.h>

#include "base/jsonl.h"
#include "base/name_key.h"
#include "base/strings.h"
#include "core/base/header_line.h"
#include "core/base/xalloc.h"

/* Read from files of secrets; for the whole run of the program. */
static struct strings own_fields;

struct word {
    const char *at;
    size_t len;
};

#define WORD(text)                                                             \
    {                                                                          \
        text, sizeof text - 1                                                  \
    }

static bool is_one_of(const char *name, size_t len, const struct word *words,
                      size_t nwords)
{
    for (size_t i = 0; i < nwords; i++) {
        if (words[i].len == len && strncasecmp(words[i].at, name, len) == 0)
            return true;
    }
    return false;
}

/* The words that tell, each with a bit of its own, and the letters that some
 * begin with or go on with. */
#define AUTH     1
#define KEY      2
#define PASSWORD 4
#define SECRET   8
#define TOKEN    16

static const unsigned char first_of[256] = {
    ['a'] = AUTH,     ['A'] = AUTH,     ['k'] = KEY,    ['K'] = KEY,
    ['p'] = PASSWORD, ['P'] = PASSWORD, ['s'] = SECRET, ['S'] = SECRET,
    ['t'] = TOKEN,    ['T'] = TOKEN,
};

static const unsigned char second_of[256] = {
    ['u'] = AUTH,         ['U'] = AUTH,     ['e'] = KEY | SECRET,
    ['E'] = KEY | SECRET, ['a'] = PASSWORD, ['A'] = PASSWORD,
    ['o'] = TOKEN,        ['O'] = TOKEN,
};

static bool begins_with_word(const char *s, size_t len)
{
    static const struct word words[] = {WORD("auth"), WORD("key"),
                                        WORD("password"), WORD("secret"),
                                        WORD("token")};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].len <= len &&
            strncasecmp(s, words[i].at, words[i].len) == 0)
            return true;
    }
    return false;
}

static bool says_so(const char *name, size_t len)
{
    /* What a server tells everybody. */
    static const struct word open[] = {WORD("www-authenticate"),
                                       WORD("proxy-authenticate"),
                                       WORD("sec-websocket-key")};
    const unsigned char *bytes = (const unsigned char *)name;
    for (size_t i = 1; i < len; i++) {
        if ((first_of[bytes[i - 1]] & second_of[bytes[i]]) == 0)
            continue;
        if (begins_with_word(name + i - 1, len - i + 1))
            return !is_one_of(name, len, open, sizeof open / sizeof open[0]);
    }
    return false;
}

static bool is_own(const char *name, size_t len)
{
    for (size_t i = 0; i < own_fields.len; i++) {
        const char *own = own_fields.at[i];
        if (strlen(own) == len && strncasecmp(own, name, len) == 0)
            return true;
    }
    return false;
}

static bool is_field(const char *name, size_t len)
{
    static const struct word cookies[] = {WORD("cookie"), WORD("set-cookie")};
    return is_one_of(name, len, cookies, sizeof cookies / sizeof cookies[0]) ||
           says_so(name, len) || is_own(name, len);
}

/* Each record asks for each field of its answer, and answers repeat their
 * names: what was found of one is kept until another one takes its place. */
enum {
    VERDICT_BITS = 7
};

static struct verdict {
    unsigned char len; /* 0: of none */
    bool is_field;
    char name[30];
} verdicts[1 << VERDICT_BITS];

bool redact_is_field(const char *name, size_t len)
{
    if (len == 0 || len > sizeof verdicts[0].name)
        return is_field(name, len);
    struct verdict *v =
        &verdicts[name_key_place(name_key(name, len), VERDICT_BITS)];
    if (v->len != len || memcmp(v->name, name, len) != 0) {
        v->len = (unsigned char)len;
        v->is_field = is_field(name, len);
        memcpy(v->name, name, len);
    }
    return v->is_field;
}

void redact_add_field(const char *line)
{
    struct span name = span_trim(header_line_name(line));
    const char *text = (const char *)name.base;
    if (name.len == 0 || is_own(text, name.len))
        return;
    strings_add(&own_fields, xalloc_copy(text, name.len));
    memset(verdicts, 0, sizeof verdicts);
}

/* Can this be an authority without userinfo? */
static bool is_host_and_port(const char *s, const char *end)
{
    if (s < end && *s == '[' && memchr(s, ']', (size_t)(end - s)))
        s = (const char *)memchr(s, ']', (size_t)(end - s)) + 1;
    while (s < end && *s != ':') {
        unsigned char c = (unsigned char)*s++;
        if (c < 0x80 && !isalnum(c) && !strchr("-._~%", c))
            return false;
    }
    for (s++; s < end; s++) {
        if (!isdigit((unsigned char)*s))
            return false;
    }
    return true;
}

/* Without what belongs to the sentence around it. */
static const char *trim(const char *s, const char *end)
{
    const char *marks = s < end && *s == '[' ? "),;:." : "]),;:.";
    while (end > s && strchr(marks, end[-1]))
        end--;
    return end;
}

/*
 * What `authority` begins: where it goes on behind its userinfo; NULL: it has
 * none.  A secret may have a byte in it that ends the authority or the userinfo
 * too early: then the next '@' ends it, or the authority is nothing else.
 */
static const char *find_userinfo_end(const char *authority, const char *end)
{
    const char *at = NULL;
    const char *c = authority;
    for (; c < end && !strchr("/?# \t\"'<>", *c); c++) {
        if (*c == '@')
            at = c;
    }
    const char *host = at ? at + 1 : authority;
    if (is_host_and_port(host, trim(host, c)))
        return at;
    const char *later = memrchr(c, '@', (size_t)(end - c));
    return later || !at ? later : trim(host, c);
}

void redact_add_text(struct str *out, const char *s, size_t len)
{
    const char *end = s + len;
    const char *slashes;
    while ((slashes = memmem(s, (size_t)(end - s), "://", 3))) {
        const char *authority = slashes + 3;
        const char *at = find_userinfo_end(authority, end);
        str_add(out, span_of(s, (size_t)(authority - s)));
        s = authority;
        if (!at)
            continue;
        str_add_text(out, REDACT_SHOWN_AS);
        s = at;
    }
    str_add(out, span_of(s, (size_t)(end - s)));
}

void redact_add_url(struct str *out, const char *url)
{
    const char *at =
        strstr(url, "://") ? NULL : find_userinfo_end(url, url + strlen(url));
    if (at)
        str_add_text(out, REDACT_SHOWN_AS);
    else
        at = url;
    redact_add_text(out, at, strlen(at));
}

void redact_quote_url(struct str *out, const char *url, bool show)
{
    size_t len = strlen(url);
    struct str shown = {0};
    if (show || !memchr(url, '@', len)) {
        jsonl_quote(out, url, len);
        return;
    }
    redact_add_url(&shown, url);
    jsonl_quote(out, shown.base, shown.len);
    str_fini(&shown);
}
