/*
 * Bodies that are no text are most of a record, so base64 (RFC 4648 4) is made
 * of many bytes at once: everywhere by the compilers' own vectors (gcc, clang),
 * and where the processor has AVX2, with that: it can put bytes into any order,
 * which both the cutting of the bytes and the choice of the digits need.
 */
#include "base/jsonl.h"

#if defined __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

enum {
    VECTOR = 16, /* digits made at once */
    BYTES = 12,  /* from as many bytes */
};

typedef int8_t vector __attribute__((vector_size(VECTOR)));
typedef uint32_t lanes __attribute__((vector_size(VECTOR)));

/* The digits that stand for numbers below 64. */
static vector digits_of(vector n)
{
    vector to_lower = (vector)(n > 25) & ('a' - 26 - 'A');
    vector to_digit = (vector)(n > 51) & ('a' - 26 - ('0' - 52));
    vector to_plus = (vector)(n == 62) & ('0' - 52 + 62 - '+');
    vector to_slash = (vector)(n == 63) & ('0' - 52 + 63 - '/');
    return n + 'A' + to_lower - to_digit - to_plus - to_slash;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Three bytes, the first on top, and one more that does not count. */
static uint32_t group(const unsigned char *at)
{
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    return __builtin_bswap32(bits);
}

static size_t put_vectors(char *to, const unsigned char *at, size_t len)
{
    size_t done = 0;
    for (; len - done > BYTES; done += BYTES, to += VECTOR) {
        const unsigned char *from = at + done;
        lanes bits = {group(from), group(from + 3), group(from + 6),
                      group(from + 9)};
        /* Six bits in each byte, in the order in which they are stored. */
        lanes numbers = (bits >> 26) | ((bits >> 12) & 0x3f00) |
                        ((bits << 2) & 0x3f0000) | ((bits << 16) & 0x3f000000);
        vector digits = digits_of((vector)numbers);
        memcpy(to, &digits, VECTOR);
    }
    return done;
}
#else
static size_t put_vectors(char *to, const unsigned char *at, size_t len)
{
    (void)to;
    (void)at;
    (void)len;
    return 0;
}
#endif

#if defined __x86_64__
enum {
    WIDE_VECTOR = 32, /* digits made at once */
    WIDE_BYTES = 24,  /* from as many bytes */
    WIDE_READ = 28,   /* of as many that are read */
};

typedef uint32_t wide_lanes __attribute__((vector_size(WIDE_VECTOR)));

/* What is added to a number below 64 to make it its digit.  The table goes by
 * what is above 51, of which the letters are nothing; 13 are the capitals. */
__attribute__((target("avx2"))) static __m256i wide_offsets(__m256i numbers)
{
    const __m256i table = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
        '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));
    const __m256i capital = _mm256_set1_epi8(13);
    __m256i is_capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), numbers);
    __m256i above = _mm256_subs_epu8(numbers, _mm256_set1_epi8(51));
    __m256i row = _mm256_or_si256(above, _mm256_and_si256(is_capital, capital));
    return _mm256_shuffle_epi8(table, row);
}

__attribute__((target("avx2"))) static size_t
put_wide_vectors(char *to, const unsigned char *at, size_t len)
{
    /* Of each half: four times three bytes, the first on top, above them 0. */
    const __m256i groups = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(2, 1, 0, -1, 5, 4, 3, -1, 8, 7, 6, -1, 11, 10, 9, -1));
    size_t done = 0;
    for (; len - done >= WIDE_READ; done += WIDE_BYTES, to += WIDE_VECTOR) {
        const unsigned char *from = at + done;
        __m256i half = _mm256_castsi128_si256(
            _mm_loadu_si128((const __m128i *)(const void *)from));
        __m256i bytes = _mm256_inserti128_si256(
            half,
            _mm_loadu_si128((const __m128i *)(const void *)(from + BYTES)), 1);
        wide_lanes bits = (wide_lanes)_mm256_shuffle_epi8(bytes, groups);
        /* Six bits in each byte, in the order in which they are stored. */
        __m256i numbers =
            (__m256i)((bits >> 18) | ((bits >> 4) & 0x3f00) |
                      ((bits << 10) & 0x3f0000) | ((bits << 24) & 0x3f000000));
        _mm256_storeu_si256((__m256i *)(void *)to,
                            _mm256_add_epi8(numbers, wide_offsets(numbers)));
    }
    return done;
}

/* Asked for at the first use, and not by __builtin_cpu_supports(), which asks some ten
 * questions in every start of the program: a virtual machine is left for each. */
static bool ask_for_wide_vectors(void)
{
    enum {
        OSXSAVE_AND_AVX = 3 << 27,
        SAVED = 3 << 1, /* the system keeps both halves of the registers */
        AVX2 = 1 << 5,
    };
    unsigned a;
    unsigned b;
    unsigned c;
    unsigned d;
    unsigned saved;
    if (!__get_cpuid(1, &a, &b, &c, &d) ||
        (c & OSXSAVE_AND_AVX) != OSXSAVE_AND_AVX)
        return false;
    __asm__("xgetbv" : "=a"(saved), "=d"(d) : "c"(0));
    return (saved & SAVED) == SAVED &&
           __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & AVX2) != 0;
}

static bool has_wide_vectors(void)
{
    static enum {
        UNKNOWN,
        NO,
        YES
    } has;
    if (has == UNKNOWN)
        has = ask_for_wide_vectors() ? YES : NO;
    return has == YES;
}

static size_t put_most(char *to, const unsigned char *at, size_t len)
{
    size_t done = has_wide_vectors() ? put_wide_vectors(to, at, len) : 0;
    return done + put_vectors(to + done / 3 * 4, at + done, len - done);
}
#else
static size_t put_most(char *to, const unsigned char *at, size_t len)
{
    return put_vectors(to, at, len);
}
#endif

/* Up to three bytes. */
static void put_group(char *to, const unsigned char *at, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)at[0] << 16 |
                    (uint32_t)(len > 1 ? at[1] : 0) << 8 |
                    (len > 2 ? at[2] : 0);
    to[0] = digits[bits >> 18];
    to[1] = digits[bits >> 12 & 63];
    to[2] = len > 1 ? digits[bits >> 6 & 63] : '=';
    to[3] = len > 2 ? digits[bits & 63] : '=';
}

void jsonl_base64_digits(struct str *out, const char *s, size_t len)
{
    const unsigned char *at = (const unsigned char *)s;
    char *to = str_reserve(out, len / 3 * 4 + 4);
    size_t done = put_most(to, at, len);
    to += done / 3 * 4;
    for (; done < len; done += 3, to += 4)
        put_group(to, at + done, len - done);
    str_commit_to(out, to);
}

void jsonl_base64(struct str *out, const char *s, size_t len)
{
    str_add_char(out, '"');
    jsonl_base64_digits(out, s, len);
    str_add_char(out, '"');
}
