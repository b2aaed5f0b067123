/*
 * events_text -- a stream of events (text/event-stream) for a person's eyes: line
 * by line as it comes, the fields' names and JSON in their data with colours.
 */
#ifndef CLI_VIEW_EVENTS_TEXT_H
#define CLI_VIEW_EVENTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "view/json_text.h"

struct events_text {
    bool has_colours;
    /* private: */
    unsigned char state; /* enum state, of events_text.c */
    unsigned char nname; /* letters of the name that are those of "data" */
    bool was_cr;         /* an LF behind it is of the same line's end */
    struct json_text json;
    struct escape escape;
};

void events_text_init(struct events_text *t, bool has_colours);
void events_text_add(struct events_text *t, struct str *out, const void *bytes,
                     size_t len);
void events_text_finish(struct events_text *t, struct str *out);

#endif
