/*
 * exec -- the speaker that is a program (--exec): what it writes is sent, what
 * comes it reads.
 *
 * It is started when the channel is open.  When it has closed its output our
 * side is ended.  When the channel is over its input is closed, and it gets
 * SIGTERM if it has not ended within a second of that; its exit is waited for.
 */
#ifndef CLI_CHANNEL_EXEC_H
#define CLI_CHANNEL_EXEC_H

#include "channel/speaker.h"

struct speaker *exec_new(struct session *s);

#endif
