#include "tunnel/tunnel_text.h"

#include <inttypes.h>

#include "terminal/escape.h"

static void add_flow(struct str *out, const struct qv_tunnel_event *e)
{
    str_printf(out, "flow %" PRIu64 ", %s to %s", e->flow, e->local, e->target);
}

static void add_error(struct str *out, const struct qv_error *error)
{
    if (!error)
        return;
    str_printf(out, ": (%d) ", error->status);
    escape_line(out, error->text);
}

void tunnel_text_event(struct str *out, const struct qv_tunnel_event *e)
{
    switch (e->what) {
    case QV_TUNNEL_LISTENING:
        str_printf(out, "listening at %s for %s", e->local, e->target);
        break;
    case QV_TUNNEL_OPENED:
        add_flow(out, e);
        str_printf(out, " is open: HTTP/%s, %s, connection #%" PRIu64, e->http,
                   e->transport, e->conn_id);
        break;
    case QV_TUNNEL_CLOSED:
        add_flow(out, e);
        str_add_text(out, " has ended");
        add_error(out, e->error);
        break;
    case QV_TUNNEL_REFUSED:
        add_flow(out, e);
        str_add_text(out, " was not opened");
        add_error(out, e->error);
        break;
    case QV_TUNNEL_LOST:
        str_printf(out, "connection #%" PRIu64 " to the proxy is lost",
                   e->conn_id);
        add_error(out, e->error);
        str_add_text(out, "; new flows open another");
        break;
    case QV_TUNNEL_LARGE:
        add_flow(out, e);
        str_printf(out,
                   ": a packet of %zu bytes fits no datagram (at most %zu); "
                   "those are dropped, without --transport datagram they would "
                   "go in capsules",
                   e->len, e->max);
        break;
    }
}

static void add_dropped(struct str *out, uint64_t n, const char *why,
                        bool *has_any)
{
    if (n == 0)
        return;
    str_printf(out, "%s%" PRIu64 " %s", *has_any ? ", " : "; dropped: ", n,
               why);
    *has_any = true;
}

void tunnel_text_stats(struct str *out, enum qv_tunnel_kind kind,
                       const struct qv_tunnel_stats *s)
{
    bool has_any = false;
    str_printf(out, "%u flow%s open, %" PRIu64 " so far, %" PRIu64 " failed",
               s->flows, s->flows == 1 ? "" : "s", s->flows_opened,
               s->flows_failed);
    if (kind == QV_TUNNEL_UDP)
        str_printf(out, "; %" PRIu64 " packets out, %" PRIu64 " in",
                   s->packets_out, s->packets_in);
    str_printf(out, "; %" PRIu64 " bytes out, %" PRIu64 " in", s->bytes_out,
               s->bytes_in);
    add_dropped(out, s->dropped_queue, "waited too long", &has_any);
    add_dropped(out, s->dropped_large, "too large", &has_any);
    add_dropped(out, s->dropped_closed, "not open", &has_any);
    add_dropped(out, s->dropped_local, "no room here", &has_any);
    if (s->lost)
        str_printf(out, "; %" PRIu64 " held for lost", s->lost);
    if (s->rtt)
        str_printf(out, "; rtt %.2f ms", (double)s->rtt / 1e6);
    if (s->max)
        str_printf(out, "; datagrams up to %zu bytes", s->max);
}
