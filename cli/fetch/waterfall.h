/*
 * waterfall -- -W: when a transfer did what, as lines for a terminal.
 *
 * Each exchange of the transfer (tries, redirects, the last) has a line of its
 * own and one for each of its phases, all on one scale from the start of the
 * transfer to its end.
 */
#ifndef CLI_FETCH_WATERFALL_H
#define CLI_FETCH_WATERFALL_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "request/screen_options.h"

struct waterfall_look {
    unsigned width; /* columns; under 36 there are no bars */
    bool has_colour;
    bool has_blocks; /* of Unicode; else ASCII */
    bool show_secrets;
};

void waterfall_render(const struct qv_result *r,
                      const struct waterfall_look *look, struct str *out);

/* The look that standard error takes. */
void waterfall_look_at_stderr(struct waterfall_look *look,
                              const struct screen_options *screen);

#endif
