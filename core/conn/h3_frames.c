#include "conn/h3_frames.h"

/* One byte of an integer (RFC 9000 16); true when it is complete. */
static bool take_byte(struct h3_frames *f, uint8_t byte)
{
    if (f->wanted == 0) {
        f->wanted = (1U << (byte >> 6)) - 1;
        f->value = byte & 0x3f;
    } else {
        f->wanted--;
        f->value = f->value << 8 | byte;
    }
    return f->wanted == 0;
}

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
        bool is_complete = take_byte(f, *rest->base);
        rest->base++;
        rest->len--;
        if (!is_complete)
            continue;
        if (!f->has_type) {
            f->type = f->value;
            f->has_type = true;
            continue;
        }
        f->left = f->value;
        f->has_type = false;
        return true;
    }
    return false;
}
