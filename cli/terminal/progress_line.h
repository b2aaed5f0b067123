/*
 * progress_line -- the progress of transfers, a line of text for each, in columns
 * and fitted to the terminal's width: what matters least is left out first.
 */
#ifndef CLI_TERMINAL_PROGRESS_LINE_H
#define CLI_TERMINAL_PROGRESS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct progress_line {
    const char *name;
    uint64_t done;
    int64_t total;       /* -1: unknown */
    bool is_whole;       /* all of it, however much that is */
    uint64_t per_second; /* bytes */
    unsigned frame;      /* of the spinner */
};

/* The columns that lines have in common; private. */
struct progress_layout {
    unsigned width;
    unsigned name;
    unsigned bar;    /* 0: there is no place for one */
    unsigned amount; /* of the bar with its percent, or of the spinner */
    unsigned bytes;
    unsigned rate; /* 0: it is left out, */
    unsigned left; /* as this may be */
    bool has_total;
};

void progress_layout(struct progress_layout *layout,
                     const struct progress_line *lines, size_t n,
                     unsigned width);
/* Without the line's end. */
void progress_line_render(const struct progress_line *l,
                          const struct progress_layout *layout,
                          struct str *out);

/* All transfers of a run. */
struct progress_total {
    uint64_t ndone;
    unsigned nrunning;
    unsigned nhidden; /* of them without a line of their own */
    uint64_t done;    /* bytes */
    int64_t total;    /* of those that run or ran, -1: not known of all */
    uint64_t per_second;
};
void progress_line_total(struct str *out, const struct progress_total *t,
                         unsigned width);

/* "1.5 MiB", at most 9 columns. */
void progress_line_bytes(struct str *out, uint64_t bytes);
/* "0:07", "1:02:03" */
void progress_line_time(struct str *out, uint64_t seconds);

/*
 * How fast it goes now: over the last seconds, so that a transfer that stands still
 * is seen to.  Zeroed at its start.
 */
enum {
    PROGRESS_RATE_SAMPLES = 6 /* one a second */
};
struct progress_rate {
    struct progress_sample {
        uint64_t at; /* ns */
        uint64_t done;
    } samples[PROGRESS_RATE_SAMPLES];
    unsigned n;
    unsigned last;
};
/* Bytes a second, of a transfer that began at `began`, now that it has `done`. */
uint64_t progress_rate(struct progress_rate *r, uint64_t began, uint64_t now,
                       uint64_t done);

#endif
