/*
 * mdoc_write -- text into the language of man pages, mdoc(7).
 */
#ifndef CLI_HELP_MDOC_WRITE_H
#define CLI_HELP_MDOC_WRITE_H

#include "core/base/str.h"
#include "help/help_config.h"

/* The first lines of a page, its NAME included. */
void mdoc_write_head(struct str *out, const char *name, const char *section,
                     const char *brief);
/* roff has three traps: the backslash, a control character at the start of a
 * line, and the ASCII characters that it prints as typographic ones. */
void mdoc_write_escaped(struct str *out, const char *s);
/* Paragraphs, which empty lines part: one sentence a line, as mdoc wants. */
void mdoc_write_text(struct str *out, const char *s);
/* Lines as they are, in a block of their own. */
void mdoc_write_literal(struct str *out, const char *prefix,
                        const char *command);
/* Sections, up to a part without text and literal. */
void mdoc_write_parts(struct str *out, const struct help_config_part *p);

#endif
