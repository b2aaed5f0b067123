/*
 * The limits are curl's: what is longer is no file that somebody has written for
 * passwords.  Behind a mistake nothing is read, but what stands before it holds.
 */
#include "request/netrc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/str.h"
#include "core/base/xalloc.h"

#define FILE_MAX       ((size_t)128 * 1024)
#define LINE_MAX_BYTES ((size_t)16384)
#define WORD_MAX       ((size_t)4096)

enum word {
    WORD_END,
    WORD_BROKEN,
    WORD_PLAIN,
    WORD_QUOTED, /* never a keyword */
};

struct reader {
    const char *at;
    const char *end;
    unsigned line;
    bool is_line_begun; /* something other than blanks stood on it */
    struct str word;
};

/* ---- words ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_line(struct reader *r)
{
    while (r->at < r->end && *r->at != '\n')
        r->at++;
}

/* To the next word; comments are none. */
static void skip_blanks(struct reader *r)
{
    for (; r->at < r->end; r->at++) {
        if (*r->at == '\n') {
            r->line++;
            r->is_line_begun = false;
        } else if (*r->at == '#' && !r->is_line_begun) {
            skip_line(r);
            r->at--;
        } else if (!is_blank(*r->at)) {
            return;
        }
    }
}

static char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/* False: it does not end. */
static bool read_quoted(struct reader *r)
{
    for (r->at++; r->at < r->end; r->at++) {
        char c = *r->at;
        if (c == '"') {
            r->at++;
            return true;
        }
        if (c == '\n')
            r->line++;
        if (c == '\\') {
            if (++r->at == r->end)
                return false;
            c = unescaped(*r->at);
        }
        str_add_char(&r->word, c);
    }
    return false;
}

static enum word next_word(struct reader *r)
{
    str_clear(&r->word);
    skip_blanks(r);
    if (r->at == r->end)
        return WORD_END;
    r->is_line_begun = true;
    if (*r->at == '"')
        return read_quoted(r) && r->word.len <= WORD_MAX ? WORD_QUOTED
                                                         : WORD_BROKEN;
    while (r->at < r->end && !is_blank(*r->at) && *r->at != '\n')
        str_add_char(&r->word, *r->at++);
    /* C strings further on; a NUL is nobody's name. */
    bool has_nul = r->word.len != strlen(str_text(&r->word));
    return has_nul || r->word.len > WORD_MAX ? WORD_BROKEN : WORD_PLAIN;
}

/* Behind the next empty line. */
static void skip_macro(struct reader *r)
{
    bool is_empty = false;
    skip_line(r);
    while (r->at < r->end && !is_empty) {
        const char *start = ++r->at;
        r->line++;
        skip_line(r);
        is_empty = start + strspn(start, "\r") >= r->at;
    }
    r->is_line_begun = false;
}

/* ---- entries ---- */

static struct netrc_entry *add_entry(struct netrc *n)
{
    n->entries = xalloc_room(n->entries, n->n, &n->cap, sizeof *n->entries);
    n->entries[n->n] = (struct netrc_entry){.host = NULL};
    return &n->entries[n->n++];
}

/* The word behind a keyword; false: there is none. */
static bool take_word(struct reader *r, char **to)
{
    enum word w = next_word(r);
    if (w != WORD_PLAIN && w != WORD_QUOTED)
        return w == WORD_END;
    if (to) {
        free(*to);
        *to = xalloc_string(str_text(&r->word));
    }
    return true;
}

static bool is_keyword(const struct reader *r, const char *keyword)
{
    return strcasecmp(str_text(&r->word), keyword) == 0;
}

/* *e is the entry that is being read; NULL: none.  False: the file is broken. */
static bool read_keyword(struct netrc *n, struct reader *r,
                         struct netrc_entry **e)
{
    if (is_keyword(r, "machine")) {
        char *host = NULL;
        bool ok = take_word(r, &host);
        *e = host ? add_entry(n) : NULL;
        if (*e)
            (*e)->host = host;
        return ok;
    }
    if (is_keyword(r, "default")) {
        *e = add_entry(n);
    } else if (is_keyword(r, "login")) {
        return take_word(r, *e ? &(*e)->login : NULL);
    } else if (is_keyword(r, "password")) {
        return take_word(r, *e ? &(*e)->password : NULL);
    } else if (is_keyword(r, "account")) {
        return take_word(r, NULL);
    } else if (is_keyword(r, "macdef")) {
        *e = NULL;
        skip_macro(r);
    }
    return true;
}

static void clear_entry(struct netrc_entry *e)
{
    free(e->host);
    free(e->login);
    free(e->password);
}

static bool has_long_line(const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        if (line_end == NULL)
            line_end = end;
        if ((size_t)(line_end - text) >= LINE_MAX_BYTES)
            return true;
        text = line_end + 1;
    }
    return false;
}

void netrc_read(struct netrc *n, const char *text, size_t len)
{
    struct reader r = {.at = text, .end = text + len, .line = 1};
    struct netrc_entry *e = NULL;
    enum word w = WORD_END;
    *n = (struct netrc){.n = 0};
    if (len >= FILE_MAX || has_long_line(text, len)) {
        n->broken_at = 1;
        return;
    }
    while ((w = next_word(&r)) == WORD_PLAIN || w == WORD_QUOTED) {
        if (w == WORD_PLAIN && !read_keyword(n, &r, &e)) {
            w = WORD_BROKEN;
            break;
        }
    }
    if (w == WORD_BROKEN) {
        n->broken_at = r.line;
        if (e) /* who knows what it would have said */
            clear_entry(&n->entries[--n->n]);
    }
    str_fini(&r.word);
}

void netrc_fini(struct netrc *n)
{
    for (size_t i = 0; i < n->n; i++)
        clear_entry(&n->entries[i]);
    free(n->entries);
    *n = (struct netrc){.n = 0};
}

/* ---- who is it for ---- */

static bool is_for(const struct netrc_entry *e, const char *host,
                   const char *user)
{
    if (e->host && strcasecmp(e->host, host) != 0)
        return false;
    if (e->login == NULL)
        return e->password != NULL;
    return user == NULL || (strcmp(e->login, user) == 0 && e->password);
}

const struct netrc_entry *netrc_find(const struct netrc *n, const char *host,
                                     const char *user)
{
    for (size_t i = 0; i < n->n; i++)
        if (is_for(&n->entries[i], host, user))
            return &n->entries[i];
    return NULL;
}
