#include "view/head_view.h"

#include <string.h>

#include "base/redact.h"
#include "terminal/colour.h"
#include "terminal/escape.h"

static void add_name(struct str *out, const char *name, size_t len,
                     bool has_colours)
{
    colour_begin(out, has_colours, COLOUR_NAME);
    escape_bytes(out, name, len);
    colour_end(out, has_colours, COLOUR_NAME);
    str_add_char(out, ':');
}

void head_view_fields(struct str *out, const struct qv_field *fields, size_t n,
                      bool has_colours)
{
    for (size_t i = 0; i < n; i++) {
        add_name(out, fields[i].name, strlen(fields[i].name), has_colours);
        str_add_char(out, ' ');
        escape_line(out, fields[i].value);
        str_add_text(out, "\r\n");
    }
}

void head_view_answer(struct str *out, const struct qv_head *head,
                      bool has_colours)
{
    enum colour colour = colour_of_status(head->status);
    str_printf(out, "HTTP/%s ", head->version);
    colour_begin(out, has_colours, colour);
    str_printf(out, "%d ", head->status);
    escape_line(out, head->reason);
    colour_end(out, has_colours, colour);
    str_add_text(out, "\r\n");
    head_view_fields(out, head->fields, head->nfields, has_colours);
    str_add_text(out, "\r\n");
}

/* ---- requests ---- */

static void add(struct str *out, const char *s, size_t len,
                const struct head_view_request_how *how)
{
    struct str shown = {0};
    if (how->shows_secrets)
        str_add(&shown, span_of(s, len));
    else
        redact_add_text(&shown, s, len);
    if (how->is_escaped)
        escape_bytes(out, str_text(&shown), shown.len);
    else
        str_add(out, str_span(&shown));
    str_fini(&shown);
}

static void add_field(struct str *out, const char *line, size_t len,
                      const struct head_view_request_how *how)
{
    const char *colon = memchr(line, ':', len);
    size_t name = colon ? (size_t)(colon - line) : len;
    bool is_hidden = !how->shows_secrets && redact_is_field(line, name);
    colour_begin(out, how->has_colours, COLOUR_NAME);
    add(out, line, name, how);
    colour_end(out, how->has_colours, COLOUR_NAME);
    if (is_hidden)
        str_add_text(out, ": " REDACT_SHOWN_AS);
    else
        add(out, line + name, len - name, how);
}

static void add_request_line(struct str *out, const char *line, size_t len,
                             const struct head_view_request_how *how)
{
    const char *space = memchr(line, ' ', len);
    size_t method = space ? (size_t)(space - line) : len;
    colour_begin(out, how->has_colours, COLOUR_STRONG);
    add(out, line, method, how);
    colour_end(out, how->has_colours, COLOUR_STRONG);
    add(out, line + method, len - method, how);
}

void head_view_request(struct str *out, const char *text, size_t len,
                       const struct head_view_request_how *how)
{
    bool is_first = true;
    while (len) {
        const char *eol = memchr(text, '\n', len);
        size_t used = eol ? (size_t)(eol - text) + 1 : len;
        size_t line = eol ? used - 1 : len;
        if (line && text[line - 1] == '\r')
            line--;
        if (is_first)
            add_request_line(out, text, line, how);
        else if (line)
            add_field(out, text, line, how);
        str_add_text(out, "\r\n");
        is_first = false;
        text += used;
        len -= used;
    }
}
