/*
 * speaker -- who is at our end of a channel: standard input and output
 * (piping.h), a program (exec.h), the echo test, a person.
 *
 * A session (session.h) has one.  It is told of what happens and calls
 * session_send() and its kin; none of its functions may free the session.
 */
#ifndef CLI_CHANNEL_SPEAKER_H
#define CLI_CHANNEL_SPEAKER_H

#include "core/quiver.h"

struct session;
struct speaker;

struct speaker_ops {
    /* Before that nothing can be sent; datagrams may have come already. */
    void (*on_open)(struct speaker *s, const struct qv_channel_opened *o);
    enum qv_flow (*on_event)(struct speaker *s,
                             const struct qv_channel_event *e);
    /* session_send() takes again; NULL: this one never sends so much. */
    void (*on_drain)(struct speaker *s);
    /* Our side has been ended by somebody else (a signal, -n): nothing more is
     * to be sent.  NULL: nothing is to be done. */
    void (*on_ended)(struct speaker *s);
    /* The channel is over; what is left to do may take as long as the speaker
     * holds the client. */
    void (*on_closed)(struct speaker *s, const struct qv_channel_result *r);
    /* Behind the last turn of the loop. */
    void (*free)(struct speaker *s);
};

struct speaker {
    const struct speaker_ops *ops;
    struct session *session;
};

#endif
