/*
 * duration -- a time for people to read: "310 us", "1.25 ms", "12.0 s".
 */
#ifndef CLI_BASE_DURATION_H
#define CLI_BASE_DURATION_H

#include "core/base/str.h"

/* At most 7 columns up to 9,999 seconds; "-" for less than nothing. */
void duration_add(struct str *out, double seconds);

#endif
