/*
 * number -- the numbers that users type.
 */
#ifndef CLI_BASE_NUMBER_H
#define CLI_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits only, the whole string, at most max. */
bool number_parse(const char *s, uint64_t max, uint64_t *out);
/* Seconds with an optional fraction, as nanoseconds. */
bool number_seconds(const char *s, uint64_t *ns);
/* Bytes with an optional fraction and suffix k, M, G, T, P (1024-based), as
 * curl's "2.5M". */
bool number_size(const char *s, uint64_t *bytes);
/* curl's --rate, "5/s", "3/15m", "100" (an hour), as so many a second. */
bool number_rate(const char *s, double *per_second);

#endif
