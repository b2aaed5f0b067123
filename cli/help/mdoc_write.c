#include "help/mdoc_write.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

/* The day the pages last changed in substance; fixed, so that the same source
 * gives the same bytes. */
#define PAGE_DATE "November 21, 2026"

void mdoc_write_escaped(struct str *out, const char *s)
{
    bool line_start = !out->len || out->base[out->len - 1] == '\n';
    for (; *s; s++) {
        if (line_start && (*s == '.' || *s == '\''))
            str_add_text(out, "\\&");
        line_start = *s == '\n';
        switch (*s) {
        case '\\':
            str_add_text(out, "\\e");
            break;
        case '\'':
            str_add_text(out, "\\(aq");
            break;
        case '-':
            str_add_text(out, "\\-");
            break;
        case '^':
            str_add_text(out, "\\(ha");
            break;
        case '~':
            str_add_text(out, "\\(ti");
            break;
        case '"':
            str_add_text(out, "\\(dq");
            break;
        default:
            str_add_char(out, *s);
        }
    }
}

/* Escaped, on lines that mandoc does not find too long. */
static void add_filled(struct str *out, const char *s)
{
    enum {
        WIDTH = 78
    };
    size_t line = out->len;
    assert(s);
    while (*s) {
        size_t word = strcspn(s, " ");
        struct str one = {0};
        char *copy = xalloc_copy(s, word);
        /* At a line's start, so that a leading dot is escaped if it comes
         * there. */
        mdoc_write_escaped(&one, copy);
        if (out->len > line) {
            bool is_full = out->len - line + 1 + one.len > WIDTH;
            str_add_char(out, is_full ? '\n' : ' ');
            if (is_full)
                line = out->len;
        }
        if (one.base)
            str_add(out, span_of(one.base, one.len));
        str_fini(&one);
        free(copy);
        s += word;
        s += strspn(s, " ");
    }
    str_add_char(out, '\n');
}

void mdoc_write_text(struct str *out, const char *s)
{
    struct str line = {0};
    for (; *s; s++) {
        bool is_paragraph = s[0] == '\n' && s[1] == '\n';
        bool is_sentence = line.len && strchr(".:;", line.base[line.len - 1]) &&
                           s[0] == ' ' && s[1] == ' ';
        if (!is_paragraph && !is_sentence) {
            str_add_char(&line, *s);
            continue;
        }
        add_filled(out, line.base);
        str_clear(&line);
        if (is_paragraph)
            str_add_text(out, ".Pp\n");
        s++;
    }
    add_filled(out, line.base);
    str_fini(&line);
}

void mdoc_write_head(struct str *out, const char *name, const char *section,
                     const char *brief)
{
    str_add_text(out, ".\\\" Made by `quiver help mdoc`; do not edit.\n"
                      ".Dd " PAGE_DATE "\n.Dt ");
    for (const char *c = name; *c; c++)
        str_add_char(out, (char)toupper((unsigned char)*c));
    str_printf(out, " %s\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n", section, name,
               brief);
}

void mdoc_write_literal(struct str *out, const char *prefix,
                        const char *command)
{
    str_add_text(out, ".Bd -literal -offset indent\n");
    str_add_text(out, prefix);
    mdoc_write_escaped(out, command);
    str_add_text(out, "\n.Ed\n");
}

void mdoc_write_parts(struct str *out, const struct help_config_part *p)
{
    for (; p->text || p->literal; p++) {
        if (p->title)
            str_printf(out, ".Sh %s\n", p->title);
        else
            str_add_text(out, ".Pp\n");
        if (p->text)
            mdoc_write_text(out, p->text);
        if (p->literal)
            mdoc_write_literal(out, "", p->literal);
    }
}
