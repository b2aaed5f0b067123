#include "base/jsonl.h"

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

static void put_pair(char *to, uint32_t n)
{
    memcpy(to, pairs + (size_t)2 * n, 2);
}

static char *put_four(char *to, uint32_t n)
{
    put_pair(to, n / 100);
    put_pair(to + 2, n % 100);
    return to + 4;
}

/* The end of n's digits, of which there are nine at most. */
static char *put_small(char *to, uint32_t n)
{
    if (n >= 10000)
        return put_four(put_small(to, n / 10000), n % 10000);
    if (n >= 1000)
        return put_four(to, n);
    if (n >= 100) {
        *to++ = (char)('0' + n / 100);
        n %= 100;
    } else if (n < 10) {
        *to = (char)('0' + n);
        return to + 1;
    }
    put_pair(to, n);
    return to + 2;
}

static char *put_number(char *to, uint64_t n)
{
    enum {
        BILLION = 1000000000
    };
    uint32_t low = (uint32_t)(n % BILLION);
    if (n < BILLION)
        return put_small(to, low);
    to = put_number(to, n / BILLION);
    *to++ = (char)('0' + low / 100000000);
    return put_four(put_four(to, low / 10000 % 10000), low % 10000);
}

void jsonl_long_number(struct str *out, uint64_t n)
{
    enum {
        DIGITS_MAX = 20
    };
    str_commit_to(out, put_number(str_reserve(out, DIGITS_MAX), n));
}

static char *put_fraction(char *to, uint32_t us)
{
    put_pair(to, us / 10000);
    put_pair(to + 2, us / 100 % 100);
    put_pair(to + 4, us % 100);
    return to + 6;
}

void jsonl_long_seconds(struct str *out, double s)
{
    enum {
        LONGEST = 28
    };
    char *to;
    if (!(s >= 0)) {
        jsonl_put(out, "null");
    } else if (s < 0.9999995) { /* 32 bits are enough */
        to = str_reserve(out, LONGEST);
        memcpy(to, "0.", 2);
        str_commit_to(out, put_fraction(to + 2, (uint32_t)(s * 1e6 + 0.5)));
    } else if (s < 1e12) {
        uint64_t us = (uint64_t)(s * 1e6 + 0.5);
        to = put_number(str_reserve(out, LONGEST), us / 1000000);
        *to++ = '.';
        str_commit_to(out, put_fraction(to, (uint32_t)(us % 1000000)));
    } else { /* 30,000 years: beyond what 64 bits hold */
        str_printf(out, "%.6f", s);
    }
}

void jsonl_time(struct str *out, double s)
{
    if (s < 0)
        str_add_char(out, '-');
    jsonl_seconds(out, s < 0 ? -s : s);
}

void jsonl_bool(struct str *out, bool value)
{
    if (value)
        jsonl_put(out, "true");
    else
        jsonl_put(out, "false");
}
