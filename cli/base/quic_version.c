#include "base/quic_version.h"

#include <inttypes.h>

bool quic_version_add(struct str *out, uint32_t version)
{
    if ((version & 0x0f0f0f0fU) == 0x0a0a0a0aU)
        return false;
    if (version == 1)
        str_add_text(out, "v1");
    else if (version == 0x6b3343cfU) /* RFC 9369 */
        str_add_text(out, "v2");
    else if ((version & 0xffffff00U) == 0xff000000U)
        str_printf(out, "draft-%u", version & 0xffU);
    else
        str_printf(out, "0x%08" PRIx32, version);
    return true;
}
