/*
 * progress_line -- one transfer's progress as a line of text, fitted to the
 * terminal's width.
 */
#ifndef CLI_TERMINAL_PROGRESS_LINE_H
#define CLI_TERMINAL_PROGRESS_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

struct progress_line {
    const char *name;
    uint64_t done;
    int64_t total;    /* -1: unknown */
    bool is_whole;    /* all of it, however much that is */
    uint64_t elapsed; /* ns */
    unsigned frame;   /* of the spinner */
};

void progress_line_render(const struct progress_line *l, struct str *out,
                          unsigned width);
void progress_line_total(struct str *out, uint64_t ndone, unsigned nrunning,
                         uint64_t bytes, uint64_t elapsed, unsigned width);

/* "1.5 MiB", at most 9 columns. */
void progress_line_bytes(struct str *out, uint64_t bytes);

#endif
