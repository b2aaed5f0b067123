/*
 * span -- bytes somebody else owns.
 *
 * Never NUL-terminated by promise: print with "%.*s", SPAN_ARG(s).
 */
#ifndef CORE_BASE_SPAN_H
#define CORE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *base;
    size_t len;
};

#define SPAN_LIT(text)                                                         \
    ((struct span){(const uint8_t *)(text), sizeof(text) - 1})
#define SPAN_ARG(s) (int)(s).len, (const char *)(s).base

static inline struct span span_of(const void *base, size_t len)
{
    return (struct span){base, len};
}

/* The bytes of a C string, without its NUL; NULL is the empty span. */
static inline struct span span_str(const char *text)
{
    return (struct span){(const uint8_t *)text, text ? strlen(text) : 0};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.base, b.base, a.len) == 0);
}

/* ASCII case folded, whatever the locale. */
bool span_starts_nocase(struct span s, struct span prefix);

static inline bool span_equal_nocase(struct span a, struct span b)
{
    return a.len == b.len && span_starts_nocase(a, b);
}

/* s without leading and trailing SP and HTAB (OWS, RFC 9110 5.6.3). */
struct span span_trim(struct span s);

/*
 * Cuts the next element of a separated list off *rest: the bytes before
 * `separator`, or all that is left.  False when *rest was exhausted before.
 */
bool span_next(struct span *rest, char separator, struct span *element);

/* An unsigned decimal number of digits only; false on anything else or on
 * a value over UINT64_MAX. */
bool span_to_u64(struct span s, uint64_t *value);

/* The same, but a value over UINT64_MAX is UINT64_MAX: digits that a peer may
 * write without end are still a number, the largest. */
bool span_to_u64_capped(struct span s, uint64_t *value);

#endif
