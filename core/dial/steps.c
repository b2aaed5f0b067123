/*
 * The steps that there are.  Whoever TLS is spoken with decides about it: name,
 * trust and offered protocols are those of the hop that the step leads to.
 */
#include "dial/handover.h"
#include "dial/route.h"
#include "dial/step.h"
#include "transport/tcp.h"
#include "transport/tls.h"

static struct transport *start_tcp(const struct step_goal *goal,
                                   struct transport *below, struct fault *fault)
{
    (void)below;
    (void)fault; /* whatever is wrong, on_failed tells */
    return tcp_connect(goal->dialer->loop, goal->addr, goal->to->settings);
}

const struct step_ops step_tcp = {.name = "tcp", .start = start_tcp};

static struct transport *start_tls(const struct step_goal *goal,
                                   struct transport *below, struct fault *fault)
{
    const struct route_hop *to = goal->to;
    struct tls_context *context =
        dialer_tls(goal->dialer, to->settings, TLS_CARRIER_TCP, fault);
    if (context == NULL) {
        transport_close(below);
        return NULL;
    }
    struct span alpn[HANDOVER_ALPN_MAX];
    int nalpn = handover_alpn(to->settings, alpn);
    return tls_client(goal->dialer->loop, below, context, to->host, alpn,
                      nalpn);
}

const struct step_ops step_tls = {.name = "tls", .start = start_tls};
