/*
 * piping -- the speaker that is standard input and output, or a recording in the
 * place of the input.
 *
 * Without a usable input (closed, /dev/null) it listens only.
 */
#ifndef CLI_CHANNEL_PIPING_H
#define CLI_CHANNEL_PIPING_H

#include "channel/speaker.h"

/* NULL: the recording cannot be read, the session knows. */
struct speaker *piping_new(struct session *s);

#endif
