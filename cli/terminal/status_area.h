/*
 * status_area -- lines at the end of the terminal (console.h) that are drawn
 * again and again.
 *
 * Most terminals wrap what stands on them when they are made narrower: as many rows
 * are erased as the lines take now.  Of more lines than it has rows the last ones are
 * shown.
 *
 * They appear half a second after the start, are redrawn ten times a second and
 * erased at the end.  Whoever writes anything else to that terminal calls
 * status_area_hide() first; they stand below it again as soon as what this turn of
 * the loop has to say is said, however often that is.
 */
#ifndef CLI_TERMINAL_STATUS_AREA_H
#define CLI_TERMINAL_STATUS_AREA_H

#include "core/base/str.h"
#include "core/quiver.h"

enum {
    STATUS_AREA_MAX = 64 /* lines */
};

struct status_area {
    struct qv_client *client; /* NULL: nothing is drawn */
    /* Appends the lines, each shorter than `width` and with its '\n'; gives back
     * how many they are. */
    unsigned (*draw)(void *user, struct str *out, unsigned width);
    void *user;
    /* private: */
    struct qv_timer timer;
    struct str shown;                        /* what was drawn last, */
    unsigned width;                          /* for a terminal of this width, */
    uint64_t at;                             /* then (ns) */
    unsigned nlines;                         /* on the screen now */
    unsigned short columns[STATUS_AREA_MAX]; /* that each of them takes */
};

/* All members but the private ones are set, and standard error is a
 * terminal that can be drawn on (screen_can_redraw()). */
void status_area_start(struct status_area *a);
/* Clears the screen for other lines. */
void status_area_hide(struct status_area *a);
/* Draws a last time; these lines stay. */
void status_area_leave(struct status_area *a);
/* Nothing is drawn from now on, and nothing is left but what was to stay.  Also
 * of one that was never started (zeroed). */
void status_area_end(struct status_area *a);

#endif
