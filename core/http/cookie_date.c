/*
 * The order of the parts is free, what lies between them too: whatever looks
 * like a time, a day, a month or a year first, is it.  Zones are not looked at:
 * all is UTC.
 */
#include "http/cookie.h"
#include "http/date.h"

struct found {
    struct date_civil civil;
    bool has_time, has_day, has_month, has_year;
};

/* %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E */
static bool is_delimiter(uint8_t b)
{
    return b == '\t' || (b >= 0x20 && b <= 0x2f) || (b >= 0x3b && b <= 0x40) ||
           (b >= 0x5b && b <= 0x60) || (b >= 0x7b && b <= 0x7e);
}

/* Between min and max digits, and no more behind them. */
static bool take_number(struct span *rest, size_t min, size_t max,
                        unsigned *value)
{
    size_t n = 0;
    *value = 0;
    while (n < rest->len && rest->base[n] >= '0' && rest->base[n] <= '9') {
        if (n == max)
            return false;
        *value = *value * 10 + (unsigned)(rest->base[n++] - '0');
    }
    if (n < min)
        return false;
    *rest = span_of(rest->base + n, rest->len - n);
    return true;
}

static bool take_colon(struct span *rest)
{
    if (rest->len == 0 || rest->base[0] != ':')
        return false;
    *rest = span_of(rest->base + 1, rest->len - 1);
    return true;
}

static bool read_time(struct span token, struct date_civil *c)
{
    return take_number(&token, 1, 2, &c->hour) && take_colon(&token) &&
           take_number(&token, 1, 2, &c->minute) && take_colon(&token) &&
           take_number(&token, 1, 2, &c->second);
}

static bool read_month(struct span token, struct date_civil *c)
{
    static const char names[12][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                      "jul", "aug", "sep", "oct", "nov", "dec"};
    for (unsigned i = 0; i < 12; i++)
        if (span_starts_nocase(token, span_str(names[i]))) {
            c->month = i + 1;
            return true;
        }
    return false;
}

static bool read_year(struct span token, struct date_civil *c)
{
    unsigned year;
    if (!take_number(&token, 2, 4, &year))
        return false;
    if (year < 70)
        year += 2000;
    else if (year < 100)
        year += 1900;
    c->year = year;
    return true;
}

static void look_at(struct found *f, struct span token)
{
    struct date_civil c = f->civil;
    struct span day = token;
    if (!f->has_time && read_time(token, &c))
        f->has_time = true;
    else if (!f->has_day && take_number(&day, 1, 2, &c.day))
        f->has_day = true;
    else if (!f->has_month && read_month(token, &c))
        f->has_month = true;
    else if (!f->has_year && read_year(token, &c))
        f->has_year = true;
    else
        return;
    /* A time that was none has written some of it; only what was found is
     * kept. */
    if (!f->has_time)
        c.hour = c.minute = c.second = 0;
    f->civil = c;
}

bool cookie_date_parse(struct span text, int64_t *seconds)
{
    struct found f = {.has_time = false};
    for (size_t i = 0; i < text.len;) {
        while (i < text.len && is_delimiter(text.base[i]))
            i++;
        size_t from = i;
        while (i < text.len && !is_delimiter(text.base[i]))
            i++;
        if (i > from)
            look_at(&f, span_of(text.base + from, i - from));
    }
    return f.has_time && f.has_day && f.has_month && f.has_year &&
           f.civil.year >= 1601 && f.civil.second < 60 &&
           date_of(&f.civil, seconds);
}
