#include "channel/payload_out.h"

#include <string.h>

#include "base/jsonl.h"
#include "terminal/escape.h"

static void add_hex(struct str *out, const unsigned char *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    char *to = str_reserve(out, 2 * len);
    for (size_t i = 0; i < len; i++) {
        to[2 * i] = digits[data[i] >> 4];
        to[2 * i + 1] = digits[data[i] & 0xf];
    }
    str_commit(out, 2 * len);
}

/* Most messages have no line end: those are one copy. */
static void add_line(struct str *out, const char *data, size_t len)
{
    while (len > 0) {
        size_t n = 0;
        while (n < len && data[n] != '\n' && data[n] != '\r')
            n++;
        str_add(out, span_of(data, n));
        if (n == len)
            return;
        str_add_text(out, data[n] == '\n' ? "\\n" : "\\r");
        data += n + 1;
        len -= n + 1;
    }
}

static void add_prefixed(struct str *out, const void *data, size_t len)
{
    str_add_char(out, (char)(len >> 8));
    str_add_char(out, (char)len);
    str_add(out, span_of(data, len));
}

bool payload_out_add(struct str *out, enum payload_mode mode, bool is_terminal,
                     const void *data, size_t len)
{
    switch (mode) {
    case PAYLOAD_RAW:
        if (is_terminal)
            escape_all(out, data, len);
        else
            str_add(out, span_of(data, len));
        return true;
    case PAYLOAD_LEN:
        if (len > PAYLOAD_LEN_MAX)
            return false;
        add_prefixed(out, data, len);
        return true;
    case PAYLOAD_HEX:
        add_hex(out, data, len);
        break;
    case PAYLOAD_BASE64:
        jsonl_base64_digits(out, data, len);
        break;
    case PAYLOAD_DEFAULT:
    case PAYLOAD_JSONL:
    case PAYLOAD_LINE:
        if (is_terminal)
            escape_bytes(out, data, len);
        else
            add_line(out, data, len);
        break;
    }
    str_add_char(out, '\n');
    return true;
}
