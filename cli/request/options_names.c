#include "args/parser.h"
#include "base/number.h"
#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(REQUEST, member)

static bool set_eyeballs(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    uint64_t ms = 0;
    if (!number_parse(arg, UINT32_MAX, &ms))
        return parser_fail(p, "option --%s: expected milliseconds, not '%s'",
                           o->name, arg);
    r->engine.eyeballs_timeout = ms * 1000000;
    return true;
}

static const struct option rows[] = {
    {.name = "dns-servers",
     .not_empty = true,
     .argument = "<address[:port],...>",
     STRING(engine.dns_servers),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask these name servers",
     .text = "Names are looked up at these servers instead of those of the "
             "system; /etc/hosts and the search list still hold.  HTTPS "
             "records (see --no-https-rr) are asked of them as well.",
     .example = "--dns-servers 192.0.2.53,[2001:db8::53]:5353 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "dns-interface",
     .not_empty = true,
     .argument = "<interface>",
     .values = VALUES_INTERFACE,
     STRING(engine.dns_interface),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask name servers through this interface",
     .text = "Questions to name servers are sent through this network "
             "interface.",
     .example = "--dns-interface eth0 https://example.com/",
     .since = "0.1.0"},
    {.name = "dns-ipv4-addr",
     .not_empty = true,
     .argument = "<address>",
     STRING(engine.dns_ipv4),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask name servers from this IPv4 address",
     .text = "Questions to name servers over IPv4 are sent from this local "
             "address.",
     .example = "--dns-ipv4-addr 192.0.2.7 https://example.com/",
     .since = "0.1.0"},
    {.name = "dns-ipv6-addr",
     .not_empty = true,
     .argument = "<address>",
     STRING(engine.dns_ipv6),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask name servers from this IPv6 address",
     .text = "Questions to name servers over IPv6 are sent from this local "
             "address.",
     .example = "--dns-ipv6-addr 2001:db8::7 https://example.com/",
     .since = "0.1.0"},
    {.name = "doh-url",
     .argument = "<URL>",
     STRING(engine.doh_url),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask for names over HTTPS at this URL",
     .text =
         "Names, and their HTTPS records, are asked for with DNS over HTTPS "
         "(RFC 8484) at this https URL.  The server's own name is "
         "looked up as usual; --resolve answers for it as well.  Its "
         "certificate is checked whether or not -k is given: see "
         "--doh-insecure.  An empty URL switches it off.",
     .example = "--doh-url https://dns.example/dns-query https://example.com/",
     .since = "0.1.0"},
    {.name = "doh-cert-status",
     FLAG(engine.doh_cert_status),
     .category = CATEGORY_CONNECTION,
     .brief = "Ask for the --doh-url server's status",
     .text = "As --cert-status, for the server that --doh-url names.",
     .example = "--doh-cert-status --doh-url https://dns.example/dns-query "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "doh-insecure",
     FLAG(engine.doh_insecure),
     .category = CATEGORY_CONNECTION,
     .brief = "Do not verify the --doh-url server",
     .text = "Goes on even if the certificate of the server that --doh-url "
             "names cannot be trusted: anyone on the way can then answer.",
     .example = "--doh-insecure --doh-url https://localhost/dns-query "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "no-https-rr",
     FLAG(engine.no_https_rr),
     .category = CATEGORY_CONNECTION,
     .brief = "Do not ask for HTTPS records",
     .text = "Before the first connection to an https URL its HTTPS records "
             "(RFC 9460) are asked for, beside its addresses and without "
             "waiting for them for more than 50 ms: they say that the origin "
             "speaks HTTP/3, and where.  Not for addresses and localhost, nor "
             "where --resolve, --connect-to, a proxy or a version option "
             "leaves nothing to find out.",
     .example = "--no-https-rr https://example.com/",
     .since = "0.1.0"},
    {.name = "happy-eyeballs-timeout-ms",
     .argument = "<ms>",
     .kind = OPTION_CALL,
     .call = set_eyeballs,
     OPTION_AT(REQUEST, engine.eyeballs_timeout),
     .category = CATEGORY_CONNECTION,
     .usual = "250",
     .brief = "Try the next address after so long",
     .text = "Milliseconds for which an address is tried alone before the "
             "next one is tried beside it (RFC 8305).  Half of it is the head "
             "start of HTTP/3 over TCP, which is 100 without this option.",
     .example = "--happy-eyeballs-timeout-ms 500 https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_names = {rows, sizeof rows / sizeof rows[0]};
