#include "request/form_words.h"

#include <string.h>
#include <strings.h>

#include "args/parser.h"
#include "base/whole_file.h"
#include "terminal/complain.h"

/*
 * curl's reading of it.  A word in double quotes may hold everything, with a
 * backslash before quotes and backslashes; without, it ends at a semicolon (of
 * files at a comma, too), and blanks around it are not part of it.  A type goes
 * on over parameters that nobody knows: "type=text/html; charset=utf-8".
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void skip_blanks(struct form_words *w)
{
    while (is_blank(*w->at))
        w->at++;
}

static bool is_over(const struct form_words *w)
{
    return !*w->at || *w->at == ';' || *w->at == w->end;
}

static char *keep(struct form_words *w, const char *from, const char *to)
{
    return (char *)(uintptr_t)arena_copy(w->arena,
                                         span_of(from, (size_t)(to - from)))
        .base;
}

/* ---- words ---- */

static bool is_escape(const char *s)
{
    return s[0] == '\\' && (s[1] == '\\' || s[1] == '"');
}

/* The quote that ends what one begins at `s`; NULL: none does. */
static const char *closing_quote(const char *s)
{
    for (s++; *s && *s != '"'; s++) {
        if (is_escape(s))
            s++;
    }
    return *s ? s : NULL;
}

static char *read_quoted(struct form_words *w, const char *close)
{
    char *word = keep(w, w->at + 1, close);
    char *to = word;
    for (const char *c = w->at + 1; c < close; c++) {
        if (is_escape(c))
            c++;
        *to++ = *c;
    }
    *to = '\0';
    w->at = close + 1;
    skip_blanks(w);
    if (!is_over(w))
        complain_warning("option --%s: text behind a quoted word is left out",
                         w->option);
    while (!is_over(w))
        w->at++;
    return word;
}

static char *read_word(struct form_words *w)
{
    skip_blanks(w);
    const char *close = *w->at == '"' ? closing_quote(w->at) : NULL;
    if (close)
        return read_quoted(w, close);
    const char *from = w->at;
    while (!is_over(w))
        w->at++;
    const char *to = w->at;
    while (to > from && is_blank(to[-1]))
        to--;
    return keep(w, from, to);
}

/* ---- headers ---- */

static bool add_header(struct form_words *w, struct multipart_part *part,
                       const char *line)
{
    if (!multipart_is_header(line))
        return parser_fail(w->parser, "option --%s: '%.60s' is no header",
                           w->option, line);
    const char **grown =
        arena_alloc(w->arena, (part->nheaders + 1) * sizeof *grown);
    for (size_t i = 0; i < part->nheaders; i++)
        grown[i] = part->headers[i];
    grown[part->nheaders++] = line;
    part->headers = grown;
    return true;
}

static bool end_header(struct form_words *w, struct multipart_part *part,
                       struct str *header)
{
    bool ok = true;
    if (header->len > 0)
        ok = add_header(w, part, arena_string(w->arena, header->base));
    str_clear(header);
    return ok;
}

static bool add_lines(struct form_words *w, struct multipart_part *part,
                      const char *text)
{
    struct str header = {0};
    bool ok = true;
    while (ok && *text) {
        size_t len = strcspn(text, "\n");
        const char *next = text + len + (text[len] == '\n');
        bool is_comment = *text == '#';
        bool is_more = *text == ' ' && header.len > 0;
        while (len > 0 && (is_blank(text[len - 1]) || text[len - 1] == '\r'))
            len--;
        if (len > 0 && !is_comment) {
            if (!is_more)
                ok = end_header(w, part, &header);
            str_add(&header, span_of(text, len));
        }
        text = next;
    }
    ok = ok && end_header(w, part, &header);
    str_fini(&header);
    return ok;
}

static bool read_headers(struct form_words *w, struct multipart_part *part)
{
    bool is_file = *w->at == '@' || *w->at == '<';
    if (is_file)
        w->at++;
    char *word = read_word(w);
    struct str file = {0};
    if (!is_file)
        return add_header(w, part, word);
    bool ok = whole_file_read_edited(&file, word);
    if (!ok)
        (void)parser_fail_read(w->parser, word);
    ok = ok && add_lines(w, part, str_text(&file));
    str_fini(&file);
    return ok;
}

/* ---- what is said of a part ---- */

/* The type is from here to there in the text, as long as it goes on. */
struct type {
    const char *from; /* NULL: none */
    const char *to;
    bool goes_on;
};

static void begin_type(struct form_words *w, struct type *t)
{
    skip_blanks(w);
    t->from = w->at;
    w->at += strcspn(w->at, "()<>@,;:\\\"[]?=\r\n ");
    t->to = w->at;
    t->goes_on = true;
}

static void go_on_with_type(struct form_words *w, struct type *t)
{
    t->to = w->at;
    for (; !is_over(w); w->at++) {
        if (!is_blank(*w->at))
            t->to = w->at + 1;
    }
}

static bool end_type(struct form_words *w, const struct type *t,
                     struct multipart_part *part)
{
    if (!t->from)
        return true;
    part->type = span_str(keep(w, t->from, t->to));
    if (!part->type.base[strcspn((const char *)part->type.base, "\r\n")])
        return true;
    return parser_fail(
        w->parser, "option --%s: a type cannot have a line break", w->option);
}

static bool begins(struct form_words *w, const char *key)
{
    size_t len = strlen(key);
    if (strncasecmp(w->at, key, len) != 0)
        return false;
    w->at += len;
    return true;
}

static void warn_not_here(const struct form_words *w, const char *what)
{
    complain_warning("option --%s: a %s cannot be said here and is left out",
                     w->option, what);
}

static bool read_encoder(struct form_words *w, struct multipart_part *part)
{
    const char *name = read_word(w);
    if (!(w->may & FORM_WORDS_ENCODER))
        warn_not_here(w, "encoder");
    else if (!multipart_encoder(part, span_str(name)))
        return parser_fail(w->parser,
                           "option --%s: '%.40s' is no encoder; 7bit, 8bit, "
                           "binary, base64 and quoted-printable are",
                           w->option, name);
    return true;
}

/* Behind a semicolon. */
static bool read_parameter(struct form_words *w, struct multipart_part *part,
                           struct type *type)
{
    skip_blanks(w);
    if (!type->goes_on && begins(w, "type=")) {
        begin_type(w, type);
        return true;
    }
    bool went_on = type->goes_on;
    type->goes_on = false;
    if (begins(w, "filename=")) {
        const char *name = read_word(w);
        if (w->may & FORM_WORDS_FILENAME)
            part->filename = span_str(name);
        else
            warn_not_here(w, "filename");
        return true;
    }
    if (begins(w, "headers="))
        return read_headers(w, part);
    if (begins(w, "encoder="))
        return read_encoder(w, part);
    type->goes_on = went_on;
    if (went_on) {
        go_on_with_type(w, type);
        return true;
    }
    const char *unknown = read_word(w);
    if (*unknown)
        complain_warning("option --%s: '%.60s' is not known and is left out",
                         w->option, unknown);
    return true;
}

bool form_words_read(struct form_words *w, struct multipart_part *part,
                     char **word)
{
    struct type type = {0};
    *word = read_word(w);
    while (*w->at == ';') {
        w->at++;
        if (!read_parameter(w, part, &type))
            return false;
    }
    return end_type(w, &type, part);
}
