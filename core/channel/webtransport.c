#include "channel/webtransport.h"

#include "base/utf8.h"

#define CODE_LEN ((size_t)4)

bool webtransport_read_close(struct span value, uint32_t *code,
                             struct span *reason)
{
    if (value.len < CODE_LEN || value.len > CODE_LEN + WEBTRANSPORT_REASON_MAX)
        return false;
    const uint8_t *b = value.base;
    *code = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
            b[3];
    *reason = span_of(b + CODE_LEN, value.len - CODE_LEN);
    return utf8_valid_len(*reason) == reason->len;
}

void webtransport_add_close(struct str *value, uint32_t code,
                            struct span reason)
{
    const uint8_t bytes[CODE_LEN] = {(uint8_t)(code >> 24),
                                     (uint8_t)(code >> 16),
                                     (uint8_t)(code >> 8), (uint8_t)code};
    if (reason.len > WEBTRANSPORT_REASON_MAX)
        reason.len = utf8_cut(reason, WEBTRANSPORT_REASON_MAX);
    str_add(value, span_of(bytes, sizeof bytes));
    str_add(value, reason);
}
