#include "http/public_suffix.h"

#include <libpsl.h>

bool public_suffix_is(struct span name)
{
    char text[256];
    if (name.len > 0 && name.base[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || name.len >= sizeof text)
        return true;
    memcpy(text, name.base, name.len);
    text[name.len] = '\0';
    return psl_is_public_suffix(psl_builtin(), text);
}
