/*
 * The boundary is random, as long as curl's: nobody who wrote a part can know
 * it, so no part is searched for it.
 *
 * Content that is short is copied into the text around it: a form of a hundred
 * fields is one piece.  What is long, encoded or a file is a piece of its own.
 */
#include "request/multipart.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/header_line.h"
#include "core/base/xalloc.h"

#define BOUNDARY_DASHES 24
#define BOUNDARY_RANDOM 22

/* Longer content is not copied. */
#define COPIED_MAX ((size_t)1024)

struct boundary {
    char text[BOUNDARY_DASHES + BOUNDARY_RANDOM + 1];
};

/* 62 letters and digits; a byte that would make some of them likelier is drawn
 * again. */
static void make_boundary(struct boundary *b)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz";
    const unsigned n = sizeof letters - 1;
    char *to = b->text + BOUNDARY_DASHES;
    char *end = to + BOUNDARY_RANDOM;
    memset(b->text, '-', BOUNDARY_DASHES);
    while (to < end) {
        unsigned char random[2 * BOUNDARY_RANDOM];
        ssize_t got = getrandom(random, sizeof random, 0);
        for (ssize_t i = 0; i < got && to < end; i++) {
            if (random[i] < 256 / n * n)
                *to++ = letters[random[i] % n];
        }
    }
    *to = '\0';
}

/* ---- pieces ---- */

static void add_piece(struct multipart *m, struct multipart_piece piece)
{
    m->pieces = xalloc_room(m->pieces, m->npieces, &m->cap, sizeof *m->pieces);
    m->pieces[m->npieces++] = piece;
}

/* The text since the last piece is one. */
static void end_text(struct multipart *m)
{
    size_t len = m->text.len - m->piece_at;
    if (len)
        add_piece(m, (struct multipart_piece){
                         .is_text = true, .at = m->piece_at, .part.len = len});
    m->piece_at = m->text.len;
}

static void add_apart(struct multipart *m, struct qv_body_part part)
{
    end_text(m);
    add_piece(m, (struct multipart_piece){.part = part});
}

/* ---- heads ---- */

/* What would end the quotes or the line: as HTML has it, or as mail has. */
static void add_quoted(struct multipart *m, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = (char)s.base[i];
        if (m->is_escaped && (c == '"' || c == '\\'))
            str_printf(&m->text, "\\%c", c);
        else if (!m->is_escaped && (c == '"' || c == '\r' || c == '\n'))
            str_printf(&m->text, "%%%02X", (unsigned char)c);
        else
            str_add_char(&m->text, c);
    }
}

static void add_parameter(struct multipart *m, const char *name, struct span s)
{
    if (!s.base)
        return;
    str_printf(&m->text, "; %s=\"", name);
    add_quoted(m, s);
    str_add_char(&m->text, '"');
}

static const char *find_header(const struct multipart_part *p, const char *name)
{
    for (size_t i = 0; i < p->nheaders; i++) {
        if (header_line_is_named(p->headers[i], span_str(name)))
            return p->headers[i];
    }
    return NULL;
}

/* In a form each part has one; elsewhere those that have a name. */
static void add_disposition(struct multipart *m, const struct multipart_part *p,
                            bool is_in_form)
{
    if ((!is_in_form && !p->name.base && !p->filename.base) ||
        find_header(p, "Content-Disposition"))
        return;
    str_add_text(&m->text, "Content-Disposition: ");
    str_add_text(&m->text, is_in_form ? "form-data" : "attachment");
    add_parameter(m, "name", p->name);
    add_parameter(m, "filename", p->filename);
    str_add_text(&m->text, "\r\n");
}

/* The user's own stands in the place of ours. */
static struct span type_of(const struct multipart_part *p)
{
    const char *own = find_header(p, "Content-Type");
    if (p->type.base)
        return p->type;
    if (own)
        return span_trim(span_str(strchr(own, ':') + 1));
    return p->content == MULTIPART_PARTS ? SPAN_LIT("multipart/mixed")
                                         : (struct span){NULL, 0};
}

static void add_type(struct multipart *m, struct span type,
                     const struct boundary *own)
{
    if (!type.base)
        return;
    str_printf(&m->text, "Content-Type: %.*s", SPAN_ARG(type));
    if (own)
        str_printf(&m->text, "; boundary=%s", own->text);
    str_add_text(&m->text, "\r\n");
}

static void add_head(struct multipart *m, const struct multipart_part *p,
                     bool is_in_form, const struct boundary *own)
{
    add_disposition(m, p, is_in_form);
    add_type(m, type_of(p), own);
    if (p->encoder_name && !find_header(p, "Content-Transfer-Encoding"))
        str_printf(&m->text, "Content-Transfer-Encoding: %s\r\n",
                   p->encoder_name);
    for (size_t i = 0; i < p->nheaders; i++) {
        if (!header_line_is_named(p->headers[i], SPAN_LIT("Content-Type")))
            str_printf(&m->text, "%s\r\n", p->headers[i]);
    }
    str_add_text(&m->text, "\r\n");
}

/* ---- bodies ---- */

/* "multipart/form-data", and perhaps parameters. */
static bool is_form(struct span type)
{
    struct span form = SPAN_LIT("multipart/form-data");
    return span_starts_nocase(type, form) &&
           (type.len == form.len || strchr("; \t", type.base[form.len]));
}

static void add_parts(struct multipart *m, const struct multipart_part *first,
                      struct span type, const struct boundary *b);

static void add_content(struct multipart *m, const struct multipart_part *p,
                        const struct boundary *own)
{
    switch (p->content) {
    case MULTIPART_BYTES:
        if (p->bytes.len <= COPIED_MAX && !p->encoder)
            str_add(&m->text, p->bytes);
        else
            add_apart(m, (struct qv_body_part){.bytes = p->bytes.base,
                                               .len = p->bytes.len,
                                               .encoder = p->encoder});
        break;
    case MULTIPART_FILE:
        add_apart(m, (struct qv_body_part){.path = p->path,
                                           .from = p->from,
                                           .is_stream = p->is_stream,
                                           .encoder = p->encoder});
        break;
    case MULTIPART_PARTS:
        add_parts(m, p->first, type_of(p), own);
        break;
    }
}

/* Not deeper than MULTIPART_DEPTH_MAX, as who made the parts sees to. */
static void add_parts(struct multipart *m, const struct multipart_part *first,
                      struct span type, const struct boundary *b)
{
    bool is_in_form = is_form(type);
    const char *before = "";
    for (const struct multipart_part *p = first; p; p = p->next) {
        struct boundary own;
        bool has_own = p->content == MULTIPART_PARTS;
        if (has_own)
            make_boundary(&own);
        str_printf(&m->text, "%s--%s\r\n", before, b->text);
        add_head(m, p, is_in_form, has_own ? &own : NULL);
        add_content(m, p, &own);
        before = "\r\n";
    }
    str_printf(&m->text, "%s--%s--\r\n", before, b->text);
}

void multipart_init(struct multipart *m, const struct multipart_part *first,
                    const struct multipart_how *how)
{
    const char *type = how->type ? how->type : "multipart/form-data";
    struct boundary b;
    *m = (struct multipart){.is_escaped = how->is_escaped};
    make_boundary(&b);
    str_printf(&m->content_type, "%s; boundary=%s", type, b.text);
    add_parts(m, first, span_str(type), &b);
    end_text(m);
}

void multipart_fini(struct multipart *m)
{
    str_fini(&m->text);
    str_fini(&m->content_type);
    free(m->pieces);
}

void multipart_parts(const struct multipart *m, const char *text,
                     struct qv_body_part *parts)
{
    for (size_t i = 0; i < m->npieces; i++) {
        parts[i] = m->pieces[i].part;
        if (m->pieces[i].is_text)
            parts[i].bytes = text + m->pieces[i].at;
    }
}

/* ---- what parts say of themselves ---- */

static struct span type_by_name(struct span filename)
{
    static const struct {
        const char *ending;
        const char *type;
    } known[] = {
        {".gif", "image/gif"},       {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},     {".png", "image/png"},
        {".svg", "image/svg+xml"},   {".txt", "text/plain"},
        {".htm", "text/html"},       {".html", "text/html"},
        {".pdf", "application/pdf"}, {".xml", "application/xml"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct span ending = span_str(known[i].ending);
        if (filename.len >= ending.len &&
            span_equal_nocase(
                span_of(filename.base + filename.len - ending.len, ending.len),
                ending))
            return span_str(known[i].type);
    }
    return (struct span){NULL, 0};
}

/* Text is what a field is anyway, unless it is a file. */
void multipart_guess_type(struct multipart_part *p)
{
    struct span type = type_by_name(p->filename);
    bool is_file = p->content == MULTIPART_FILE && !p->is_nameless;
    if (p->type.base || find_header(p, "Content-Type"))
        return;
    if (!type.base && is_file)
        type = type_by_name(span_str(p->path));
    if (!type.base && is_file && p->filename.base)
        type = SPAN_LIT("application/octet-stream");
    if (type.base &&
        (p->filename.base || !span_equal(type, SPAN_LIT("text/plain"))))
        p->type = type;
}

bool multipart_encoder(struct multipart_part *p, struct span name)
{
    static const struct {
        const char *name;
        enum qv_encoder encoder;
    } known[] = {
        {"7bit", QV_ENCODER_7BIT},
        {"8bit", QV_ENCODER_NONE},
        {"binary", QV_ENCODER_NONE},
        {"base64", QV_ENCODER_BASE64},
        {"quoted-printable", QV_ENCODER_QUOTED_PRINTABLE},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!span_equal_nocase(name, span_str(known[i].name)))
            continue;
        p->encoder = known[i].encoder;
        p->encoder_name = known[i].name;
        return true;
    }
    return false;
}

bool multipart_is_header(const char *line)
{
    size_t len = strcspn(line, ":\r\n \t");
    return len > 0 && line[len] == ':' && !line[strcspn(line, "\r\n")];
}
