#include "transport/tls_sigalgs.h"

#include <stddef.h>

#include "base/fault.h"
#include "base/span.h"

/* RFC 8446 4.2.3.  wolfSSL tells the two sorts of RSA-PSS not apart: it offers
 * both. */
static const struct {
    const char *pair; /* as wolfSSL writes it */
    const char *names[4];
} known[] = {
    {"ECDSA+SHA256", {"ecdsa_secp256r1_sha256"}},
    {"ECDSA+SHA384", {"ecdsa_secp384r1_sha384"}},
    {"ECDSA+SHA512", {"ecdsa_secp521r1_sha512"}},
    {"ECDSA+SHA224", {NULL}},
    {"ED25519", {"ed25519"}},
    {"RSA-PSS+SHA256",
     {"PSS+SHA256", "rsa_pss_rsae_sha256", "rsa_pss_pss_sha256"}},
    {"RSA-PSS+SHA384",
     {"PSS+SHA384", "rsa_pss_rsae_sha384", "rsa_pss_pss_sha384"}},
    {"RSA-PSS+SHA512",
     {"PSS+SHA512", "rsa_pss_rsae_sha512", "rsa_pss_pss_sha512"}},
    {"RSA+SHA256", {"rsa_pkcs1_sha256"}},
    {"RSA+SHA384", {"rsa_pkcs1_sha384"}},
    {"RSA+SHA512", {"rsa_pkcs1_sha512"}},
    {"RSA+SHA224", {NULL}},
};

#define KNOWN (sizeof known / sizeof known[0])

static bool is_called(size_t i, struct span name)
{
    if (span_equal_nocase(name, span_str(known[i].pair)))
        return true;
    for (size_t k = 0; k < sizeof known[i].names / sizeof(char *); k++)
        if (known[i].names[k] &&
            span_equal_nocase(name, span_str(known[i].names[k])))
            return true;
    return false;
}

/* wolfSSL would list one that is named twice twice. */
static bool add(struct str *to, struct span name, bool is_added[KNOWN])
{
    for (size_t i = 0; i < KNOWN; i++) {
        if (!is_called(i, name))
            continue;
        if (!is_added[i])
            str_printf(to, "%s%s", to->len > 0 ? ":" : "", known[i].pair);
        is_added[i] = true;
        return true;
    }
    return false;
}

bool tls_sigalgs_translate(struct str *to, const char *list,
                           struct fault *fault)
{
    bool is_added[KNOWN] = {false};
    struct span rest = span_str(list);
    struct span name;
    while (span_next(&rest, ':', &name)) {
        if (add(to, name, is_added))
            continue;
        (void)fault_set(
            fault, ERR_TLS_CIPHER, 0, "no such signature algorithm: '%.*s'",
            name.len < 40 ? (int)name.len : 40, (const char *)name.base);
        return false;
    }
    return true;
}
