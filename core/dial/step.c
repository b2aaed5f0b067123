/*
 * The steps that there are.  Whoever TLS is spoken with decides about it: name,
 * trust and offered protocols are those of the hop that the step leads to.
 */
#include "dial/step.h"

#include "dial/hidden_name.h"
#include "dial/route.h"
#include "transport/tcp.h"
#include "transport/ticket_key.h"
#include "transport/tls.h"

#define ALPN_MAX 2

static struct transport *start_tunnel(const struct step_goal *goal,
                                      struct transport *below,
                                      struct fault *fault)
{
    const struct route_hop *to = goal->to;
    (void)below;
    (void)fault; /* whatever is wrong, on_failed tells */
    return goal->dialer->tunnels->connect(goal->dialer, to->settings,
                                          to->at.host, to->at.port);
}

const struct step_ops step_tunnel = {.name = "tunnel", .start = start_tunnel};

static struct transport *start_tcp(const struct step_goal *goal,
                                   struct transport *below, struct fault *fault)
{
    (void)below;
    (void)fault; /* whatever is wrong, on_failed tells */
    return tcp_connect(goal->dialer->loop, goal->addr, goal->to->settings);
}

const struct step_ops step_tcp = {.name = "tcp", .start = start_tcp};

/* Names to offer, in order of preference; returns how many. */
static int offered_alpn(const struct settings *s, struct span *names)
{
    if (!s->tls.alpn)
        return 0;
    switch (s->http) {
    case SETTINGS_HTTP_1_0:
    case SETTINGS_HTTP_1_1:
        names[0] = SPAN_LIT("http/1.1");
        return 1;
    case SETTINGS_HTTP_2_PRIOR:
        names[0] = SPAN_LIT("h2");
        return 1;
    case SETTINGS_HTTP_AUTO:
    case SETTINGS_HTTP_2:
    case SETTINGS_HTTP_3:
    case SETTINGS_HTTP_3_ONLY:
        names[0] = SPAN_LIT("h2");
        names[1] = SPAN_LIT("http/1.1");
        return 2;
    }
    return 0;
}

static void remember(const struct step_goal *goal, struct transport *t,
                     const struct span *alpn, int nalpn)
{
    const struct route_hop *to = goal->to;
    uint8_t key[TICKETS_KEY_LEN];
    if (!ticket_key_is_wanted(&to->settings->tls))
        return;
    ticket_key(&(struct ticket_place){.host = to->host,
                                      .at = to->at.host,
                                      .port = to->at.port,
                                      .is_proxy = to->onward != NULL,
                                      .carrier = TLS_CARRIER_TCP,
                                      .alpn = alpn,
                                      .nalpn = nalpn,
                                      .settings = to->settings},
               key);
    tls_remember(t, &goal->dialer->tickets, key);
    if (to->onward == NULL && to->settings->tls.early_data)
        tls_allow_early(t);
}

static struct transport *start_tls(const struct step_goal *goal,
                                   struct transport *below, struct fault *fault)
{
    const struct route_hop *to = goal->to;
    bool is_origin = to->onward == NULL;
    struct tls_ech_wish ech = {.host = to->host, .port = to->at.port};
    struct tls_context *context =
        dialer_tls(goal->dialer, to->settings, TLS_CARRIER_TCP, fault);
    if (context == NULL ||
        (is_origin && !hidden_name_choose(&ech, goal->dialer, to->settings,
                                          goal->service, context, fault))) {
        transport_close(below);
        return NULL;
    }
    struct span alpn[ALPN_MAX];
    int nalpn = offered_alpn(to->settings, alpn);
    struct transport *t =
        tls_client(goal->dialer->loop, below, context, to->host, alpn, nalpn);
    if (ech.list.len > 0)
        tls_hide_name(t, &ech);
    else
        remember(goal, t, alpn, nalpn);
    return t;
}

const struct step_ops step_tls = {.name = "tls", .start = start_tls};
