/*
 * message_calls -- what options_message.c needs beside storing an argument.
 */
#ifndef CLI_REQUEST_MESSAGE_CALLS_H
#define CLI_REQUEST_MESSAGE_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

bool message_calls_priority(struct parser *p, const struct option *o,
                            const char *arg);
bool message_calls_trailer(struct parser *p, const struct option *o,
                           const char *arg);

/* Is it a Priority field that a server understands (RFC 9218 4)?  NULL, or what
 * is wrong with it. */
const char *message_calls_bad_priority(const char *text);

#endif
