/*
 * report_shorten -- text that is too long for its place, with a sign that there
 * was more.
 */
#ifndef CLI_REPORT_REPORT_SHORTEN_H
#define CLI_REPORT_REPORT_SHORTEN_H

#include "core/base/str.h"

/* Of longer ones the first `max` bytes, in whole characters, and an ellipsis. */
void report_shorten(struct str *out, const char *text, size_t max);

#endif
