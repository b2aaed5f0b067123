#include "channel/webtransport.h"

#include "base/utf8.h"
#include "base/wire.h"

#define CODE_LEN ((size_t)4)

bool webtransport_read_close(struct span value, uint32_t *code,
                             struct span *reason)
{
    uint64_t number;
    if (!wire_take_number(&value, CODE_LEN, &number) ||
        value.len > WEBTRANSPORT_REASON_MAX)
        return false;
    *code = (uint32_t)number;
    *reason = value;
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
