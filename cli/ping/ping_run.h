#ifndef CLI_PING_PING_RUN_H
#define CLI_PING_PING_RUN_H

#include "config/config.h"
#include "ping/ping_options.h"
#include "request/cmdline.h"

/* Gives back the exit status. */
int ping_run(const struct ping_options *o, struct cmdline *s, struct config *c);

#endif
