/*
 * verbose -- what -v prints: "* " what happens, "> " request, "< " response.
 */
#ifndef CLI_VERBOSE_H
#define CLI_VERBOSE_H

#include <stdbool.h>

#include "core/quiver.h"

struct progress;

struct verbose {
    struct qv_listener listener;
    struct progress *progress; /* out of the way while we print */
    bool show_secrets;
};

void verbose_start(struct verbose *v, struct qv_client *client,
                   bool show_secrets, struct progress *progress);
/* A line of our own; nothing is printed without -v. */
void verbose_note(struct verbose *v, const char *text);

#endif
