#include <stddef.h>
#include <string.h>

#include "base/fault.h"
#include "http/ech.h"
#include "settings/proxy.h"
#include "settings/settings.h"

#define MS ((uint64_t)1000000)
#define S  (1000 * MS)

/* What a peer may have under way to us, at most: it is memory. */
#define WINDOW_MAX (UINT64_C(4) << 30)

/* PROXY lines have 107 bytes at most: two of these, two ports, two words. */
#define HAPROXY_CLIENT_MAX 40

/* Bounds of a number, by what the protocol allows or this program bears. */
struct bound {
    const char *words;
    uint64_t value;
    uint64_t min;
    uint64_t max;
};

static bool is_within(const struct bound *b, size_t n, struct fault *fault)
{
    for (size_t i = 0; i < n; i++) {
        if (b[i].value >= b[i].min && b[i].value <= b[i].max)
            continue;
        (void)fault_set(fault, ERR_USAGE, 0, "%s is %llu, not %llu to %llu",
                        b[i].words, (unsigned long long)b[i].value,
                        (unsigned long long)b[i].min,
                        (unsigned long long)b[i].max);
        return false;
    }
    return true;
}

static bool check_h2(const struct settings_h2 *h, struct fault *fault)
{
    const struct bound bounds[] = {
        /* RFC 9113 6.9.2, 6.9.1: the connection's cannot begin with less. */
        {"the HTTP/2 stream window", h->stream_window, 1, INT32_MAX},
        {"the HTTP/2 window", h->conn_window, 65535, INT32_MAX},
        {"the HTTP/2 header table", h->header_table, 0, WINDOW_MAX},
        /* RFC 9113 4.2 */
        {"the HTTP/2 frame size", h->max_frame, 16384, (1 << 24) - 1},
        {"the HTTP/2 field section", h->max_head, 0, WINDOW_MAX},
    };
    return is_within(bounds, sizeof bounds / sizeof *bounds, fault);
}

static bool check_quic(const struct settings_quic *q, struct fault *fault)
{
    const struct bound bounds[] = {
        {"the QUIC window", q->conn_window, 1, q->max_conn_window},
        {"the QUIC stream window", q->stream_window, 1, q->max_stream_window},
        {"the largest QUIC window", q->max_conn_window, 1, WINDOW_MAX},
        {"the largest QUIC stream window", q->max_stream_window, 1, WINDOW_MAX},
        {"the initial round trip of QUIC, in ns,", q->initial_rtt, MS, 60 * S},
        /* RFC 9000 18.2 */
        {"the acknowledgement delay of QUIC, in ns,", q->ack_delay, MS,
         (1 << 14) * MS - MS},
        /* RFC 9114 6.2: three at least. */
        {"the number of QUIC streams with one direction", q->uni_streams, 3,
         1 << 16},
        /* RFC 9000 14, 18.2 */
        {"the UDP payload of QUIC", q->max_payload, 1200, 65527},
        {"the QPACK table", q->qpack_table, 0, WINDOW_MAX},
        {"the number of blocked HTTP/3 streams", q->qpack_blocked, 0, 1 << 16},
        {"the HTTP/3 field section", q->max_head, 0, WINDOW_MAX},
    };
    return is_within(bounds, sizeof bounds / sizeof *bounds, fault);
}

/* It is a word of a line that servers trust. */
static bool is_word(const char *text)
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        if (text[i] <= ' ' || text[i] >= 0x7F)
            return false;
    return len > 0 && len < HAPROXY_CLIENT_MAX;
}

static bool check_ech(const struct settings_tls_options *tls,
                      struct fault *fault)
{
    struct str list;
    const char *wrong = NULL;
    if (tls->ech == SETTINGS_ECH_OFF)
        return true;
    str_init(&list);
    if (tls->max < SETTINGS_TLS_1_3)
        wrong = "a hidden name (--ech) needs TLS 1.3";
    else if (tls->ech_list && !ech_list_decode(&list, tls->ech_list))
        wrong = "what --ech names is no list of keys (ECHConfigList, in "
                "base64) that can be used";
    str_fini(&list);
    if (wrong)
        fault_set(fault, ERR_USAGE, 0, "%s", wrong);
    return wrong == NULL;
}

bool settings_check(const struct settings *s, struct fault *fault)
{
    bool quic_only = s->http == SETTINGS_HTTP_3_ONLY;
    const char *wrong = NULL;
    if (s->tls.min > s->tls.max)
        wrong = "the lowest TLS version is above the highest";
    else if (quic_only && s->tls.max < SETTINGS_TLS_1_3)
        wrong = "HTTP/3 needs TLS 1.3";
    else if (quic_only && s->addresses.unix_socket)
        wrong = "HTTP/3 does not run over a Unix socket";
    else if (s->tls.key_file && !s->tls.cert_file)
        wrong = "a key without a certificate";
    else if (s->socket.haproxy_client && !is_word(s->socket.haproxy_client))
        wrong = "the client that --haproxy-clientip names is no address";
    if (wrong)
        fault_set(fault, ERR_USAGE, 0, "%s", wrong);
    return wrong == NULL && check_ech(&s->tls, fault) &&
           check_h2(&s->h2, fault) && check_quic(&s->quic, fault) &&
           proxy_check(s, fault);
}
