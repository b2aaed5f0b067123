#include "conn/h1_stranger.h"

#include "base/fault.h"

/*
 * A server that was reached at the wrong port says so in its own tongue.  Two are
 * known by their first bytes: a TLS alert (RFC 8446 5.1 and 6: type 21, version
 * 3.x), which is how a TLS server takes a request in the clear, and an HTTP/2
 * SETTINGS frame (RFC 9113 3.4, 4.1), with which every HTTP/2 server begins.
 * What has the H of "HTTP/" may be a bad answer of HTTP/1, whose parser says what
 * is wrong with it; so the first byte decides, however few have come.
 */

enum {
    TLS_ALERT = 21,
    TLS_MAJOR = 3,
    H2_TYPE_AT = 3, /* behind 24 bits of length */
    H2_SETTINGS = 4,
    SHOWN = 40,
};

static bool is_tls_alert(struct span s)
{
    return s.base[0] == TLS_ALERT && (s.len < 2 || s.base[1] == TLS_MAJOR);
}

static bool is_h2_settings(struct span s)
{
    return s.len > H2_TYPE_AT && s.base[0] == 0 &&
           s.base[H2_TYPE_AT] == H2_SETTINGS;
}

bool h1_stranger_find(struct span first, struct fault *fault)
{
    while (first.len > 0 && (first.base[0] == '\r' || first.base[0] == '\n'))
        first = span_of(first.base + 1, first.len - 1);
    if (first.len == 0 || first.base[0] == 'H' || first.base[0] == 'h')
        return false;
    if (is_tls_alert(first))
        fault_set(fault, ERR_TLS_WANTED, 0,
                  "the server speaks TLS there, and was asked without");
    else if (is_h2_settings(first))
        fault_set(fault, ERR_HTTP2_WANTED, 0,
                  "the server speaks HTTP/2 there, and was asked in HTTP/1");
    else
        fault_set(fault, ERR_NOT_HTTP, 0,
                  "no HTTP answer, it begins with "
                  "\"%.*s\"",
                  (int)(first.len < SHOWN ? first.len : SHOWN),
                  (const char *)first.base);
    return true;
}
