#include "http/date.h"

#include <time.h>

#include "quiver.h"

_Static_assert((int)QV_DATE_LEN == (int)DATE_LEN, "of one length");

bool qv_date_parse(const char *text, int64_t *seconds)
{
    return date_parse(span_trim(span_str(text)), (int64_t)time(NULL), seconds);
}

void qv_date_format(int64_t seconds, char text[QV_DATE_LEN + 1])
{
    date_format(seconds, text);
}
