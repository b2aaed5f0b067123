/*
 * feed -- sends what is read from a descriptor, message by message.
 *
 * Nothing is read before feed_start(), which comes with the open channel.  While
 * the channel takes no more, nothing is read either, so the writer waits.  A
 * message that cannot be sent is told (session_fail()) and left out.
 */
#ifndef CLI_CHANNEL_FEED_H
#define CLI_CHANNEL_FEED_H

#include <stdbool.h>

#include "channel/payload_in.h"
#include "core/quiver.h"
#include "files/reader.h"

struct session;

struct feed {
    /* Set by the caller, the rest zeroed: */
    struct session *session;
    const char *name; /* for messages: "standard input" */
    enum payload_mode mode;
    double speed; /* of a replay; 0: at once */
    /* All was sent; not after feed_stop(). */
    void (*on_over)(struct feed *f);
    /* private: */
    struct reader reader;
    struct payload_in in;
    struct payload_in_message message; /* that waits, if has_message */
    bool is_running;
    bool has_message;
    bool is_read;   /* to its end */
    double opened;  /* a replay's: the recording's time of its open channel */
    double started; /* and when this one was */
    struct qv_timer timer;
};

/* The source; false with errno. */
bool feed_open_file(struct feed *f, const char *path); /* NULL: stdin */
/* A pipe's end that does not block, which becomes the feed's. */
void feed_open_pipe(struct feed *f, int fd);

void feed_start(struct feed *f);
/* The channel takes again. */
void feed_go_on(struct feed *f);
/* Nothing is read or sent from now on; also of one that was never opened. */
void feed_stop(struct feed *f);

#endif
