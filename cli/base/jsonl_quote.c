/*
 * Most of a record is text in which nothing must be escaped.  Strings are
 * therefore looked at sixteen bytes at a time and copied on the way; only where
 * one of them is special does a byte, or a UTF-8 sequence, get attention of its
 * own.  The vectors are the compilers' own (gcc, clang), on every processor.
 */
#include <stdlib.h>

#include "base/jsonl.h"
#include "core/base/utf8.h"
#include "core/base/xalloc.h"

/* What one byte can become: \u00ff. */
#define ESCAPED_MAX ((size_t)6)

enum {
    VECTOR = 16,
    STEP = 4096, /* bytes of a string that room is made for at once */
};

typedef uint8_t vector __attribute__((vector_size(VECTOR)));
typedef int8_t signed_vector __attribute__((vector_size(VECTOR)));
typedef uint64_t words __attribute__((vector_size(VECTOR)));

/* Of the first byte of memory that is not zero; one is not. */
static size_t first_set(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(word) / 8;
#else
    return (size_t)__builtin_clzll(word) / 8;
#endif
}

static uint64_t load64(const unsigned char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static uint64_t load32(const unsigned char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Less than a vector, with zeroes behind it.  Copied to memory first, it could
 * not be loaded as a whole before all of it has been stored, which takes longer
 * than everything else that a short string needs. */
static vector load_tail(const unsigned char *at, size_t n)
{
    uint64_t first = 0;
    uint64_t second = 0;
    if (n >= 8) {
        first = load64(at);
        if (n > 8)
            second = load64(at + n - 8) >> 8 * (16 - n);
    } else if (n >= 4) {
        first = load32(at) | load32(at + n - 4) << 8 * (n - 4);
    } else if (n > 0) {
        first = at[0] | (uint64_t)at[n / 2] << 8 * (n / 2) |
                (uint64_t)at[n - 1] << 8 * (n - 1);
    }
    return (vector)(words){first, second};
}
#else
static vector load_tail(const unsigned char *at, size_t n)
{
    unsigned char bytes[VECTOR] = {0};
    vector v;
    memcpy(bytes, at, n);
    memcpy(&v, bytes, VECTOR);
    return v;
}
#endif

static vector load(const unsigned char *at)
{
    vector v;
    memcpy(&v, at, VECTOR);
    return v;
}

/* The bytes that are not plain.  Those that are, apart from two, lie between a
 * space and a tilde: moved to where signed numbers end, one comparison asks for
 * both ends. */
static words special_bytes(vector v)
{
    enum {
        TO_HIGHEST = INT8_MAX - '~',
        LOWEST = ' ' + TO_HIGHEST,
    };
    signed_vector moved = (signed_vector)(v + TO_HIGHEST);
    return (words)((moved < LOWEST) | (v == '"') | (v == '\\'));
}

/* How many bytes are plain, from the first on.  A NUL is not. */
static size_t plain_len(words special)
{
    if (special[0])
        return first_set(special[0]);
    if (special[1])
        return 8 + first_set(special[1]);
    return VECTOR;
}

static size_t copy_vector(char *to, vector v)
{
    memcpy(to, &v, VECTOR);
    return plain_len(special_bytes(v));
}

/* Copies pairs of vectors up to one that has a special byte; how many bytes
 * that is. */
static size_t copy_pairs(char *to, const unsigned char *at, size_t n)
{
    enum {
        PAIR = 2 * VECTOR
    };
    size_t done = 0;
    for (; n - done >= PAIR; done += PAIR) {
        vector first = load(at + done);
        vector second = load(at + done + VECTOR);
        memcpy(to + done, &first, VECTOR);
        memcpy(to + done + VECTOR, &second, VECTOR);
        words special = special_bytes(first) | special_bytes(second);
        if (special[0] | special[1])
            break;
    }
    return done;
}

/* The last vector begins before the one in front of it has ended. */
__attribute__((noinline)) static size_t
copy_longer(char *to, const unsigned char *at, size_t n)
{
    for (size_t done = copy_pairs(to, at, n); done < n; done += VECTOR) {
        if (n - done < VECTOR)
            done = n - VECTOR;
        size_t plain = copy_vector(to + done, load(at + done));
        if (plain < VECTOR)
            return done + plain;
    }
    return n;
}

/* Copies what is plain of n bytes, from the first on, and says how much that
 * is; up to a vector behind it is written as well. */
static inline size_t copy_plain(char *to, const unsigned char *at, size_t n)
{
    return n < VECTOR ? copy_vector(to, load_tail(at, n))
                      : copy_longer(to, at, n);
}

static char *put_unicode(char *to, unsigned c)
{
    static const char digits[] = "0123456789abcdef";
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = digits[c >> shift & 15];
    return to;
}

/* What an ASCII character becomes behind a backslash; 0: \u00XX or itself. */
static const char letters[0x80] = {
    ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',  ['\r'] = 'r',
    ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\',
};

/* Where a text that is being quoted stands. */
struct reader {
    const unsigned char *at;
    const unsigned char *end;
    bool is_strict; /* stops at what is no UTF-8 */
};

/* Sequences up to the next ASCII character; characters that JSON lets through
 * and a terminal obeys are escaped. */
static char *put_sequences(char *to, struct reader *r,
                           const unsigned char *stop)
{
    while (r->at < stop && *r->at >= 0x80) {
        size_t n = utf8_sequence(span_of(r->at, (size_t)(r->end - r->at)));
        unsigned c = utf8_control(r->at, n);

        if (c) {
            to = put_unicode(to, c);
            r->at += n;
        } else if (n) {
            memcpy(to, r->at, n);
            to += n;
            r->at += n;
        } else if (r->is_strict) {
            break;
        } else {
            to = put_unicode(to, *r->at++);
        }
    }
    return to;
}

/* ASCII, in which one special byte is seldom alone: JSON and HTML.  A vector
 * for each of them, or a branch that nobody can foresee, would take longer than
 * the same steps for every byte. */
static char *put_dense(char *to, struct reader *r, const unsigned char *stop)
{
    const unsigned char *at = r->at;
    const unsigned char *until = stop - at > VECTOR ? at + VECTOR : stop;
    for (; at < until && *at < 0x80; at++) {
        char letter = letters[*at];
        if ((*at < 0x20 && !letter) || *at == 0x7f) {
            to = put_unicode(to, *at);
            continue;
        }
        to[0] = '\\';
        to += letter != 0;
        *to++ = letter ? letter : (char)*at;
    }
    r->at = at;
    return to;
}

/* Writes what stands before `stop`, and what a sequence has behind it.  Comes
 * back earlier only at what is no UTF-8. */
static char *put_escaped(char *to, struct reader *r, const unsigned char *stop)
{
    while (r->at < stop) {
        size_t plain = copy_plain(to, r->at, (size_t)(stop - r->at));
        to += plain;
        r->at += plain;
        if (r->at == stop)
            break;
        if (*r->at < 0x80) {
            to = put_dense(to, r, stop);
            continue;
        }
        to = put_sequences(to, r, stop);
        if (r->at < stop && *r->at >= 0x80)
            break;
    }
    return to;
}

/* False at what is no UTF-8, of which some may have been written.  Apart from
 * quote(), which would have to save its registers for it. */
__attribute__((noinline)) static bool add_escaped(struct str *out,
                                                  struct reader *r)
{
    while (r->at < r->end) {
        size_t left = (size_t)(r->end - r->at);
        size_t step = left < STEP ? left : STEP;
        const unsigned char *stop = r->at + step;
        char *to = str_reserve(out, (step + VECTOR) * ESCAPED_MAX);
        str_commit_to(out, put_escaped(to, r, stop));
        if (r->at < stop)
            return false;
    }
    return true;
}

static bool quote(struct str *out, const char *s, size_t len, bool is_strict)
{
    /* Of nothing there need not be an address, and none may be added to. */
    const unsigned char *bytes = (const unsigned char *)(len ? s : "");
    char *to = str_reserve(out, len + VECTOR + 2);
    *to++ = '"';
    size_t plain = copy_plain(to, bytes, len);
    to += plain;
    if (plain < len) {
        struct reader r = {bytes + plain, bytes + len, is_strict};
        str_commit_to(out, to);
        if (!add_escaped(out, &r))
            return false;
        to = str_reserve(out, 1);
    }
    *to++ = '"';
    str_commit_to(out, to);
    return true;
}

void jsonl_quote(struct str *out, const char *s, size_t len)
{
    (void)quote(out, s, len, false);
}

/* What a control of more than one byte may begin with; NULL: none.  Most texts
 * are a few bytes long. */
static const char *find_lead(const char *s)
{
    for (; *s; s++)
        if (*s == '\xc2' || *s == '\xe2')
            return s;
    return NULL;
}

void jsonl_json(struct str *out, const char *json)
{
    const char *at = json;
    const char *c;
    while ((c = find_lead(at))) {
        const unsigned char *bytes = (const unsigned char *)c;
        size_t n = utf8_sequence(span_of(bytes, strnlen(c, UTF8_SEQUENCE_MAX)));
        unsigned unit = utf8_control(bytes, n);
        str_add(out, span_of(at, (size_t)(c - at)));
        if (unit)
            str_commit_to(out,
                          put_unicode(str_reserve(out, ESCAPED_MAX), unit));
        else
            str_add(out, span_of(c, n ? n : 1));
        at = c + (n ? n : 1);
    }
    str_add_text(out, at);
}

void jsonl_string(struct str *out, const char *s)
{
    if (s)
        jsonl_quote(out, s, strlen(s));
    else
        jsonl_put(out, "null");
}

static vector to_lower(vector v)
{
    return v | ((vector)((v >= 'A') & (v <= 'Z')) & 0x20);
}

/* One in which something must be escaped. */
static void quote_lower(struct str *out, const char *s, size_t len)
{
    char *copy = xalloc_copy(s, len);
    for (size_t i = 0; i < len; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] | 0x20);
    jsonl_quote(out, copy, len);
    free(copy);
}

void jsonl_lower(struct str *out, const char *s, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)s;
    char *to = str_reserve(out, len + VECTOR + 2);
    *to++ = '"';
    for (size_t at = 0; at < len; at += VECTOR) {
        size_t left = len - at;
        vector v =
            left < VECTOR ? load_tail(bytes + at, left) : load(bytes + at);
        vector lower = to_lower(v);
        size_t plain = plain_len(special_bytes(v));
        memcpy(to + at, &lower, VECTOR);
        if (plain < VECTOR && plain < len - at) {
            quote_lower(out, s, len);
            return;
        }
    }
    to[len] = '"';
    str_commit_to(out, to + len + 1);
}

bool jsonl_utf8(struct str *out, const char *s, size_t len)
{
    size_t before = out->len;
    if (quote(out, s, len, true))
        return true;
    out->len = before;
    out->base[before] = '\0';
    return false;
}
