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
