/*
 * name_key -- tells names of header fields apart by a few of their bytes.
 *
 * The names of an ordinary head all have keys of their own.
 */
#ifndef CLI_BASE_NAME_KEY_H
#define CLI_BASE_NAME_KEY_H

#include <stddef.h>
#include <stdint.h>

/* Letters as if in lower case; other bytes may look alike then, which costs a
 * comparison. */
static inline uint32_t name_key(const char *name, size_t len)
{
    const unsigned char *s = (const unsigned char *)name;
    if (len == 0)
        return 0;
    return (uint32_t)len | (uint32_t)(s[0] | 0x20) << 8 |
           (uint32_t)(s[len / 2] | 0x20) << 16 |
           (uint32_t)(s[len - 1] | 0x20) << 24;
}

/* A place for it among 2 to the power of `bits`. */
static inline size_t name_key_place(uint32_t key, unsigned bits)
{
    return key * 0x9e3779b1u >> (32 - bits);
}

#endif
