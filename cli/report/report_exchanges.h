/*
 * report_exchanges -- record/exchanges.h of a record: the exchanges that its
 * transfer came to.
 */
#ifndef CLI_REPORT_REPORT_EXCHANGES_H
#define CLI_REPORT_REPORT_EXCHANGES_H

#include <stdbool.h>
#include <yyjson.h>

#include "record/exchanges.h"
#include "report/report_record.h"

struct report_exchanges {
    const struct report_record *record;
    bool is_over;
    double ready; /* when what was given back was over, waits too */
    yyjson_arr_iter tries;
    yyjson_arr_iter hops;
    yyjson_val *next_try;
    yyjson_val *next_hop;
};

void report_exchanges_begin(struct report_exchanges *x,
                            const struct report_record *r);
/* *value is the element of "hops" or "retries", NULL with SHOWN_LAST.  Strings
 * are the record's.  False at the end. */
bool report_exchanges_next(struct report_exchanges *x,
                           struct shown_exchange *out, yyjson_val **value);

/* Of an object: `otherwise` and NULL when there is none. */
double report_exchanges_number(yyjson_val *object, const char *name,
                               double otherwise);
const char *report_exchanges_string(yyjson_val *object, const char *name);

#endif
