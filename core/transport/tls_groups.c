/*
 * Which key shares go out with the first ClientHello decides whether a
 * handshake takes one round trip or two.  The hybrid group needs one of its
 * own, and a server that does not know it would answer with a
 * HelloRetryRequest; so a classical share goes with it.  Making both keys
 * costs some tens of microseconds (ML-KEM-768 about half of it), a second
 * round trip milliseconds.
 */
#include "transport/tls_groups.h"

#include <stddef.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/span.h"

static const struct {
    const char *name;
    const char *alias;
    int id;
    bool is_hybrid;
} known[] = {
    {"X25519MLKEM768", NULL, WOLFSSL_X25519MLKEM768, true},
    {"X25519", NULL, WOLFSSL_ECC_X25519, false},
    {"P-256", "secp256r1", WOLFSSL_ECC_SECP256R1, false},
    {"P-384", "secp384r1", WOLFSSL_ECC_SECP384R1, false},
    {"P-521", "secp521r1", WOLFSSL_ECC_SECP521R1, false},
    {"SecP256r1MLKEM768", NULL, WOLFSSL_SECP256R1MLKEM768, true},
    {"SecP384r1MLKEM1024", NULL, WOLFSSL_SECP384R1MLKEM1024, true},
    {"ffdhe2048", NULL, WOLFSSL_FFDHE_2048, false},
};

#define KNOWN (sizeof known / sizeof known[0])

static const char default_list[] = "X25519MLKEM768:X25519:P-256:P-384";

static size_t find(struct span name)
{
    size_t i = 0;
    for (; i < KNOWN; i++)
        if (span_equal_nocase(name, span_str(known[i].name)) ||
            (known[i].alias &&
             span_equal_nocase(name, span_str(known[i].alias))))
            break;
    return i;
}

bool tls_groups_parse(struct tls_groups *g, const char *list,
                      struct fault *fault)
{
    bool has_hybrid_share = false;
    struct span rest = span_str(list ? list : default_list);
    struct span name;
    *g = (struct tls_groups){.n = 0};
    while (span_next(&rest, ':', &name)) {
        size_t i = find(name);
        if (i == KNOWN || g->n == TLS_GROUPS_MAX) {
            (void)fault_set(
                fault, ERR_TLS_CIPHER, 0, "%s: key agreement group '%.*s'",
                i == KNOWN ? "unknown" : "too many", SPAN_ARG(name));
            return false;
        }
        g->ids[g->n++] = known[i].id;
        if (g->nshares == 0 ||
            (g->nshares == 1 && has_hybrid_share && !known[i].is_hybrid))
            g->shares[g->nshares++] = known[i].id;
        has_hybrid_share |= g->n == 1 && known[i].is_hybrid;
    }
    return true;
}
