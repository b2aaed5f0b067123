/*
 * echo_test -- the speaker that measures (--echo-test): numbered messages to a
 * peer that sends them back, and what became of them.
 */
#ifndef CLI_CHANNEL_ECHO_TEST_H
#define CLI_CHANNEL_ECHO_TEST_H

#include "channel/speaker.h"

struct speaker *echo_test_new(struct session *s);

#endif
