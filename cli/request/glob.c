#include "request/glob.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/str.h"
#include "core/base/xalloc.h"

enum part_kind {
    PART_TEXT,
    PART_SET,
    PART_LETTERS,
    PART_NUMBERS
};

struct part {
    enum part_kind kind;
    char *name;     /* NULL: none */
    char *text;     /* PART_TEXT */
    char **items;   /* PART_SET */
    uint64_t first; /* ranges */
    uint64_t step;
    uint64_t count; /* how many it stands for */
    int width;      /* of zero-padded numbers */
};

struct glob {
    struct part *parts;
    size_t nparts;
    size_t cap;
    uint64_t count;
};

struct reading {
    struct glob *glob;
    const char *what;
    const char *start;
    const char *at;
    struct glob_error *error;
};

static bool fail(struct reading *r, const char *problem)
{
    (void)snprintf(r->error->text, sizeof r->error->text,
                   "%s in %s at position %zu", problem, r->what,
                   (size_t)(r->at - r->start) + 1);
    return false;
}

static struct part *add_part(struct glob *g, struct part part)
{
    g->parts = xalloc_room(g->parts, g->nparts, &g->cap, sizeof *g->parts);
    g->parts[g->nparts] = part;
    return &g->parts[g->nparts++];
}

/* ---- names ---- */

/* The letters and digits between < and >; 0: it is no name. */
static size_t name_len(const char *s)
{
    size_t n = 0;
    if (s[0] != '<')
        return 0;
    for (const char *c = s + 1;
         (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
         (*c >= 'A' && *c <= 'Z');
         c++)
        n++;
    return s[1 + n] == '>' ? n : 0;
}

static const struct part *find_name(const struct glob *g, const char *name,
                                    size_t len)
{
    for (size_t i = 0; g && i < g->nparts; i++) {
        const char *own = g->parts[i].name;
        if (own && strncmp(own, name, len) == 0 && !own[len])
            return &g->parts[i];
    }
    return NULL;
}

/* Behind an opening bracket; *name is NULL if there is none. */
static bool read_name(struct reading *r, char **name)
{
    size_t len = name_len(r->at);
    *name = NULL;
    if (len && find_name(r->glob, r->at + 1, len))
        return fail(r, "a name given twice");
    if (len) {
        *name = xalloc_copy(r->at + 1, len);
        r->at += len + 2;
    }
    return true;
}

/* ---- parts ---- */

static bool is_special(char c)
{
    return c && strchr("{}[],\\", c);
}

/* Up to one of the bytes in `ends`; backslashes are taken away. */
static char *read_text(struct reading *r, const char *ends)
{
    struct str t = {0};
    while (*r->at && !strchr(ends, *r->at)) {
        if (r->at[0] == '\\' && is_special(r->at[1]))
            r->at++;
        str_add_char(&t, *r->at++);
    }
    return str_take(&t);
}

static bool read_set(struct reading *r)
{
    struct part set = {.kind = PART_SET};
    size_t cap = 0;
    r->at++;
    if (!read_name(r, &set.name))
        return false;
    struct part *p = add_part(r->glob, set);
    for (;; r->at++) {
        p->items =
            xalloc_room(p->items, (size_t)p->count, &cap, sizeof *p->items);
        p->items[p->count++] = read_text(r, ",{}");
        if (*r->at != ',')
            break;
    }
    if (*r->at != '}')
        return fail(r, "unmatched brace");
    r->at++;
    if (p->count == 1 && !*p->items[0])
        return fail(r, "empty braces");
    return true;
}

static bool read_number(struct reading *r, uint64_t *n)
{
    const char *start = r->at;
    *n = 0;
    while (*r->at >= '0' && *r->at <= '9') {
        if (*n > UINT64_MAX / 10 - 1)
            return false;
        *n = *n * 10 + (uint64_t)(*r->at++ - '0');
    }
    return r->at > start;
}

static bool read_bounds(struct reading *r, struct part *p, uint64_t *last)
{
    const char *digits = r->at;
    bool is_letters = r->at[0] && r->at[1] == '-' && r->at[2] &&
                      ((r->at[0] | 0x20) >= 'a' && (r->at[0] | 0x20) <= 'z');
    if (is_letters) {
        p->kind = PART_LETTERS;
        p->first = (unsigned char)r->at[0];
        *last = (unsigned char)r->at[2];
        r->at += 3;
        return ((*last | 0x20) >= 'a' && (*last | 0x20) <= 'z') &&
               ((*last ^ p->first) & 0x20) == 0;
    }
    p->kind = PART_NUMBERS;
    if (!read_number(r, &p->first))
        return false;
    if (*digits == '0')
        p->width = (int)(r->at - digits);
    return *r->at++ == '-' && read_number(r, last);
}

static bool read_range(struct reading *r)
{
    struct part range = {.step = 1};
    const char *start = r->at++;
    uint64_t last;
    if (!read_name(r, &range.name))
        return false;
    struct part *p = add_part(r->glob, range);
    if (!read_bounds(r, p, &last) || last < p->first)
        return r->at = start, fail(r, "bad range");
    if (*r->at == ':') {
        r->at++;
        if (!read_number(r, &p->step) || !p->step ||
            (p->step > 1 && p->step > last - p->first))
            return r->at = start, fail(r, "bad step of a range");
    }
    if (*r->at++ != ']')
        return r->at = start, fail(r, "bad range");
    p->count = (last - p->first) / p->step + 1;
    return true;
}

/* "[::1]" and "[fe80::1%25eth0]" are addresses. */
static size_t address_len(const char *s)
{
    size_t n = strspn(s + 1, "0123456789abcdefABCDEF:.");
    if (!memchr(s + 1, ':', n))
        return 0;
    if (s[1 + n] == '%')
        n += strcspn(s + 1 + n, "]");
    /* A range with a step, "[1-9:2]", has a dash before its colon. */
    return s[1 + n] == ']' ? n + 2 : 0;
}

static bool read_parts(struct reading *r)
{
    while (*r->at) {
        size_t address = *r->at == '[' ? address_len(r->at) : 0;
        struct part text = {.kind = PART_TEXT, .count = 1};
        bool ok = true;
        if (address) {
            text.text = xalloc_copy(r->at, address);
            r->at += address;
            add_part(r->glob, text);
        } else if (*r->at == '{') {
            ok = read_set(r);
        } else if (*r->at == '[') {
            ok = read_range(r);
        } else if (*r->at == '}' || *r->at == ']') {
            ok = fail(r, "unmatched bracket");
        } else {
            text.text = read_text(r, "{}[]");
            add_part(r->glob, text);
        }
        if (!ok)
            return false;
    }
    return true;
}

struct glob *glob_new(const char *pattern, const char *what, bool is_off,
                      struct glob_error *error)
{
    struct glob *g = xalloc_zeroed(1, sizeof *g);
    struct reading r = {g, what, pattern, pattern, error};
    struct part whole = {.kind = PART_TEXT, .count = 1};
    g->count = 1;
    if (is_off || !strpbrk(pattern, "{}[]")) {
        whole.text = xalloc_string(pattern);
        add_part(g, whole);
        return g;
    }
    if (!read_parts(&r)) {
        glob_free(g);
        return NULL;
    }
    for (size_t i = 0; i < g->nparts; i++) {
        if (__builtin_mul_overflow(g->count, g->parts[i].count, &g->count)) {
            fail(&r, "too many combinations");
            glob_free(g);
            return NULL;
        }
    }
    return g;
}

void glob_free(struct glob *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->nparts; i++) {
        struct part *p = &g->parts[i];
        free(p->name);
        free(p->text);
        for (uint64_t k = 0; p->kind == PART_SET && k < p->count; k++)
            free(p->items[k]);
        free(p->items);
    }
    free(g->parts);
    free(g);
}

uint64_t glob_count(const struct glob *g)
{
    return g->count;
}

static void add_choice(struct str *t, const struct part *p, uint64_t choice)
{
    switch (p->kind) {
    case PART_TEXT:
        str_add_text(t, p->text);
        break;
    case PART_SET:
        str_add_text(t, p->items[choice]);
        break;
    case PART_LETTERS:
        str_add_char(t, (char)(p->first + choice * p->step));
        break;
    case PART_NUMBERS:
        str_printf(t, "%0*" PRIu64, p->width, p->first + choice * p->step);
        break;
    }
}

/* Which of part `at`'s choices the i-th URL has. */
static uint64_t choice_of(const struct glob *g, size_t at, uint64_t i)
{
    for (size_t k = g->nparts - 1; k > at; k--)
        i /= g->parts[k].count;
    return i % g->parts[at].count;
}

char *glob_url(const struct glob *g, uint64_t i)
{
    struct str t = {0};
    for (size_t k = 0; k < g->nparts; k++)
        add_choice(&t, &g->parts[k], choice_of(g, k, i));
    return str_take(&t);
}

/* The n-th set or range, counted from 1. */
static bool add_numbered(const struct glob *g, uint64_t i, uint64_t n,
                         struct str *t)
{
    for (size_t k = 0; k < g->nparts; k++) {
        if (g->parts[k].kind != PART_TEXT && --n == 0) {
            add_choice(t, &g->parts[k], choice_of(g, k, i));
            return true;
        }
    }
    return false;
}

static bool add_named(struct glob_choice c, const char *name, size_t len,
                      struct str *t)
{
    const struct part *p = find_name(c.glob, name, len);
    if (p)
        add_choice(t, p, choice_of(c.glob, (size_t)(p - c.glob->parts), c.i));
    return p != NULL;
}

/* "#1" or "#<NAME>"; how long it is, 0: it is neither. */
static size_t add_reference(struct glob_choice url, struct glob_choice upload,
                            const char *s, struct str *t)
{
    size_t len = name_len(s + 1);
    if (len)
        return add_named(url, s + 2, len, t) || add_named(upload, s + 2, len, t)
                   ? len + 3
                   : 0;
    if (s[1] < '1' || s[1] > '9')
        return 0;
    char *end;
    unsigned long n = strtoul(s + 1, &end, 10);
    return add_numbered(url.glob, url.i, n, t) ? (size_t)(end - s) : 0;
}

char *glob_name(struct glob_choice url, struct glob_choice upload,
                const char *name)
{
    struct str t = {0};
    while (*name) {
        size_t len = *name == '#' ? add_reference(url, upload, name, &t) : 0;
        if (!len)
            str_add_char(&t, *name++);
        name += len;
    }
    return str_take(&t);
}

bool glob_knows(const struct glob *url, const struct glob *upload,
                const char *name, struct glob_error *error)
{
    for (const char *at = strchr(name, '#'); at; at = strchr(at + 1, '#')) {
        size_t len = name_len(at + 1);
        if (!len || find_name(url, at + 2, len) ||
            find_name(upload, at + 2, len))
            continue;
        (void)snprintf(error->text, sizeof error->text,
                       "nothing is named <%.*s>, as the output %.60s wants it",
                       (int)(len < 30 ? len : 30), at + 2, name);
        return false;
    }
    return true;
}
