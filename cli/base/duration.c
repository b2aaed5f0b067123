#include "base/duration.h"

#include <stddef.h>

void duration_add(struct str *out, double seconds)
{
    static const char *const units[] = {"us", "ms", "s"};
    double n = seconds * 1e6;
    size_t unit = 0;
    if (seconds < 0) {
        str_add_text(out, "-");
        return;
    }
    for (; n >= 999.5 && unit < 2; unit++)
        n /= 1000;
    str_printf(out, "%.*f %s",
               n < 9.995   ? 2
               : n < 99.95 ? 1
                           : 0,
               n, units[unit]);
}
