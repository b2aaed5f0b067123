/*
 * unsent -- the result of a request that never reached the engine.
 */
#ifndef CLI_RECORD_UNSENT_H
#define CLI_RECORD_UNSENT_H

#include "core/quiver.h"

/* No string in it is NULL, and no stage was reached. */
extern const struct qv_result unsent_result;

#endif
