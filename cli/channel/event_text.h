/*
 * event_text -- what happens in a channel as lines for people: the prompt.
 *
 *     12:00:00.123 < dgram 5B "hello"
 *     12:00:00.456 > text 2B "hi"
 *     12:00:01.000 * closed by peer, code 1000
 *
 * '<' came, '>' was sent, '*' is a notice.  Whatever a terminal would obey is
 * escaped.
 */
#ifndef CLI_CHANNEL_EVENT_TEXT_H
#define CLI_CHANNEL_EVENT_TEXT_H

#include <stdbool.h>
#include <time.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct event_text {
    bool is_hex;      /* payloads as offset, hex digits and characters */
    bool is_relative; /* seconds from the start in place of the time of day */
};

/* When something happened: both are given, the options say which is shown. */
struct event_text_time {
    double since_start; /* s */
    struct timespec day;
};

void event_text_received(struct str *out, const struct event_text *e,
                         const struct event_text_time *t,
                         const struct qv_channel_event *event);
void event_text_sent(struct str *out, const struct event_text *e,
                     const struct event_text_time *t,
                     const struct qv_channel_message *m);
void event_text_notice(struct str *out, const struct event_text *e,
                       const struct event_text_time *t, const char *text);

#endif
