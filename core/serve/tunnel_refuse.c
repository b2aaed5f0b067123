#include "serve/tunnel_refuse.h"

#include <errno.h>

#include "base/fault.h"
#include "serve/server.h"
#include "serve/server_counters.h"

/* RFC 9209 2.3. */
static const struct {
    int status;
    const char *error;
} refusals[] = {
    [TUNNEL_REFUSE_MALFORMED] = {400, "http_request_error"},
    [TUNNEL_REFUSE_DENIED] = {403, "http_request_denied"},
    [TUNNEL_REFUSE_DNS_TIMEOUT] = {504, "dns_timeout"},
    [TUNNEL_REFUSE_DNS] = {502, "dns_error"},
    [TUNNEL_REFUSE_CONNECT_REFUSED] = {502, "connection_refused"},
    [TUNNEL_REFUSE_CONNECT_TIMEOUT] = {504, "connection_timeout"},
    [TUNNEL_REFUSE_UNREACHABLE] = {502, "destination_ip_unroutable"},
    [TUNNEL_REFUSE_SHORTAGE] = {503, "connection_limit_reached"},
};

enum tunnel_refusal tunnel_refuse_of_fault(const struct fault *fault)
{
    if (fault_is_shortage(fault))
        return TUNNEL_REFUSE_SHORTAGE;
    if (fault->code == ERR_HOST_NAME)
        return TUNNEL_REFUSE_DNS;
    if (fault->code == ERR_TIMEOUT || fault->wire == ETIMEDOUT)
        return TUNNEL_REFUSE_CONNECT_TIMEOUT;
    if (fault->wire == ECONNREFUSED)
        return TUNNEL_REFUSE_CONNECT_REFUSED;
    return TUNNEL_REFUSE_UNREACHABLE;
}

/* As an sf-string (RFC 8941 3.3.3). */
static void add_quoted(struct str *to, const char *text)
{
    str_add_char(to, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            str_add_char(to, '\\');
        if (*c >= 0x20 && *c < 0x7f)
            str_add_char(to, *c);
    }
    str_add_char(to, '"');
}

void tunnel_refuse(struct reply *r, enum tunnel_refusal why,
                   const char *details)
{
    struct str text = {0};
    str_printf(&text, "quiver; error=%s; details=", refusals[why].error);
    add_quoted(&text, details);
    reply_field(r, "proxy-status", str_text(&text));
    str_clear(&text);
    str_printf(&text, "%s\n", details);
    server_counters(r->stream->server)->tunnels_refused++;
    reply_text(r, refusals[why].status, "text/plain; charset=utf-8",
               str_span(&text));
    str_fini(&text);
}
