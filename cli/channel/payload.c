#include "channel/payload.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {
    [PAYLOAD_LINE] = "line",     [PAYLOAD_HEX] = "hex",
    [PAYLOAD_BASE64] = "base64", [PAYLOAD_LEN] = "len",
    [PAYLOAD_JSONL] = "jsonl",   [PAYLOAD_RAW] = "raw",
};

bool payload_mode_parse(const char *name, enum payload_mode *mode)
{
    for (size_t i = PAYLOAD_LINE; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *mode = (enum payload_mode)i;
            return true;
        }
    }
    return false;
}
