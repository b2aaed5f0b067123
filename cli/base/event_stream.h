/*
 * event_stream -- text/event-stream (WHATWG HTML 9.2.6) as it comes, in pieces
 * of any size.
 *
 *     event_stream_feed(&s, data, len);
 *     while ((next = event_stream_next(&s, &event)) == EVENT_STREAM_EVENT)
 *         ...
 *
 * What has not come to its end when the stream does is not an event.  After a
 * new connection: event_stream_again(), which keeps the last identifier.
 */
#ifndef CLI_BASE_EVENT_STREAM_H
#define CLI_BASE_EVENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/str.h"

struct event_stream {
    size_t max;    /* bytes of a line, and of an event's data */
    struct str id; /* the last one that was given; kept from stream to stream */
    uint64_t
        retry; /* ms, as the server wants it; UINT64_MAX: it has not said */
    /* private: */
    struct span input;
    struct str line; /* the beginning of one whose end is still to come */
    struct str data;
    struct str type;
    struct str next_id; /* of the event at hand; it counts when that is over */
    bool has_retry;     /* the event at hand has set it */
    bool is_begun;      /* the first line, which may have a BOM, is over */
    bool skips_lf;      /* the line before ended in CR */
    bool is_told;       /* data and type are of the event that was given out */
};

/* Valid until the next call. */
struct event_stream_event {
    struct span type; /* "message" if none was given */
    struct span data;
    struct span id; /* the last one; empty: none */
    bool has_retry;
    uint64_t retry; /* ms */
};

enum event_stream_next {
    EVENT_STREAM_EVENT,
    EVENT_STREAM_MORE,      /* all input is used up */
    EVENT_STREAM_TOO_LARGE, /* it cannot go on */
};

void event_stream_init(struct event_stream *s, size_t max);
void event_stream_fini(struct event_stream *s);
/* The bytes are borrowed until EVENT_STREAM_MORE. */
void event_stream_feed(struct event_stream *s, const void *data, size_t len);
enum event_stream_next event_stream_next(struct event_stream *s,
                                         struct event_stream_event *event);
/* Another stream begins; what was unfinished is forgotten. */
void event_stream_again(struct event_stream *s);

#endif
