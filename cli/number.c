#include "number.h"

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

bool number_size(const char *s, uint64_t *bytes)
{
    static const char suffixes[] = "bkmgtp";
    uint64_t n;
    const char *found;
    unsigned shift;

    if (!digits(&s, INT64_MAX, &n))
        return false;
    if (*s) {
        found = strchr(suffixes, *s | 0x20);
        if (!found || s[1])
            return false;
        shift = 10 * (unsigned)(found - suffixes);
        if (n > (uint64_t)INT64_MAX >> shift)
            return false;
        n <<= shift;
    }
    *bytes = n;
    return true;
}
