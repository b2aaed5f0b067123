/*
 * child -- a program of the shell's whose standard input and output are pipes.
 *
 *     child_start -> on_exit, from the loop, once
 *
 * The client runs on until it has exited, so no zombie is left.
 */
#ifndef CLI_CHANNEL_CHILD_H
#define CLI_CHANNEL_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/quiver.h"

struct child {
    struct qv_client *client;
    void (*on_exit)(struct child *c);
    int status; /* as waitpid() gives it, in on_exit */
    /* private: */
    pid_t pid;          /* 0: it does not run */
    struct qv_fd watch; /* of its pidfd */
};

/* Its ends for us, which do not block and are the caller's to close. */
struct child_pipes {
    int to;
    int from;
};

/* environment: "NAME=value" strings, NULL at the end, added to ours.  False with
 * errno; nothing was started. */
bool child_start(struct child *c, const char *command, char *const *environment,
                 struct child_pipes *pipes);
/* Nothing if it has exited. */
void child_signal(const struct child *c, int signum);
/* Nobody waits for it any more: on_exit does not come. */
void child_forget(struct child *c);

#endif
