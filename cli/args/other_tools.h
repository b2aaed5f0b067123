/*
 * other_tools -- options that HTTPie, xh and wget have under names of their own,
 * and what quiver calls them.
 *
 * Nothing here is accepted: whoever types one shall read which option does it.
 */
#ifndef CLI_ARGS_OTHER_TOOLS_H
#define CLI_ARGS_OTHER_TOOLS_H

#include <stddef.h>

struct other_tools_option {
    const char *name;
    const char *tool;     /* "wget's" */
    const char *ours;     /* without the dashes */
    const char *argument; /* it needs there; NULL: the one that was typed */
};

/* NULL: no tool has one of this name. */
const struct other_tools_option *other_tools_find(const char *name, size_t len);

/* All of them; name NULL at the end. */
extern const struct other_tools_option other_tools_options[];

#endif
