/* Names, addresses, ports, and what took too long. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <string.h>

#include "hints/hint.h"

/* ---- names ---- */

static bool is_resolver_dead(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_says(f, gai_strerror(EAI_AGAIN)) ||
           hint_says(f, "Timeout while contacting DNS") ||
           hint_says(f, "Could not contact DNS") ||
           hint_says(f, "name servers");
}

static enum qv_family family(const struct hint_facts *f)
{
    return f->options ? f->options->family : QV_FAMILY_ANY;
}

static bool has_other_family(const struct hint_facts *f, struct str *value)
{
    if (family(f) == QV_FAMILY_ANY)
        return false;
    str_add_text(value, family(f) == QV_FAMILY_IPV6 ? "-6" : "-4");
    return true;
}

static bool is_short_name(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->host[0] && !strchr(f->host, '.');
}

/* ---- connections ---- */

static bool is_refused(const struct hint_facts *f)
{
    return hint_is_errno(f, ECONNREFUSED);
}

static bool was_scheme_guessed(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return strcmp(f->scheme, "https") == 0 && f->typed[0] &&
           !strstr(f->typed, "://") &&
           (hint_is_named(f, "not_tls") ||
            (f->status == QV_EXIT_CONNECT && is_refused(f)));
}

static bool is_numeric(const char *host)
{
    struct in6_addr a;
    return inet_pton(AF_INET, host, &a) == 1 ||
           inet_pton(AF_INET6, host, &a) == 1;
}

static const char *last_address(const struct hint_facts *f)
{
    const struct qv_result *r = f->result;
    return r && r->nattempts ? r->attempts[r->nattempts - 1].addr : "";
}

static bool is_one_family_refused(const struct hint_facts *f, struct str *value)
{
    if (!is_refused(f) || !hint_is_loopback(f->host) ||
        (!is_numeric(f->host) && family(f) == QV_FAMILY_ANY))
        return false;
    bool is_v6 = strchr(last_address(f), ':') != NULL;
    str_add_text(value, is_v6 ? "127.0.0.1" : "::1");
    return true;
}

static bool is_refused_here(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_refused(f) && hint_is_loopback(f->host);
}

/* A name of somewhere else leads to this machine. */
static bool leads_here(const struct hint_facts *f, struct str *value)
{
    const char *addr = last_address(f);
    if (is_numeric(f->host) || hint_is_loopback(f->host) ||
        !(hint_is_loopback(addr) || strcmp(addr, "0.0.0.0") == 0 ||
          strcmp(addr, "::") == 0) ||
        (f->options && (f->options->resolve || f->options->connect_to)))
        return false;
    str_add_text(value, addr);
    return true;
}

static bool is_refused_there(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_refused(f);
}

static bool has_no_way(const struct hint_facts *f)
{
    return hint_is_errno(f, ENETUNREACH) || hint_is_errno(f, EHOSTUNREACH) ||
           hint_is_errno(f, EADDRNOTAVAIL);
}

static bool lacks_ipv6(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return has_no_way(f) &&
           (strchr(f->host, ':') || strchr(last_address(f), ':'));
}

static bool lacks_route(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return has_no_way(f);
}

static bool is_reset(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_errno(f, ECONNRESET);
}

/* ---- time ---- */

static bool is_quic_only(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->options && f->options->http == QV_HTTP_3_ONLY &&
           (f->status == QV_EXIT_TIMEOUT || f->status == QV_EXIT_CONNECT ||
            f->status == QV_EXIT_QUIC) &&
           f->result && f->result->time_connect < 0;
}

static bool is_late_name(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_says(f, "resolving the name");
}

/* TCP stands, and TLS does not. */
static bool is_late_handshake(const struct hint_facts *f, struct str *value)
{
    const struct qv_result *r = f->result;
    (void)value;
    return r && r->time_connect >= 0 && r->time_pretransfer < 0;
}

static bool is_late_connection(const struct hint_facts *f, struct str *value)
{
    if (!f->result || f->result->time_connect >= 0)
        return false;
    str_add_text(value, last_address(f)[0] ? last_address(f) : f->host);
    return true;
}

static bool is_late_answer(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return f->result && f->result->time_starttransfer < 0;
}

static bool is_late_body(const struct hint_facts *f, struct str *value)
{
    return f->result && !is_late_answer(f, value);
}

const struct hint hint_network[] = {
    {"resolver-dead", "name servers that do not answer", QV_EXIT_HOST_NAME,
     is_resolver_dead,
     "the name servers do not answer: is the network up?  --dns-servers or "
     "--doh-url asks others"},
    {"name-family", "a name without an address of the wanted family",
     QV_EXIT_HOST_NAME, has_other_family,
     "{value} leaves addresses of the other kind out; try without it"},
    {"name-short", "an unknown name without a dot", QV_EXIT_HOST_NAME,
     is_short_name,
     "'{host}' has no dot: it is looked for in /etc/hosts and the search "
     "domains of /etc/resolv.conf alone"},
    {"name-unknown", "a name that there is not", QV_EXIT_HOST_NAME, NULL,
     "is the name right?  --resolve {host}:{port}:ADDRESS answers for it"},
    {"scheme-guessed", "no scheme was typed, and https is not there", HINT_ANY,
     was_scheme_guessed,
     "no scheme was given, and https was taken; try http://{typed}"},
    {"quic-only", "--http3-only where no QUIC comes through", HINT_ANY,
     is_quic_only,
     "UDP may be blocked, or the server may have no HTTP/3: --http3 falls back "
     "to TCP, --http3-only does not"},
    {"leads-here", "a name that leads to this machine", QV_EXIT_CONNECT,
     leads_here,
     "{host} leads to {value}, which is this machine: /etc/hosts or a filter "
     "of names says so"},
    {"other-loopback", "a port of this machine, in one family alone",
     QV_EXIT_CONNECT, is_one_family_refused,
     "nobody listens at port {port} there: is the server started, or does it "
     "listen at {value} alone?  localhost tries both"},
    {"refused-here", "a port of this machine where nobody listens",
     QV_EXIT_CONNECT, is_refused_here,
     "nobody listens at port {port} of this machine: is the server started?  "
     "'ss -ltn' lists the ports"},
    {"refused", "a port where nobody listens", QV_EXIT_CONNECT,
     is_refused_there,
     "{host} is there, but nobody listens at port {port}, or a firewall "
     "refuses"},
    {"ipv6", "no way into IPv6", QV_EXIT_CONNECT, lacks_ipv6,
     "this machine has no way into IPv6; -4 uses IPv4 alone"},
    {"route", "no way to the address", QV_EXIT_CONNECT, lacks_route,
     "there is no way to that network: is a cable, a Wi-Fi or a VPN missing?"},
    {"reset", "a connection that was reset", QV_EXIT_RECV, is_reset,
     "the server, or a firewall between, broke it off; --retry 3 tries again, "
     "-v shows how far it came"},
    {"timeout-name", "time is up, and no name server has answered",
     QV_EXIT_TIMEOUT, is_late_name,
     "no name server answered in time: --dns-servers or --doh-url asks "
     "others"},
    {"timeout-handshake", "time is up within the handshake of TLS",
     QV_EXIT_TIMEOUT, is_late_handshake,
     "{place} took the connection and then said nothing: nobody speaks TLS "
     "there, or its server is stuck"},
    {"timeout-connect", "time is up, and there is no connection",
     QV_EXIT_TIMEOUT, is_late_connection,
     "{value} did not answer at port {port} in time: a firewall drops it, or "
     "the address is wrong; --explain shows what was tried"},
    {"timeout-answer", "time is up before the answer began", QV_EXIT_TIMEOUT,
     is_late_answer,
     "the server has the request and does not answer: -m SECONDS gives it more "
     "time"},
    {"timeout-body", "time is up within the body", QV_EXIT_TIMEOUT,
     is_late_body,
     "the body was still coming: -m SECONDS gives it more time, -C - goes on "
     "with a file, -y and -Y end what is slow alone"},
    {NULL, NULL, 0, NULL, NULL},
};
