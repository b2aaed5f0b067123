/*
 * header_line -- a header as curl's -H takes it.
 *
 * "Name: value"; "Name:", which takes the field away; "Name;", a field without
 * a value.
 */
#ifndef CORE_BASE_HEADER_LINE_H
#define CORE_BASE_HEADER_LINE_H

#include <stdbool.h>

#include "base/span.h"

struct header_line {
    struct span name;
    struct span value; /* without the blanks around it */
    bool is_removal;
};

/* Spans of `text`.  False: it has neither a colon nor a semicolon at its end;
 * the name is all of it then. */
bool header_line_split(const char *text, struct header_line *line);
struct span header_line_name(const char *text);
/* Is it about this field?  ASCII case folded. */
bool header_line_is_named(const char *text, struct span name);

#endif
