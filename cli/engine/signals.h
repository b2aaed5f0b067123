/*
 * signals -- SIGINT and SIGTERM of a command that has a client.
 *
 * The first of them asks for an end, the second insists on it.  They come as
 * events of the loop, so what they are told to may do anything but free the
 * client.  A signal that our parent had us ignore (nohup, a shell's background
 * job) stays ignored.
 */
#ifndef CLI_ENGINE_SIGNALS_H
#define CLI_ENGINE_SIGNALS_H

#include "core/quiver.h"

struct signals {
    struct qv_client *client;
    /* The first one, of either kind; s->signum is set. */
    void (*on_first)(struct signals *s);
    /* Every later one.  NULL: after the first, both are back to what they do by
     * themselves, so the second ends the program at once (ending.h cleans up). */
    void (*on_second)(struct signals *s);
    int signum; /* of the first one; 0: none has come */
    /* private: */
    struct qv_signal interrupt;
    struct qv_signal terminate;
};

/* The client and the callbacks are set, the rest is zero. */
void signals_watch(struct signals *s);
/* Back to what they do by themselves.  More than once does nothing more, nor
 * does it for signals that were never watched. */
void signals_forget(struct signals *s);

#endif
