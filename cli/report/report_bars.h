/*
 * report_bars -- the bars of a picture of many rows: gathered while nobody knows
 * yet how long the whole lasted, drawn when it is known (as SVG).
 *
 * What is drawn are strokes, in paths that hold those of one class for many rows:
 * a bar costs ten bytes, where an element for each would cost forty.  Until then
 * they wait in a file, so that memory does not grow with the rows.
 */
#ifndef CLI_REPORT_REPORT_BARS_H
#define CLI_REPORT_REPORT_BARS_H

#include <stdbool.h>
#include <stdint.h>

#include "files/spool_file.h"

struct report_bars {
    struct spool_file spool;
};

/* One bar, in s from wherever the caller counts; what is before the left edge is
 * drawn at it. */
struct report_bar {
    double at;
    double lasted;
    uint32_t row;
    uint8_t class;
    bool is_shown; /* even if it is too short for the picture */
};

/* How a class looks is the style's; those at the end are drawn over others.
 * Offsets are in pixels, from the bar's begin in the middle of its row. */
struct report_bars_class {
    const char *name;
    int right;
    int down;
    unsigned wide; /* pixels; 0: as long as it lasted */
};

/* Where the bars are drawn. */
struct report_bars_place {
    double first;  /* s: the left edge */
    double lasts;  /* s: from there to the right one */
    unsigned left; /* pixels */
    unsigned width;
    unsigned top; /* the middle of the first row */
    unsigned row; /* from one to the next */
    const struct report_bars_class *classes;
    unsigned nclasses; /* at most REPORT_BARS_CLASSES */
};

enum {
    REPORT_BARS_CLASSES = 32
};

/* False after telling why. */
bool report_bars_open(struct report_bars *b);
void report_bars_add(struct report_bars *b, const struct report_bar *bar);
/* In the order of the rows; `out` is relieved on the way. */
void report_bars_draw(struct report_bars *b, const struct report_bars_place *p,
                      struct spool_file *out);
void report_bars_close(struct report_bars *b);

#endif
