/*
 * date -- the dates that users type.
 */
#ifndef CLI_BASE_DATE_H
#define CLI_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Day, month by its name, year, time, zone and weekday in any order, as curl's
 * getdate takes them: "Sun, 06 Nov 1994 08:49:37 GMT", "06-Nov-94", "1994 Nov 6",
 * "20040912 15:05:58 -0700"; and ISO 8601's "2004-09-12T15:05:58Z" as well.
 * Without a zone it is UTC, without a time midnight.  Seconds since 1970; false:
 * it is none.
 */
bool date_parse_loose(const char *text, int64_t *seconds);

#endif
