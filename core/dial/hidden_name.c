#include "dial/hidden_name.h"

#include "base/fault.h"
#include "base/trace.h"
#include "http/ech.h"
#include "http/svcb.h"

bool hidden_name_is_wanted(const struct settings *s)
{
    return s->tls.ech == SETTINGS_ECH_WANTED ||
           s->tls.ech == SETTINGS_ECH_REQUIRED;
}

static void tell(const struct dialer *d, struct span list)
{
    trace_printf(loop_trace(d->loop), TRACE_TLS, loop_now(d->loop), 0,
                 "TLS: the name is hidden behind %.*s (ECH)",
                 SPAN_ARG(ech_list_name(list)));
}

bool hidden_name_choose(struct tls_ech_wish *wish, struct dialer *d,
                        const struct settings *s, const struct svcb *service,
                        const struct tls_context *context, struct fault *fault)
{
    const char *why = "the server has no key to hide its name with (ECH)";
    wish->keys = &d->ech_keys;
    if (!hidden_name_is_wanted(s))
        return true;
    if (!ech_keys_find(&d->ech_keys, wish->host, wish->port, &wish->list)) {
        why = "no key is known to hide the server's name with (ECH): none was "
              "given, and no HTTPS record has one";
        wish->list = tls_context_ech_list(context);
        if (wish->list.len == 0 && service)
            wish->list = span_of(service->ech, service->ech_len);
    }
    if (wish->list.len > 0) {
        tell(d, wish->list);
        return true;
    }
    if (s->tls.ech == SETTINGS_ECH_WANTED)
        return true;
    (void)fault_set(fault, ERR_ECH, 0, "%s", why);
    return false;
}
