#include "http/date.h"

#define DAY INT64_C(86400)

static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed",
                                "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/*
 * Days since 1970-01-01 of a date in the proleptic Gregorian calendar.  Years
 * start in March here, so that the leap day is the last of its year; an era
 * is the 400 years after which the calendar repeats.
 */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t shifted = (month + 9) % 12;
    int64_t day_of_year = (153 * shifted + 2) / 5 + day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void civil_of_days(int64_t count, struct date_civil *c)
{
    count += 719468;
    int64_t era = (count >= 0 ? count : count - 146096) / 146097;
    int64_t day_of_era = count - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
                           day_of_era / 146096) /
                          365;
    int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    c->day = (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1);
    c->month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    c->year = year_of_era + era * 400 + (c->month <= 2);
}

static void put_digits(char *to, unsigned n, unsigned value)
{
    for (; n > 0; value /= 10)
        to[--n] = (char)('0' + value % 10);
}

/* Of a moment in the years 0 to 9999; returns the day since 1970. */
static int64_t civil_of(int64_t seconds, struct date_civil *c)
{
    const int64_t first = days_of(0, 1, 1) * DAY;
    const int64_t last = days_of(10000, 1, 1) * DAY - 1;
    if (seconds < first)
        seconds = first;
    if (seconds > last)
        seconds = last;
    int64_t day = (seconds >= 0 ? seconds : seconds - (DAY - 1)) / DAY;
    unsigned rest = (unsigned)(seconds - day * DAY);
    civil_of_days(day, c);
    c->hour = rest / 3600;
    c->minute = rest / 60 % 60;
    c->second = rest % 60;
    return day;
}

/* By hand: a server writes one for each file that it sends. */
void date_format(int64_t seconds, char text[DATE_LEN + 1])
{
    struct date_civil c;
    int64_t day = civil_of(seconds, &c);
    unsigned weekday = (unsigned)(((day + 4) % 7 + 7) % 7); /* 1970: Thu */
    memcpy(text, "Sun, 00 Jan 0000 00:00:00 GMT", DATE_LEN + 1);
    memcpy(text, days[weekday], 3);
    put_digits(text + 5, 2, c.day);
    memcpy(text + 8, months[c.month - 1], 3);
    put_digits(text + 12, 4, (unsigned)c.year);
    put_digits(text + 17, 2, c.hour);
    put_digits(text + 20, 2, c.minute);
    put_digits(text + 23, 2, c.second);
}

/* What is left to read; every take_ function is false at the first byte that
 * is not as expected. */
struct reader {
    const uint8_t *at;
    const uint8_t *end;
};

static bool take_text(struct reader *r, const char *text)
{
    size_t len = strlen(text);
    if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0)
        return false;
    r->at += len;
    return true;
}

static bool take_number(struct reader *r, unsigned ndigits, unsigned *value)
{
    *value = 0;
    for (; ndigits > 0; ndigits--) {
        if (r->at == r->end || *r->at < '0' || *r->at > '9')
            return false;
        *value = *value * 10 + (unsigned)(*r->at++ - '0');
    }
    return true;
}

static bool take_month(struct reader *r, unsigned *month)
{
    for (*month = 1; *month <= 12; ++*month)
        if (take_text(r, months[*month - 1]))
            return true;
    return false;
}

static bool take_time(struct reader *r, struct date_civil *c)
{
    return take_number(r, 2, &c->hour) && take_text(r, ":") &&
           take_number(r, 2, &c->minute) && take_text(r, ":") &&
           take_number(r, 2, &c->second);
}

/* "06 Nov 1994 08:49:37 GMT", after "Sun, ". */
static bool take_fixdate(struct reader *r, struct date_civil *c)
{
    unsigned year;
    if (!take_number(r, 2, &c->day) || !take_text(r, " ") ||
        !take_month(r, &c->month) || !take_text(r, " ") ||
        !take_number(r, 4, &year) || !take_text(r, " "))
        return false;
    c->year = year;
    return take_time(r, c) && take_text(r, " GMT");
}

/* "06-Nov-94 08:49:37 GMT", after "Sunday, ". */
static bool take_rfc850(struct reader *r, int64_t this_year,
                        struct date_civil *c)
{
    unsigned year;
    if (!take_number(r, 2, &c->day) || !take_text(r, "-") ||
        !take_month(r, &c->month) || !take_text(r, "-") ||
        !take_number(r, 2, &year) || !take_text(r, " "))
        return false;
    c->year = this_year - this_year % 100 + year;
    if (c->year > this_year + 50)
        c->year -= 100;
    return take_time(r, c) && take_text(r, " GMT");
}

/* "Nov  6 08:49:37 1994", after "Sun ". */
static bool take_asctime(struct reader *r, struct date_civil *c)
{
    if (!take_month(r, &c->month) || !take_text(r, " "))
        return false;
    unsigned year;
    if (!take_number(r, take_text(r, " ") ? 1 : 2, &c->day) ||
        !take_text(r, " ") || !take_time(r, c) || !take_text(r, " ") ||
        !take_number(r, 4, &year))
        return false;
    c->year = year;
    return true;
}

/* The day's name decides the form: "Sun, ", "Sunday, " or "Sun ".  Whether it
 * is the right day is not looked at. */
static bool take_date(struct reader *r, int64_t this_year, struct date_civil *c)
{
    static const char *const tails[7] = {"day",   "day", "sday", "nesday",
                                         "rsday", "day", "urday"};
    unsigned i = 0;
    while (i < 7 && !take_text(r, days[i]))
        i++;
    if (i == 7)
        return false;
    if (take_text(r, ", "))
        return take_fixdate(r, c);
    if (take_text(r, " "))
        return take_asctime(r, c);
    return take_text(r, tails[i]) && take_text(r, ", ") &&
           take_rfc850(r, this_year, c);
}

static bool is_date(const struct date_civil *c)
{
    if (c->day == 0 || c->hour > 23 || c->minute > 59 || c->second > 60)
        return false;
    /* The day before the first of the next month is this month's last. */
    int64_t next = c->month == 12 ? days_of(c->year + 1, 1, 1)
                                  : days_of(c->year, c->month + 1, 1);
    return days_of(c->year, c->month, c->day) < next;
}

static int64_t seconds_of(const struct date_civil *c)
{
    return days_of(c->year, c->month, c->day) * DAY + (int64_t)c->hour * 3600 +
           (int64_t)c->minute * 60 + c->second;
}

bool date_of(const struct date_civil *c, int64_t *seconds)
{
    if (c->month == 0 || c->month > 12 || !is_date(c))
        return false;
    *seconds = seconds_of(c);
    return true;
}

bool date_parse(struct span text, int64_t now, int64_t *seconds)
{
    struct date_civil today;
    civil_of_days(now / DAY, &today);
    struct date_civil c = {.year = 0};
    if (text.len == 0)
        return false; /* a field that is not there: base is NULL */
    struct reader r = {.at = text.base, .end = text.base + text.len};
    if (!take_date(&r, today.year, &c) || r.at != r.end || !is_date(&c))
        return false;
    *seconds = seconds_of(&c);
    return true;
}

void date_stamp(int64_t seconds, char text[DATE_STAMP_LEN + 1])
{
    struct date_civil c;
    (void)civil_of(seconds, &c);
    memcpy(text, "00000000 00:00:00", DATE_STAMP_LEN + 1);
    put_digits(text, 4, (unsigned)c.year);
    put_digits(text + 4, 2, c.month);
    put_digits(text + 6, 2, c.day);
    put_digits(text + 9, 2, c.hour);
    put_digits(text + 12, 2, c.minute);
    put_digits(text + 15, 2, c.second);
}

bool date_parse_stamp(struct span text, int64_t *seconds)
{
    unsigned year;
    struct date_civil c = {.year = 0};
    if (text.len != DATE_STAMP_LEN)
        return false;
    struct reader r = {.at = text.base, .end = text.base + text.len};
    if (!take_number(&r, 4, &year) || !take_number(&r, 2, &c.month) ||
        !take_number(&r, 2, &c.day) || !take_text(&r, " ") ||
        !take_time(&r, &c))
        return false;
    c.year = year;
    return date_of(&c, seconds);
}
