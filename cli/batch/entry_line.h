/*
 * entry_line -- the end of an entry as a line for a person, in place of its record:
 * status, time, size, id, and the URL or what went wrong.
 */
#ifndef CLI_BATCH_ENTRY_LINE_H
#define CLI_BATCH_ENTRY_LINE_H

#include <stdbool.h>

#include "core/base/str.h"
#include "record/facts.h"

/* What is the same for all lines of a run; zeroed before the first. */
struct entry_lines {
    bool has_colours;
    unsigned id_columns; /* that the longest id has taken, within reason */
};

/* Appends the line, without its end.  Nothing of it moves a terminal's cursor. */
void entry_line_render(struct entry_lines *lines, struct str *out,
                       const struct writeout_facts *f);

#endif
