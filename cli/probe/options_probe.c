#include "args/parser.h"
#include "core/base/str.h"
#include "probe/probe_feature.h"
#include "probe/probe_options.h"

static bool require(struct parser *p, const struct option *o, const char *arg)
{
    struct probe_options *probe = p->scope[SCOPE_PROBE];
    struct str bad = {0};
    struct str all = {0};
    if (probe_feature_parse(arg, &probe->required, &bad))
        return true;
    probe_feature_names(&all, (1U << PROBE_FEATURE_COUNT) - 1);
    (void)parser_fail(p, "option --%s: '%.40s' is none of %s", o->name,
                      str_text(&bad), str_text(&all));
    str_fini(&bad);
    str_fini(&all);
    return false;
}

static const struct option rows[] = {
    {.name = "require",
     .argument = "<name,...>",
     .kind = OPTION_CALL,
     .scope = SCOPE_PROBE,
     .call = require,
     .category = CATEGORY_PROBE,
     .important = true,
     .brief = "Fail (115) unless the server has these",
     .text =
         "May be given more than once.  Names are h1, h2, h3 (it answers over "
         "that version), ipv4, ipv6, https-rr (HTTPS records), ech (a key for "
         "Encrypted Client Hello in them), alt-svc, tls1.2, tls1.3, trusted "
         "(its certificate), staple (an OCSP answer), resumption, 0rtt, "
         "quic-v2, datagram, connect (extended), webtransport, migration and "
         "hsts.  What lacks is named.",
     .example = "probe --require h3,0rtt,ipv6 https://example.com/",
     .since = "0.1.0"},
    {.name = "wait",
     .argument = "<seconds>",
     .kind = OPTION_SECONDS,
     OPTION_AT(PROBE, wait),
     .category = CATEGORY_PROBE,
     .usual = "5",
     .brief = "Wait so long for each look",
     .text = "A look is one request; those whose times are told are made one "
             "after the other.",
     .example = "probe --wait 2 https://example.com/",
     .since = "0.1.0"},
    {.name = "json",
     .kind = OPTION_FLAG,
     OPTION_AT(PROBE, json),
     .category = CATEGORY_PROBE,
     .important = true,
     .brief = "Write an object of JSON",
     .text = "In a line, with the sections as members.  Times are in seconds.",
     .example = "probe --json https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_probe = {rows, sizeof rows / sizeof rows[0]};
