#include <stddef.h>

#include "base/fault.h"
#include "settings/proxy.h"
#include "settings/settings.h"

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
    if (wrong)
        fault_set(fault, ERR_USAGE, 0, "%s", wrong);
    return wrong == NULL && proxy_check(s, fault);
}
