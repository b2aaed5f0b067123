#include "conn/h3_frames.h"

bool h3_frames_next(struct h3_frames *f, struct span *rest)
{
    while (rest->len > 0) {
        if (f->left > 0) {
            size_t n = f->left < rest->len ? (size_t)f->left : rest->len;
            f->left -= n;
            rest->base += n;
            rest->len -= n;
            continue;
        }
        bool is_complete = h3_varint_take(&f->number, *rest->base);
        rest->base++;
        rest->len--;
        if (!is_complete)
            continue;
        if (!f->has_type) {
            f->type = f->number.value;
            f->has_type = true;
            continue;
        }
        f->left = f->number.value;
        f->has_type = false;
        return true;
    }
    return false;
}
