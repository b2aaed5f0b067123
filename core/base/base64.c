#include "base/base64.h"

void base64_add(struct str *to, struct span bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t have = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = (uint32_t)bytes.base[i] << 16;
        if (have > 1)
            v |= (uint32_t)bytes.base[i + 1] << 8;
        if (have > 2)
            v |= bytes.base[i + 2];
        str_add_char(to, digits[v >> 18]);
        str_add_char(to, digits[v >> 12 & 63]);
        str_add_char(to, have > 1 ? digits[v >> 6 & 63] : '=');
        str_add_char(to, have > 2 ? digits[v & 63] : '=');
    }
}

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(void *to, size_t *n, const char *text, size_t len)
{
    unsigned char *out = to;
    unsigned bits = 0;
    size_t pad = 0;
    while (pad < 2 && pad < len && text[len - pad - 1] == '=')
        pad++;
    if ((pad && len % 4 != 0) || (len - pad) % 4 == 1)
        return false;
    len -= pad;
    *n = 0;
    for (size_t i = 0; i < len; i++) {
        int six = sextet(text[i]);
        if (six < 0)
            return false;
        bits = bits << 6 | (unsigned)six;
        if (i % 4 != 0)
            out[(*n)++] = (unsigned char)(bits >> (6 - 2 * (i % 4)));
    }
    /* The bits that stand for nothing. */
    return len % 4 == 0 || !(bits & (len % 4 == 2 ? 0xfU : 0x3U));
}
