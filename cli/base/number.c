#include "base/number.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits from *s on, which is moved behind them. */
static bool digits(const char **s, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;
    if (!is_digit(**s))
        return false;
    for (; is_digit(**s); (*s)++) {
        unsigned digit = (unsigned)(**s - '0');
        if (digit > max || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

bool number_parse(const char *s, uint64_t max, uint64_t *out)
{
    return digits(&s, max, out) && !*s;
}

bool number_seconds(const char *s, uint64_t *ns)
{
    const uint64_t second = 1000000000;
    uint64_t whole = 0;
    uint64_t unit = second / 10;
    if (*s != '.' && !digits(&s, UINT64_MAX / second - 1, &whole))
        return false;
    whole *= second;
    if (*s == '.') {
        s++;
        if (!is_digit(*s))
            return false;
        for (; is_digit(*s); s++) {
            whole += (uint64_t)(*s - '0') * unit;
            unit /= 10;
        }
    }
    *ns = whole;
    return !*s;
}

/* Of a unit: ".5", or nothing.  False: there is a dot and no digit. */
static bool fraction(const char **s, double *part)
{
    double worth = 0.1;
    *part = 0;
    if (**s != '.')
        return true;
    if (!is_digit((*s)[1]))
        return false;
    for ((*s)++; is_digit(**s); (*s)++) {
        *part += (**s - '0') * worth;
        worth /= 10;
    }
    return true;
}

bool number_size(const char *s, uint64_t *bytes)
{
    static const char suffixes[] = "bkmgtp";
    uint64_t n;
    double part;
    const char *found;
    unsigned shift = 0;
    if (!digits(&s, INT64_MAX, &n) || !fraction(&s, &part))
        return false;
    if (*s) {
        found = strchr(suffixes, *s | 0x20);
        if (!found || s[1])
            return false;
        shift = 10 * (unsigned)(found - suffixes);
        if (n > (uint64_t)INT64_MAX >> shift)
            return false;
    }
    *bytes = (n << shift) + (uint64_t)(part * (double)(UINT64_C(1) << shift));
    return true;
}

bool number_rate(const char *s, double *per_second)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    uint64_t n;
    uint64_t times = 1;
    char unit = 'h';
    if (!digits(&s, UINT32_MAX, &n) || n == 0)
        return false;
    if (*s == '/') {
        s++;
        if (is_digit(*s) && (!digits(&s, UINT32_MAX, &times) || times == 0))
            return false;
        unit = *s;
        if (unit)
            s++;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0] && !*s; i++) {
        if (units[i].unit == unit) {
            *per_second = (double)n / ((double)times * units[i].seconds);
            return true;
        }
    }
    return false;
}
