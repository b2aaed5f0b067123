#include "args/parser.h"
#include "request/options.h"
#include "request/proto.h"
#include "request/request_options.h"

#define FLAG(member) .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define KEEP(bit)                                                              \
    .kind = OPTION_BIT, .value = (bit), OPTION_AT(REQUEST, engine.redirects)

/* These three are one switch: the last of them counts. */
static bool follow(struct parser *p, unsigned redirects)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    r->engine.redirects &= ~(unsigned)QV_REDIRECT_CUSTOM_METHOD;
    r->engine.redirects |= redirects;
    return true;
}

static bool follow_usual(struct parser *p, const struct option *o,
                         const char *arg)
{
    (void)o;
    (void)arg;
    return follow(p, 0);
}

static bool follow_trusted(struct parser *p, const struct option *o,
                           const char *arg)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    (void)o;
    (void)arg;
    r->engine.follow = true;
    r->engine.follow_trusted = true;
    return follow(p, 0);
}

static bool follow_custom(struct parser *p, const struct option *o,
                          const char *arg)
{
    (void)o;
    (void)arg;
    return follow(p, QV_REDIRECT_CUSTOM_METHOD);
}

static const struct option rows[] = {
    {.name = "location",
     .letter = 'L',
     FLAG(engine.follow),
     .call = follow_usual,
     .category = CATEGORY_HTTP,
     .important = true,
     .of_transfers = true,
     .brief = "Follow redirects",
     .text = "Asks again at the place that a 3xx answer names.  Credentials "
             "(-u, -b and Authorization or Cookie fields) are not sent to "
             "another scheme, host or port, nor any more when the way leads "
             "back; --netrc finds those of the other host.\n\n"
             "A POST becomes a GET after 301, 302 and 303 (--post301 and its "
             "kin), every method but HEAD after 303; after 300, 307 and 308 "
             "method and body stay.  What -X says is sent whatever the answer "
             "was: --follow is better for it.  From https to http no redirect "
             "is followed unless --proto-redir names http.",
     .example = "-L https://example.com/",
     .since = "0.1.0"},
    {.name = "location-trusted",
     .kind = OPTION_CALL,
     .call = follow_trusted,
     .category = CATEGORY_HTTP,
     OPTION_AT(REQUEST, engine.follow),
     .brief = "As -L, credentials go to any host",
     .text = "Follows redirects and sends credentials to every place they "
             "lead to.  Use it only when you trust all of them.",
     .example = "--location-trusted -u name:word https://example.com/",
     .since = "0.1.0"},
    {.name = "max-redirs",
     .argument = "<num>",
     .kind = OPTION_INTEGER,
     OPTION_AT(REQUEST, engine.max_redirs),
     .category = CATEGORY_HTTP,
     .usual = "50",
     .brief = "Follow at most this many redirects",
     .text = "The default is 50; -1 removes the limit.  One more ends with "
             "exit 47.",
     .example = "-L --max-redirs 3 https://example.com/",
     .since = "0.1.0"},
    {.name = "follow",
     FLAG(engine.follow),
     .call = follow_custom,
     .category = CATEGORY_HTTP,
     .brief = "As -L, -X becomes GET where it must",
     .text = "Follows redirects, and sends the method of -X again after 300, "
             "301, 302, 307 and 308 alone: after 303, and where a POST becomes "
             "a GET, the next request is a GET.",
     .example = "--follow -X DELETE https://example.com/item/7",
     .since = "0.1.0"},
    {.name = "post301",
     KEEP(QV_REDIRECT_KEEP_301),
     .category = CATEGORY_HTTP,
     .brief = "With -L, a POST stays one after 301",
     .text = "Sends method and body again to where a 301 leads.",
     .example = "-L --post301 -d a=b https://example.com/",
     .since = "0.1.0"},
    {.name = "post302",
     KEEP(QV_REDIRECT_KEEP_302),
     .category = CATEGORY_HTTP,
     .brief = "With -L, a POST stays one after 302",
     .text = "Sends method and body again to where a 302 leads.",
     .example = "-L --post302 -d a=b https://example.com/",
     .since = "0.1.0"},
    {.name = "post303",
     KEEP(QV_REDIRECT_KEEP_303),
     .category = CATEGORY_HTTP,
     .brief = "With -L, a POST stays one after 303",
     .text = "Sends method and body again to where a 303 leads, which asks for "
             "the opposite.",
     .example = "-L --post303 -d a=b https://example.com/",
     .since = "0.1.0"},
    {.name = "proto",
     .argument = "<protocols>",
     .values = VALUES_PROTO,
     .kind = OPTION_CALL,
     .call = proto_option,
     .empty_is_none = true,
     .category = CATEGORY_HTTP,
     OPTION_AT(REQUEST, engine.schemes),
     .brief = "Schemes that URLs may have",
     .text = "A list with commas, of http, https, ws, wss and all: \"+\" or "
             "nothing before one allows it, \"-\" forbids it, \"=\" allows it "
             "alone.  It begins with all of them; other protocols of curl may "
             "be named and mean nothing.  A URL of another scheme, and a "
             "redirect to one, ends with exit 1.",
     .example = "--proto =https https://example.com/",
     .since = "0.1.0"},
    {.name = "proto-redir",
     .argument = "<protocols>",
     .values = VALUES_PROTO,
     .kind = OPTION_CALL,
     .call = proto_option,
     .empty_is_none = true,
     .category = CATEGORY_HTTP,
     OPTION_AT(REQUEST, engine.redir_schemes),
     .brief = "Schemes that redirects may lead to",
     .text = "The same list as for --proto.  What names http lets redirects "
             "lead from https to http as well.",
     .example = "-L --proto-redir =http,https https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_redirect = {rows,
                                              sizeof rows / sizeof rows[0]};
