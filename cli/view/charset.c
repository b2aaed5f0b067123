#include "view/charset.h"

enum {
    REPLACEMENT = 0xfffd,
    MARK = 0xfeff,
    MARK_TURNED = 0xfffe,
};

/* 0x80 to 0x9f of Windows-1252 (WHATWG Encoding, index windows-1252). */
static const uint16_t windows_1252[32] = {
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
    0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

static void put(struct str *out, uint32_t c)
{
    if (c < 0x80) {
        str_add_char(out, (char)c);
        return;
    }
    if (c >= 0x10000) {
        str_add_char(out, (char)(0xf0 | c >> 18));
        str_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
    } else if (c >= 0x800) {
        str_add_char(out, (char)(0xe0 | c >> 12));
    }
    if (c >= 0x800)
        str_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
    else
        str_add_char(out, (char)(0xc0 | c >> 6));
    str_add_char(out, (char)(0x80 | (c & 0x3f)));
}

static uint32_t latin9(uint8_t byte)
{
    switch (byte) {
    case 0xa4:
        return 0x20ac;
    case 0xa6:
        return 0x160;
    case 0xa8:
        return 0x161;
    case 0xb4:
        return 0x17d;
    case 0xb8:
        return 0x17e;
    case 0xbc:
        return 0x152;
    case 0xbd:
        return 0x153;
    case 0xbe:
        return 0x178;
    default:
        return byte;
    }
}

static void add_unit(struct charset *c, struct str *out, uint16_t unit)
{
    bool is_first = !c->has_begun;
    c->has_begun = true;
    if (is_first && (unit == MARK || unit == MARK_TURNED)) {
        if (unit == MARK_TURNED)
            c->set = c->set == MEDIA_UTF16LE ? MEDIA_UTF16BE : MEDIA_UTF16LE;
        return;
    }
    bool is_low = unit >= 0xdc00 && unit < 0xe000;
    if (c->high && is_low) {
        put(out,
            0x10000 + ((uint32_t)(c->high - 0xd800) << 10) + (unit - 0xdc00U));
        c->high = 0;
        return;
    }
    if (c->high)
        put(out, REPLACEMENT);
    c->high = 0;
    if (unit >= 0xd800 && unit < 0xdc00)
        c->high = unit;
    else
        put(out, is_low ? REPLACEMENT : unit);
}

static void add_utf16(struct charset *c, struct str *out, uint8_t byte)
{
    if (!c->has_half) {
        c->half = byte;
        c->has_half = true;
        return;
    }
    c->has_half = false;
    add_unit(c, out,
             (uint16_t)(c->set == MEDIA_UTF16LE ? byte << 8 | c->half
                                                : c->half << 8 | byte));
}

void charset_add(struct charset *c, struct str *out, const void *bytes,
                 size_t len)
{
    const uint8_t *s = bytes;
    if (c->set == MEDIA_UTF8)
        str_add(out, span_of(bytes, len));
    for (size_t i = 0; i < len; i++) {
        switch (c->set) {
        case MEDIA_UTF8:
            return;
        case MEDIA_LATIN1:
            put(out,
                s[i] >= 0x80 && s[i] < 0xa0 ? windows_1252[s[i] - 0x80] : s[i]);
            break;
        case MEDIA_LATIN9:
            put(out, latin9(s[i]));
            break;
        case MEDIA_UTF16LE:
        case MEDIA_UTF16BE:
            add_utf16(c, out, s[i]);
            break;
        }
    }
}
