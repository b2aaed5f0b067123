/*
 * The order of fields is curl's: credentials, User-Agent, Proxy-Connection,
 * then those of the user, one of which takes the place of ours of its name.
 * The codecs of HTTP/2 and HTTP/3 leave Proxy-Connection out.
 *
 * Where a proxy offers CONNECT-UDP a client without its configuration looks at
 * the default template (RFC 9298 2).
 */
#include "pool/tunnel_request.h"

#include "base/fault.h"
#include "base/header_line.h"
#include "http/percent.h"
#include "http/request_check.h"

#define AGENT "quiver/" QUIVER_VERSION

/* "host:port", an IPv6 address in brackets. */
static struct span authority(struct span host, uint16_t port,
                             struct arena *arena)
{
    bool is_v6 = host.len > 0 && memchr(host.base, ':', host.len);
    struct str text;
    str_init(&text);
    str_printf(&text, is_v6 ? "[%.*s]:%u" : "%.*s:%u", SPAN_ARG(host),
               (unsigned)port);
    struct span kept = arena_copy(arena, str_span(&text));
    str_fini(&text);
    return kept;
}

static struct span udp_target(const struct tunnel_goal *goal,
                              struct arena *arena)
{
    struct str text;
    str_init(&text);
    str_add_text(&text, "/.well-known/masque/udp/");
    percent_encode(&text, goal->host);
    str_printf(&text, "/%u/", (unsigned)goal->port);
    struct span kept = arena_copy(arena, str_span(&text));
    str_fini(&text);
    return kept;
}

static bool is_given(const char *const *lines, struct span name)
{
    for (; lines && *lines; lines++)
        if (header_line_is_named(*lines, name))
            return true;
    return false;
}

static void add_default(struct request *r, const struct settings_proxy *s,
                        const char *name, struct span value)
{
    if (value.base && !is_given(s->headers, span_str(name)))
        fields_add(&r->fields, span_str(name), value);
}

/* The codec alone says where the request goes: a Host would contradict it. */
static bool add_lines(struct request *r, const struct settings_proxy *s,
                      struct fault *fault)
{
    for (const char *const *at = s->headers; at && *at; at++) {
        struct header_line line;
        if (!header_line_split(*at, &line)) {
            fault_set(fault, ERR_USAGE, 0,
                      "proxy header without a colon: '%.80s'", *at);
            return false;
        }
        if (!line.is_removal && !span_equal_nocase(line.name, SPAN_LIT("host")))
            fields_add(&r->fields, line.name, line.value);
    }
    return true;
}

static void ask_for_stream(struct request *r, const struct tunnel_goal *goal,
                           struct arena *arena)
{
    r->authority = authority(goal->host, goal->port, arena);
    r->target = r->authority;
}

static void ask_for_datagrams(struct request *r, const struct tunnel_goal *goal,
                              const struct proxy *proxy, struct arena *arena)
{
    bool is_secure = proxy->kind == PROXY_HTTPS;
    r->protocol = SPAN_LIT("connect-udp");
    r->scheme = is_secure ? SPAN_LIT("https") : SPAN_LIT("http");
    r->authority = authority(proxy->host, proxy->port, arena);
    r->target = udp_target(goal, arena);
}

void tunnel_request_begin(struct request *r, const struct tunnel_goal *goal,
                          const struct proxy *proxy, struct arena *arena)
{
    *r = (struct request){.method = SPAN_LIT("CONNECT"),
                          .body_len = BODY_LEN_UNKNOWN};
    fields_init(&r->fields, arena);
    if (goal->is_udp)
        ask_for_datagrams(r, goal, proxy, arena);
    else
        ask_for_stream(r, goal, arena);
}

bool tunnel_request_finish(struct request *r, const struct settings_proxy *s,
                           struct span authorization, struct fault *fault)
{
    add_default(r, s, "Proxy-Authorization", authorization);
    const char *agent = s->agent ? s->agent : AGENT;
    if (*agent)
        add_default(r, s, "User-Agent", span_str(agent));
    if (r->protocol.base)
        add_default(r, s, "Capsule-Protocol", SPAN_LIT("?1"));
    else
        add_default(r, s, "Proxy-Connection", SPAN_LIT("Keep-Alive"));
    return add_lines(r, s, fault) && request_check_head(r, fault);
}
