#include "transport/tls_ech.h"

#include <stdlib.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "http/ech.h"

bool tls_ech_begin(struct tls_ech *e, struct WOLFSSL *ssl,
                   const struct tls_ech_wish *wish, struct fault *fault)
{
    *e = (struct tls_ech){
        .keys = wish->keys,
        .host = xalloc_copy(wish->host.base, wish->host.len),
        .port = wish->port,
        .list = xalloc_copy(wish->list.base, wish->list.len),
        .len = wish->list.len,
    };
    if (wolfSSL_SetEchConfigs(ssl, e->list, (word32)e->len) == WOLFSSL_SUCCESS)
        return true;
    (void)fault_set(fault, ERR_ECH, 0,
                    "no key that hides the server's name is of a kind that is "
                    "known here (ECH)");
    return false;
}

struct span tls_ech_list(const struct tls_ech *e)
{
    return span_of(e->list, e->len);
}

void tls_ech_fini(struct tls_ech *e)
{
    free(e->host);
    free(e->list);
    *e = (struct tls_ech){.keys = NULL};
}

bool tls_ech_is_taken(const struct WOLFSSL *ssl)
{
    return wolfSSL_GetEchStatus(ssl) == WOLFSSL_ECH_STATUS_ACCEPTED;
}

bool tls_ech_is_refused(int error)
{
    return error == ECH_REQUIRED_E;
}

void tls_ech_refuse(const struct tls_ech *e, struct WOLFSSL *ssl,
                    struct fault *fault)
{
    uint8_t list[ECH_LIST_MAX];
    word32 len = sizeof list;
    struct span name = ech_list_name(tls_ech_list(e));
    if (wolfSSL_GetEchRetryConfigs(ssl, list, &len) != WOLFSSL_SUCCESS)
        len = 0;
    ech_keys_put(e->keys, span_str(e->host), e->port, span_of(list, len));
    (void)fault_set(
        fault, ERR_ECH, 0,
        "%.*s has not this key for hidden names (ECH), and names %s",
        SPAN_ARG(name), len ? "another" : "no other");
    fault->remedy = REMEDY_ECH;
}
