#ifndef CLI_PROBE_PROBE_RUN_H
#define CLI_PROBE_PROBE_RUN_H

#include "config/config.h"
#include "probe/probe_options.h"
#include "request/cmdline.h"

/* Gives back the exit status. */
int probe_run(const struct probe_options *o, struct cmdline *s,
              struct config *c);

#endif
