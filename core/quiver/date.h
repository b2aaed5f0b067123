/*
 * quiver/date -- the dates of header fields.
 */
#ifndef QUIVER_DATE_H
#define QUIVER_DATE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    QV_DATE_LEN = 29
};

/* Seconds since 1970 of a field such as Last-Modified (RFC 9110 5.6.7); false
 * if it is no date. */
bool qv_date_parse(const char *text, int64_t *seconds);
/* "Sun, 06 Nov 1994 08:49:37 GMT" */
void qv_date_format(int64_t seconds, char text[QV_DATE_LEN + 1]);

#endif
