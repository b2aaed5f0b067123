/*
 * help_config -- quiver-config(5) as data: `quiver help config` and the man
 * page print the same parts.
 *
 * The examples are worked: a test makes the file, runs the commands and compares
 * what they print.
 */
#ifndef CLI_HELP_HELP_CONFIG_H
#define CLI_HELP_HELP_CONFIG_H

#include "core/base/str.h"

struct help_config_part {
    const char *title;   /* NULL: goes on with the part before */
    const char *text;    /* empty lines part paragraphs; NULL: none */
    const char *literal; /* behind the text, as it is; NULL: none */
};

extern const struct help_config_part help_config_parts[]; /* text and literal
                                                             NULL at the end */

void help_config_render(struct str *out, const struct help_config_part *parts);

#endif
