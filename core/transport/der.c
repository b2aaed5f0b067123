#include "transport/der.h"

static bool read_len(struct span *rest, size_t *len)
{
    if (rest->len == 0)
        return false;
    uint8_t first = rest->base[0];
    *rest = span_of(rest->base + 1, rest->len - 1);
    if (first < 0x80) {
        *len = first;
        return true;
    }
    size_t nbytes = first & 0x7f;
    /* Three bytes are 16 MiB, more than any certificate. */
    if (nbytes == 0 || nbytes > 3 || rest->len < nbytes)
        return false;
    *len = 0;
    for (size_t i = 0; i < nbytes; i++)
        *len = *len << 8 | rest->base[i];
    *rest = span_of(rest->base + nbytes, rest->len - nbytes);
    return true;
}

bool der_next(struct span *rest, struct der *element)
{
    struct span r = *rest;
    size_t len = 0;
    if (r.len < 2 || (r.base[0] & 0x1f) == 0x1f)
        return false;
    uint8_t tag = r.base[0];
    r = span_of(r.base + 1, r.len - 1);
    if (!read_len(&r, &len) || len > r.len)
        return false;
    size_t head = (size_t)(r.base - rest->base);
    *element = (struct der){.tag = tag,
                            .value = span_of(r.base, len),
                            .whole = span_of(rest->base, head + len)};
    *rest = span_of(r.base + len, r.len - len);
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
