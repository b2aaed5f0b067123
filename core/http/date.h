/*
 * date -- times as HTTP writes them (RFC 9110 5.6.7).
 *
 * Seconds since 1970 UTC on our side.  Pure arithmetic: no locale, no time
 * zone, no clock.
 */
#ifndef CORE_HTTP_DATE_H
#define CORE_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define DATE_LEN 29

/* Always terminated; years outside 0-9999 are cut to that range. */
void date_format(int64_t seconds, char text[DATE_LEN + 1]);

/* IMF-fixdate, RFC 850 and asctime forms; false on anything else.  A
 * two-digit year is the nearest one not more than 50 years after `now`. */
bool date_parse(struct span text, int64_t now, int64_t *seconds);

struct date_civil {
    int64_t year;
    unsigned month; /* 1-12 */
    unsigned day;   /* 1-31 */
    unsigned hour, minute, second;
};

/* False: there is no such moment. */
bool date_of(const struct date_civil *c, int64_t *seconds);

/* "20261106 08:49:37", UTC: as curl's state files have it. */
#define DATE_STAMP_LEN 17

/* As date_format(). */
void date_stamp(int64_t seconds, char text[DATE_STAMP_LEN + 1]);
bool date_parse_stamp(struct span text, int64_t *seconds);

#endif
