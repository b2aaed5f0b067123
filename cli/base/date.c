#include "base/date.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    UNKNOWN = -1,
    MINUTE = 60,
    HOUR = 60 * MINUTE,
};

struct parts {
    int year;
    int month; /* from 0 */
    int day;
    int second; /* of the day */
    int zone;   /* seconds to be added for UTC */
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const weekdays[] = {
    "Mon",      "Tue",    "Wed",      "Thu",     "Fri",
    "Sat",      "Sun",    "Monday",   "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};

/* Hours west of Greenwich: those of RFC 822, and a few of Europe. */
static const struct {
    const char *name;
    int hours;
} zones[] = {
    {"GMT", 0},  {"UTC", 0},  {"UT", 0},   {"Z", 0},     {"WET", 0},
    {"BST", -1}, {"CET", -1}, {"MET", -1}, {"CEST", -2}, {"MEST", -2},
    {"EET", -2}, {"EST", 5},  {"EDT", 4},  {"CST", 6},   {"CDT", 5},
    {"MST", 7},  {"MDT", 6},  {"PST", 8},  {"PDT", 7},
};

static bool is_word(const char *s, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

static int find(const char *s, size_t len, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_word(s, len, words[i]))
            return (int)i;
    }
    return UNKNOWN;
}

#define FIND(s, len, words) find(s, len, words, sizeof(words) / sizeof *(words))

/* A word, once of each sort. */
static bool take_word(struct parts *p, const char *s, size_t len)
{
    int month = FIND(s, len, months);
    if (month != UNKNOWN) {
        bool is_new = p->month == UNKNOWN;
        p->month = month;
        return is_new;
    }
    if (FIND(s, len, weekdays) != UNKNOWN)
        return true;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (is_word(s, len, zones[i].name)) {
            p->zone = zones[i].hours * HOUR;
            return true;
        }
    }
    return is_word(s, len, "T"); /* ISO 8601, before the time */
}

/* At most `max` digits; false when there is none. */
static bool take_digits(const char **s, int max, int *value)
{
    const char *from = *s;
    *value = 0;
    while (isdigit((unsigned char)**s) && *s - from < max)
        *value = *value * 10 + (*(*s)++ - '0');
    return *s > from;
}

static bool take_char(const char **s, char c)
{
    bool is_there = **s == c;
    *s += is_there;
    return is_there;
}

/* "8:49:37", "08:49"; 0: it is none, else its length. */
static size_t take_time(struct parts *p, const char *from)
{
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    const char *s = from;
    if (p->second != UNKNOWN || !take_digits(&s, 2, &hours) ||
        !take_char(&s, ':') || !take_digits(&s, 2, &minutes))
        return 0;
    if (take_char(&s, ':') && !take_digits(&s, 2, &seconds))
        return 0;
    if (hours > 23 || minutes > 59 || seconds > 60)
        return 0;
    p->second = hours * HOUR + minutes * MINUTE + seconds;
    if (take_char(&s, '.')) /* a fraction says nothing here */
        s += strspn(s, "0123456789");
    return (size_t)(s - from);
}

static int full_year(int year, size_t len)
{
    if (len > 2)
        return year;
    return year + (year > 70 ? 1900 : 2000);
}

/* The number of `len` digits; `before` is the character in front of it. */
static bool take_number(struct parts *p, int value, size_t len, char before)
{
    bool has_date = p->day != UNKNOWN || p->year != UNKNOWN;
    if (len == 8 && !has_date && p->month == UNKNOWN) {
        p->year = value / 10000;
        p->month = value / 100 % 100 - 1;
        p->day = value % 100;
        return p->month >= 0 && p->month < 12;
    }
    if (len == 4 && (before == '+' || before == '-') && value <= 1400 &&
        (p->second != UNKNOWN || p->year != UNKNOWN)) {
        int offset = value / 100 * HOUR + value % 100 * MINUTE;
        p->zone = before == '+' ? -offset : offset;
        return true;
    }
    if (p->day == UNKNOWN && len <= 2 && value >= 1 && value <= 31) {
        p->day = value;
        return true;
    }
    if (p->year == UNKNOWN && len <= 4) {
        p->year = full_year(value, len);
        return true;
    }
    return false;
}

/* "2004-09-12"; 0: it is none, else its length. */
static size_t take_iso(struct parts *p, const char *from)
{
    enum {
        LEN = sizeof "2004-09-12" - 1
    };
    struct parts is = *p;
    const char *s = from;
    if (!take_digits(&s, 4, &is.year) || !take_char(&s, '-') ||
        !take_digits(&s, 2, &is.month) || !take_char(&s, '-') ||
        !take_digits(&s, 2, &is.day) || s - from != LEN || is.month < 1 ||
        is.month > 12)
        return 0;
    is.month--;
    *p = is;
    return LEN;
}

static bool to_seconds(const struct parts *p, int64_t *seconds)
{
    struct tm tm = {
        .tm_year = p->year - 1900, .tm_mon = p->month, .tm_mday = p->day};
    if (p->year < 1583 || p->month == UNKNOWN || p->day < 1 || p->day > 31)
        return false;
    *seconds = (int64_t)timegm(&tm) + (p->second > 0 ? p->second : 0) +
               (int64_t)p->zone;
    return true;
}

bool date_parse_loose(const char *text, int64_t *seconds)
{
    struct parts p = {UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, 0};
    const char *s = text + strspn(text, " \t");
    char before = ' ';
    s += take_iso(&p, s);
    while (*s) {
        size_t len = 0;
        if (isalpha((unsigned char)*s)) {
            while (isalpha((unsigned char)s[len]))
                len++;
            if (!take_word(&p, s, len))
                return false;
        } else if (isdigit((unsigned char)*s)) {
            len = strspn(s, "0123456789");
            if (s[len] == ':')
                len = take_time(&p, s);
            else if (len > 8 ||
                     !take_number(&p, (int)strtol(s, NULL, 10), len, before))
                return false;
            if (len == 0)
                return false;
        } else {
            before = *s++;
            continue;
        }
        s += len;
        before = ' ';
    }
    return to_seconds(&p, seconds);
}
