/*
 * How a channel gets its connection, and learns that it is open.
 *
 * Which HTTP version carries it is the connection's to say: the exchange names
 * what it needs, and fails with ERR_NOT_NEGOTIATED when a server lacks that.
 * Nothing was sent then, so the next lower version is tried, as far as the user
 * has left it open: HTTP/3, then what ALPN gives, then HTTP/1.1.  A version
 * that was asked for by name is the only one.
 */
#include "client/channel.h"
#include "client/channel_kind.h"
#include "client/channel_login.h"
#include "client/channel_trace.h"
#include "client/proxy_choice.h"
#include "client/request_build.h"
#include "client/result.h"
#include "client/url_rules.h"

static struct loop *loop_of(const struct channel *ch)
{
    return ch->client->loop;
}

static void fail(struct channel *ch, const struct fault *why)
{
    channel_fail(ch, QV_CHANNEL_BY_US, why, 0);
}

/* --- versions ---------------------------------------------------------- */

/* May another version be tried than the one that is asked for? */
static bool is_open_choice(const struct channel *ch)
{
    enum qv_http asked = ch->asked->http;
    return (asked == QV_HTTP_AUTO || asked == QV_HTTP_3) &&
           ch->ask->transport != QV_CHANNEL_OVER_QUIC &&
           ch->ask->kind != QV_CHANNEL_KIND_WEBTRANSPORT;
}

/* Datagrams are best where they need not wait for each other. */
static enum qv_http first_version(const struct channel *ch)
{
    enum qv_http asked = ch->asked->http;
    if (ch->ask->kind == QV_CHANNEL_KIND_WEBTRANSPORT)
        return QV_HTTP_3_ONLY;
    bool has_datagrams = ch->ask->kind == QV_CHANNEL_KIND_DATAGRAMS ||
                         ch->ask->kind == QV_CHANNEL_KIND_UDP;
    bool is_h3_wanted = has_datagrams &&
                        ch->ask->transport != QV_CHANNEL_OVER_CAPSULES &&
                        ch->url.scheme->is_secure;
    if (asked != QV_HTTP_AUTO || !is_h3_wanted)
        return asked;
    return ch->ask->transport == QV_CHANNEL_OVER_QUIC || ch->ask->is_unspecified
               ? QV_HTTP_3_ONLY
               : QV_HTTP_3;
}

/* False: there is none below. */
static bool next_version(enum http_version lacks, enum qv_http *http)
{
    switch (lacks) {
    case HTTP_VERSION_3:
        *http = QV_HTTP_AUTO;
        return true;
    case HTTP_VERSION_2:
        *http = QV_HTTP_1_1;
        return true;
    case HTTP_VERSION_1_1:
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_NONE:
        break;
    }
    return false;
}

/* --- the request ------------------------------------------------------- */

struct span channel_method(const struct channel *ch)
{
    if (ch->ask->is_unspecified)
        return span_str(ch->ask->request.method);
    bool is_upgrade = ch->protocol && ch->version != HTTP_VERSION_NONE &&
                      ch->version <= HTTP_VERSION_1_1;
    return is_upgrade ? SPAN_LIT("GET") : SPAN_LIT("CONNECT");
}

static struct learned_peer peer_of(const struct channel *ch)
{
    return (struct learned_peer){.url = &ch->url, .ask = &ch->ask->request};
}

static bool build(struct channel *ch, struct fault *fault)
{
    const struct qv_channel_request *ask = ch->ask;
    struct arena *arena = &ch->ex.arena;
    struct learned_peer peer = peer_of(ch);
    bool has_protocol = ch->protocol && !ask->is_unspecified;
    struct request_build_state state = {
        .has_body = true,
        .body_len = BODY_LEN_UNKNOWN,
        .no_expect = true,
        .cookies = learned_cookies(&ch->client->learned, &peer, arena),
    };
    channel_login_describe(ch, &state);
    if (!request_build(&ch->request, &ask->request, &state, arena, fault))
        return false;
    if (!ask->is_unspecified)
        ch->request.method = SPAN_LIT("CONNECT"); /* message.h */
    fields_init(&ch->upgrade_fields, arena);
    if (has_protocol)
        ch->request.protocol = span_str(ch->protocol);
    ch->request.upgrade_fields = &ch->upgrade_fields;
    ch->kind->ask(ch);
    channel_login_add(ch);
    return true;
}

/* Through an HTTP proxy it is always a tunnel: what the stream becomes is
 * between us and the origin (RFC 6455 4.1). */
static bool prepare(struct channel *ch, struct fault *fault)
{
    struct client *c = ch->client;
    struct prepared *before = ch->prepared;
    struct qv_options options = ch->options;
    if (!proxy_choice_is_none(&options, c->options.proxies))
        proxy_choice(&options, &ch->url, c->options.proxies);
    channel_story_proxy(ch, &options);
    ch->prepared = prepared_take(&c->prepared, &options, &c->options, fault);
    prepared_drop(before);
    return ch->prepared != NULL;
}

static void submit(struct channel *ch)
{
    struct fault fault = {0};
    struct client *c = ch->client;
    struct arena arena = ch->ex.arena;
    bool is_prepared = prepare(ch, &fault);
    arena_reset(&arena);
    ch->ex = (struct exchange){.request = &ch->request,
                               .body = &ch->source,
                               .datagrams =
                                   ch->kind->datagram ? &ch->datagrams : NULL,
                               .sink = &channel_sink,
                               .state = EXCHANGE_DONE,
                               .xfer_id = ch->id,
                               .story = ch->story,
                               .arena = arena};
    list_init(&ch->ex.link);
    if (!is_prepared || !build(ch, &fault)) {
        fail(ch, &fault);
        return;
    }
    struct origin origin = {.is_secure = ch->url.scheme->is_secure,
                            .host = url_address(&ch->url, &ch->ex.arena),
                            .port = ch->url.port};
    ch->ex.needs = ch->kind->needs(ch);
    ch->ex.checkout = ch->prepared->settings.pool.checkout;
    pool_submit(manager_pool(c->manager, &origin, &ch->prepared->settings,
                             str_span(&ch->prepared->key)),
                &ch->ex);
}

static void on_submit(struct loop_task *task)
{
    submit(container_of(task, struct channel, submit_task));
}

static void submit_again(struct channel *ch)
{
    ch->is_over = false;
    channel_story_keep(ch);
    pool_release(&ch->ex);
    loop_later(loop_of(ch), &ch->submit_task);
}

bool channel_open_retry(struct channel *ch, const struct fault *why)
{
    if (ch->is_login_due) {
        ch->is_login_due = false;
        submit_again(ch);
        return true;
    }
    enum http_version lacks =
        ch->ex.facts ? ch->ex.facts->version : HTTP_VERSION_NONE;
    if (why->code != ERR_NOT_NEGOTIATED || !is_open_choice(ch) ||
        !next_version(lacks, &ch->options.http))
        return false;
    trace_printf(loop_trace(loop_of(ch)), TRACE_CHOICE, loop_now(loop_of(ch)),
                 ch->ex.facts->id, "%s: a lower version is tried", why->detail);
    channel_story_next(ch, why);
    submit_again(ch);
    return true;
}

/* --- the permit -------------------------------------------------------- */

static void on_permit(struct permit *permit)
{
    struct channel *ch = container_of(permit, struct channel, permit);
    uint64_t limit = ch->asked->max_time;
    ch->started_at = loop_now(loop_of(ch));
    if (ch->ask->open_timeout && (limit == 0 || ch->ask->open_timeout < limit))
        limit = ch->ask->open_timeout;
    if (limit)
        loop_arm(loop_of(ch), &ch->deadline, ch->started_at + limit);
    submit(ch);
}

static void seek_permit(struct channel *ch)
{
    struct client *c = ch->client;
    str_clear(&c->key);
    admission_host_key(&c->key, ch->url.scheme->is_secure,
                       url_address(&ch->url, &ch->arena), ch->url.port);
    struct admission_wish wish = {.key = str_span(&c->key),
                                  .rate = ch->options.pool.rate};
    admission_enter(&c->admission, &ch->permit, &wish);
}

static bool parse_url(struct channel *ch, struct fault *fault)
{
    struct url_options o = {
        .default_scheme = ch->ask->request.default_scheme,
        .path_as_is = ch->asked->path_as_is,
        .websocket = true,
    };
    if (!url_parse(&ch->url, span_str(ch->ask->request.url), &o, &ch->arena,
                   fault))
        return false;
    bool was_secure = ch->url.scheme->is_secure;
    learned_upgrade(&ch->client->learned, &ch->url);
    channel_story_url(ch, was_secure);
    return url_rules_first(&ch->url, ch->asked, fault);
}

void channel_open_start(struct channel *ch)
{
    struct fault fault = {0};
    ch->permit.on_start = on_permit;
    ch->submit_task.run = on_submit;
    ch->protocol = ch->ask->protocol ? ch->ask->protocol : ch->kind->protocol;
    if (!parse_url(ch, &fault) || !ch->kind->check(ch->ask, &fault)) {
        fail(ch, &fault);
        return;
    }
    ch->options.http = first_version(ch);
    channel_story_first(ch);
    seek_permit(ch);
}

/* --- the answer -------------------------------------------------------- */

static void keep_head(struct channel *ch, const struct response_head *head)
{
    ch->version = head->version;
    ch->head = (struct qv_head){
        .status = head->status,
        .version = message_version_name(head->version),
        .reason = (const char *)arena_copy(&ch->ex.arena, head->reason).base,
        .fields = result_fields(head->fields, &ch->ex.arena),
        .nfields = head->fields->len,
    };
}

static void tell_open(struct channel *ch)
{
    const struct conn_facts *facts = ch->ex.facts;
    struct qv_channel_opened o = {
        .head = ch->head,
        .transport = "stream",
        .why = "",
        .protocol = ch->protocol ? ch->protocol : "",
        .subprotocol = "",
        .extensions = "",
        .remote_ip = facts->remote_addr,
        .remote_port = facts->remote_port,
        .conn_id = facts->id,
        .conn_reused = !ch->ex.is_first,
    };
    ch->kind->describe(ch, &o);
    o.max = ch->told_max;
    ch->face->ops->on_open(ch->face, &o);
}

static void open_up(struct channel *ch)
{
    ch->state = CHANNEL_OPEN;
    ch->opened_at = loop_now(loop_of(ch));
    admission_release(&ch->client->admission, &ch->permit);
    channel_watch(ch);
    if (ch->version != HTTP_VERSION_1_1) /* whose streams end with them */
        ch->is_leaving_untold = !pool_watch(&ch->watch, &ch->ex);
    channel_trace_opened(ch);
    tell_open(ch);
    if (!channel_is_live(ch))
        return;
    if (ch->is_leaving_untold)
        loop_later(loop_of(ch), &ch->drain_task);
    channel_out_open(ch);
}

static bool is_switched(const struct channel *ch,
                        const struct response_head *head)
{
    if (ch->ask->is_unspecified || ch->ask->kind == QV_CHANNEL_KIND_CONNECT)
        return head->status >= 200 && head->status < 300;
    return message_is_switched(head);
}

void channel_open_head(struct channel *ch, const struct response_head *head)
{
    bool is_open = is_switched(ch, head);
    struct fault fault = {0};
    if (ch->face == NULL || (head->status < 200 && !is_open))
        return;
    struct learned_peer from = peer_of(ch);
    learned_take(&ch->client->learned, &from, ch->ex.facts, head->fields);
    keep_head(ch, head);
    if (!is_open && channel_login_again(ch, head)) {
        ch->is_login_due = true; /* once this answer is over */
        channel_story_login(ch, head->status);
    } else if (!is_open) {
        ch->state = CHANNEL_REFUSED;
        if (ch->face->ops->on_refusal)
            ch->face->ops->on_refusal(ch->face, &ch->head, NULL, 0);
    } else if (ch->kind->accept(ch, head, &fault)) {
        open_up(ch);
    } else {
        fail(ch, &fault);
    }
}
