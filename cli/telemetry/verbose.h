/*
 * verbose -- what -v prints: "* " what happens, "> " request, "< " response.
 */
#ifndef CLI_TELEMETRY_VERBOSE_H
#define CLI_TELEMETRY_VERBOSE_H

#include <stdbool.h>

#include "core/quiver.h"

struct verbose {
    struct qv_listener listener;
    void (*before)(void *user); /* clears the screen for a line; or NULL */
    void *user;
    bool show_secrets;
};

/* before (NULL: nothing is to be done) is called ahead of each event's lines. */
void verbose_start(struct verbose *v, struct qv_client *client,
                   bool show_secrets, void (*before)(void *user), void *user);
/* A line of our own; nothing is printed without -v. */
void verbose_note(struct verbose *v, const char *text);

#endif
