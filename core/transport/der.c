#include "transport/der.h"

#include "base/wire.h"

static bool read_len(struct span *rest, uint64_t *len)
{
    if (!wire_take_number(rest, 1, len))
        return false;
    if (*len < 0x80)
        return true;
    size_t nbytes = *len & 0x7f;
    /* Three bytes are 16 MiB, more than any certificate. */
    return nbytes > 0 && nbytes <= 3 && wire_take_number(rest, nbytes, len);
}

bool der_next(struct span *rest, struct der *element)
{
    struct span r = *rest;
    struct span value;
    uint64_t len;
    if (r.len < 2 || (r.base[0] & 0x1f) == 0x1f)
        return false;
    uint8_t tag = r.base[0];
    r = span_of(r.base + 1, r.len - 1);
    if (!read_len(&r, &len) || len > r.len ||
        !wire_take(&r, (size_t)len, &value))
        return false;
    *element = (struct der){
        .tag = tag,
        .value = value,
        .whole = span_of(rest->base, (size_t)(r.base - rest->base))};
    *rest = r;
    return true;
}

bool der_expect(struct span *rest, uint8_t tag, struct der *element)
{
    return der_next(rest, element) && element->tag == tag;
}

bool der_optional(struct span *rest, uint8_t tag, struct der *element)
{
    return rest->len > 0 && rest->base[0] == tag && der_next(rest, element);
}
