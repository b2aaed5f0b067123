#include "serve/router.h"

#include "channel/connect_udp.h"
#include "serve/answers.h"
#include "serve/datagram.h"
#include "serve/echo.h"
#include "serve/event_source.h"
#include "serve/files.h"
#include "serve/generate.h"
#include "serve/page.h"
#include "serve/server.h"
#include "serve/target.h"
#include "serve/tcp_relay.h"
#include "serve/udp_relay.h"
#include "serve/upload.h"
#include "serve/websocket_echo.h"
#include "serve/webtransport_echo.h"

#define READS "GET, HEAD"

/* With its length: all of them are compared for each request. */
#define PATH(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

/* A path that ends in "/" takes what follows as its argument, up to the next
 * slash, or all of it if it begins with a dot, as what is well known does; the
 * others stand for themselves.  The last row is everything else:
 * a file. */
static const struct route {
    struct span path;
    const char *methods; /* NULL: any but TRACE */
    void (*start)(struct stream *s, struct span argument);
    /* Takes requests for a protocol as well, and may switch (stream.h). */
    bool may_switch;
} routes[] = {
    {PATH("/echo"), NULL, echo_start, false},
    {PATH("/headers"), NULL, echo_headers_start, false},
    {PATH("/status/"), NULL, answers_status_start, false},
    {PATH("/delay/"), NULL, answers_delay_start, false},
    {PATH("/redirect/"), NULL, answers_redirect_start, false},
    {PATH("/early-reject"), NULL, answers_early_start, false},
    {PATH("/goaway"), NULL, answers_goaway_start, false},
    {PATH("/bytes/"), READS, generate_bytes_start, false},
    {PATH("/drip"), READS, generate_drip_start, false},
    {PATH("/sse"), READS, event_source_start, false},
    {PATH("/cut/"), NULL, generate_cut_start, false},
    {PATH("/reset/"), NULL, generate_reset_start, false},
    {PATH("/upload"), "POST, PUT, PATCH", upload_start, false},
    {PATH("/datagram"), NULL, datagram_start, true},
    {PATH(CONNECT_UDP_PATH), NULL, udp_relay_start, true},
    {PATH("/trailers"), NULL, upload_trailers_start, false},
    {PATH("/ws"), NULL, websocket_echo_start, true},
    {PATH("/wt"), NULL, webtransport_echo_start, true},
    {PATH("/"), READS, files_start, false},
};

#define NROUTES (sizeof routes / sizeof routes[0])

static bool matches(const struct route *route, struct span path,
                    struct span *argument)
{
    struct span wanted = route->path;
    if (wanted.base[wanted.len - 1] != '/') {
        *argument = SPAN_LIT("");
        return span_equal(path, wanted);
    }
    if (path.len <= wanted.len ||
        memcmp(path.base, wanted.base, wanted.len) != 0)
        return false;
    *argument = span_of(path.base + wanted.len, path.len - wanted.len);
    return path.base[1] == '.' ||
           memchr(argument->base, '/', argument->len) == NULL;
}

static const struct route *find_route(struct span path, struct span *argument)
{
    for (size_t i = 0; i + 1 < NROUTES; i++)
        if (matches(&routes[i], path, argument))
            return &routes[i];
    *argument = path;
    return &routes[NROUTES - 1];
}

static bool is_method(const struct stream *s, const char *name)
{
    return span_equal(s->request->method, span_str(name));
}

static bool is_allowed(const struct stream *s, const char *methods)
{
    struct span rest = span_str(methods);
    struct span method;
    while (span_next(&rest, ',', &method))
        if (span_equal(span_trim(method), s->request->method))
            return true;
    return false;
}

/* CONNECT with a protocol: the client waits for the answer before it says
 * anything, its end included. */
static bool is_extended_connect(const struct stream *s)
{
    return s->request->protocol.base && is_method(s, "CONNECT");
}

static void start_route(struct stream *s)
{
    struct span argument;
    struct span path = target_path(s->request->target);
    const struct route *route = find_route(path, &argument);
    bool wants_switch = s->request->protocol.base != NULL;
    if (wants_switch && route->may_switch) {
        s->may_switch = true;
        route->start(s, argument);
    } else if (is_extended_connect(s)) {
        answers_refuse_start(s, 501); /* RFC 9220 3 */
    } else if (route->methods != NULL && !is_allowed(s, route->methods)) {
        answers_allow_start(s, route->methods);
    } else {
        route->start(s, argument);
    }
}

void router_route(struct stream *s)
{
    const struct page *page = server_get_options(s->server)->page;
    bool is_star = span_equal(target_path(s->request->target), SPAN_LIT("*"));
    bool is_connect =
        is_method(s, "CONNECT") && s->request->protocol.base == NULL;
    if (s->is_early && !message_is_safe(s->request->method)) {
        answers_refuse_start(s, 425); /* RFC 8470 3 */
    } else if (is_extended_connect(s) && (page || is_star)) {
        answers_refuse_start(s, 501);
    } else if (page) {
        page_start(s, page);
    } else if (is_connect) {
        s->may_switch = true;
        tcp_relay_start(s);
    } else if (is_star || is_method(s, "TRACE")) {
        answers_allow_start(s, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    } else {
        start_route(s);
    }
}
