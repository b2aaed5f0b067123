/*
 * channel_ask -- what the options of `quiver channel` ask of the engine.
 */
#ifndef CLI_CHANNEL_CHANNEL_ASK_H
#define CLI_CHANNEL_CHANNEL_ASK_H

#include "channel/channel_options.h"
#include "core/quiver.h"

/* Strings are borrowed from the options and the request. */
void channel_ask(struct qv_channel_request *ask,
                 const struct channel_options *o,
                 const struct qv_request *request);

#endif
