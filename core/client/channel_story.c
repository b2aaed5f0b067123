#include <string.h>

#include "client/channel.h"
#include "client/exchange_result.h"
#include "client/explain.h"
#include "client/request_story.h"
#include "client/result.h"
#include "http/story.h"

void channel_story_init(struct channel *ch)
{
    if (ch->client->options.explains)
        ch->story = story_new(loop_trace(ch->client->loop));
}

void channel_story_fini(struct channel *ch)
{
    story_free(ch->story);
    ch->story = NULL;
}

/* ---- what is decided ---- */

static struct request_story of_channel(const struct channel *ch)
{
    return (struct request_story){
        .story = ch->story,
        .loop = ch->client->loop,
        .conn_id = ch->ex.facts ? ch->ex.facts->id : 0,
    };
}

void channel_story_url(const struct channel *ch, bool was_secure)
{
    const struct request_story s = of_channel(ch);
    request_story_url(&s, &ch->url, was_secure);
}

static const char *version_of(enum qv_http http)
{
    switch (http) {
    case QV_HTTP_3_ONLY:
        return "HTTP/3 and no other";
    case QV_HTTP_3:
        return "HTTP/3 first";
    case QV_HTTP_1_1:
        return "HTTP/1.1";
    case QV_HTTP_AUTO:
    case QV_HTTP_1_0:
    case QV_HTTP_2:
    case QV_HTTP_2_PRIOR:
        break;
    }
    return "what ALPN gives";
}

void channel_story_first(const struct channel *ch)
{
    const struct request_story s = of_channel(ch);
    bool is_session = ch->ask->kind == QV_CHANNEL_KIND_WEBTRANSPORT;
    if (ch->options.http == ch->asked->http)
        return;
    request_story_tell(
        &s, STORY_PROTOCOL, NULL, version_of(ch->options.http), "%s",
        is_session ? "WebTransport is a matter of HTTP/3"
                   : "datagrams need not wait for each other in QUIC's own");
}

void channel_story_next(const struct channel *ch, const struct fault *why)
{
    const struct request_story s = of_channel(ch);
    request_story_tell(&s, STORY_PROTOCOL, NULL, version_of(ch->options.http),
                       "%s, and a lower version may have it", why->detail);
}

void channel_story_proxy(const struct channel *ch,
                         const struct qv_options *chosen)
{
    const struct request_story s = of_channel(ch);
    const struct request_story_proxy what = {
        .url = &ch->url,
        .chosen = chosen,
        .asked = ch->asked,
        .env = ch->client->options.proxies,
    };
    request_story_proxy(&s, &what);
}

void channel_story_login(const struct channel *ch, int status)
{
    const struct request_story s = of_channel(ch);
    request_story_tell(&s, STORY_RESEND, NULL, "once more",
                       "the answer was %d, a challenge that can be met",
                       status);
}

/* ---- what came of it ---- */

/* Certificates are the connection's, and nobody asks for them here. */
void channel_story_keep(struct channel *ch)
{
    const struct conn_facts *facts = ch->ex.facts;
    if (ch->story == NULL || facts == NULL || facts == ch->kept_facts)
        return;
    story_absorb(ch->story, facts);
    if (ch->kept_facts == NULL)
        ch->kept_facts = ARENA_NEW(&ch->arena, struct conn_facts);
    *ch->kept_facts = *facts;
    ch->kept_facts->story = NULL; /* the channel has it */
    ch->kept_facts->tls.certs = NULL;
    ch->ex.facts = ch->kept_facts;
}

static const char *text_of(struct channel *ch, struct span s)
{
    return (const char *)arena_copy(&ch->arena, s).base;
}

static void fill_answer(struct qv_result *r, const struct channel *ch)
{
    r->http_version = message_version_name(ch->version);
    r->response_code = ch->head.status;
    r->was_switched = ch->opened_at != 0;
    r->fields = ch->head.fields;
    r->nfields = ch->head.nfields;
    r->num_headers = (unsigned)ch->head.nfields;
}

/* The peer of a tunnel is a proxy, unless one on the way to it goes first; what
 * CONNECT asks for is no URL. */
static void fill_via(struct qv_result *r, struct channel *ch)
{
    bool is_tunnel = ch->ask->kind == QV_CHANNEL_KIND_CONNECT ||
                     ch->ask->kind == QV_CHANNEL_KIND_UDP;
    struct str url;
    if (!is_tunnel)
        return;
    if (ch->ask->target)
        r->url_effective = ch->ask->target;
    if (*r->proxy.url)
        return;
    str_init(&url);
    if (ch->url.scheme)
        str_printf(&url, "%.*s://%.*s:%u", SPAN_ARG(ch->url.scheme->name),
                   SPAN_ARG(ch->url.host.text), ch->url.port);
    r->proxy = (struct qv_proxy_used){
        .url = text_of(ch, str_span(&url)),
        .why = "--via",
        .status = ch->head.status,
        .http_version = message_version_name(ch->version),
        .is_tls = ch->url.scheme && ch->url.scheme->is_secure,
        .is_verified = strcmp(r->tls_verify, "ok") == 0,
    };
    str_fini(&url);
}

const struct qv_result *channel_story_result(struct channel *ch)
{
    uint64_t now = loop_now(ch->client->loop);
    if (ch->story == NULL)
        return NULL;
    story_absorb(ch->story, ch->ex.facts);
    struct qv_result *r = ARENA_NEW(&ch->arena, struct qv_result);
    *r = (struct qv_result){
        .url = ch->ask->request.url,
        .url_effective = ch->ask->request.url,
        .method = text_of(ch, channel_method(ch)),
        .scheme = ch->url.scheme ? text_of(ch, ch->url.scheme->name) : "",
        .content_type = "",
        .redirect_url = "",
        .referer = "",
        .xfer_id = ch->id,
        .num_connects = ch->ex.submitted_at != 0 && ch->ex.is_first,
        .explain = explain_new(ch->story, ch->started_at, now, &ch->arena),
    };
    result_error(&r->error,
                 ch->end.fault.code == ERR_NONE ? NULL : &ch->end.fault);
    fill_answer(r, ch);
    exchange_result_fill(r, &(struct exchange_result){
                                .ex = &ch->ex,
                                .facts = ch->ex.facts,
                                .arena = &ch->arena,
                                .started_at = ch->started_at,
                                .hop_at = ch->started_at,
                                .now = now,
                            });
    if (r->time_pretransfer >= 0) /* what follows the head is the channel's */
        r->time_posttransfer = r->time_pretransfer;
    fill_via(r, ch);
    return r;
}
