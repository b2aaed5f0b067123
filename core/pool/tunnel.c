/*
 * A refusal is read for a moment and up to some bytes, because its words help;
 * then, whatever is still to come, the exchange is given up.
 *
 * A tunnel that its owner closes may have a goodbye in its queue: the inner
 * TLS' close_notify, or a GOAWAY.  So it is closed in a task, behind those in
 * which the proxy's connection takes and sends it, after a few rounds at the
 * latest: closing waits for nobody.
 */
#include "pool/tunnel.h"

#include "base/fault.h"
#include "base/trace.h"
#include "pool/pool.h"
#include "pool/proxy_auth.h"
#include "pool/tunnel_facts.h"
#include "pool/tunnel_fault.h"

#define OUT_LOW (TUNNEL_OUT_HIGH / 2)

/* Of a refusal. */
#define REFUSAL_TIME  (1 * LOOP_S)
#define REFUSAL_BYTES ((size_t)65536)

/* Tasks that the goodbye may take: of the inner connection, of the outer one,
 * of TLS below it. */
#define CLOSE_ROUNDS 8

static struct tunnel *of_exchange(struct exchange *ex)
{
    return container_of(ex, struct tunnel, ex);
}

static const char *method_of(const struct tunnel *t)
{
    return t->goal.is_udp ? "CONNECT-UDP" : "CONNECT";
}

/* ---- the end ---- */

static void leave(struct tunnel *t)
{
    pool_cancel(&t->ex);
    pool_release(&t->ex);
    loop_disarm(t->loop, &t->patience);
    loop_forget(t->loop, &t->ask_task);
    list_remove(&t->link);
}

static void over(struct tunnel *t, const struct fault *why)
{
    t->fault = why ? *why : (struct fault){.code = ERR_NONE};
    t->state = TUNNEL_OVER;
    leave(t);
    buf_clear(&t->out);
    t->events->on_over(t);
}

static void set_closed(struct tunnel *t)
{
    t->state = TUNNEL_CLOSED;
    leave(t);
    loop_forget(t->loop, &t->close_task);
    buf_fini(&t->out);
    arena_fini(&t->ex.arena);
    arena_fini(&t->arena);
    t->events->on_closed(t);
}

static void on_close_task(struct loop_task *task)
{
    struct tunnel *t = container_of(task, struct tunnel, close_task);
    if (t->rounds++ < CLOSE_ROUNDS && t->ex.state == EXCHANGE_ACTIVE)
        loop_later(t->loop, task);
    else
        set_closed(t);
}

void tunnel_close(struct tunnel *t)
{
    switch (t->state) {
    case TUNNEL_OPEN:
        t->state = TUNNEL_CLOSING;
        tunnel_shut(t);
        loop_later(t->loop, &t->close_task);
        return;
    case TUNNEL_ASKING:
    case TUNNEL_REFUSED:
    case TUNNEL_OVER:
        set_closed(t);
        return;
    case TUNNEL_CLOSING:
    case TUNNEL_CLOSED:
        return;
    }
}

void tunnel_end(struct tunnel *t, const struct fault *why)
{
    if (t->state == TUNNEL_OPEN)
        over(t, why);
}

void tunnel_abandon(struct tunnel *t)
{
    if (t->state == TUNNEL_CLOSING) {
        set_closed(t);
        return;
    }
    fault_set(&t->fault, ERR_RECV, 0, "the client is closed");
    t->state = TUNNEL_OVER;
    leave(t);
    buf_clear(&t->out);
}

/* ---- what is wrong ---- */

/* A connection that had served before may have been closed by the proxy as the
 * request went out. */
static bool is_worth_another(const struct tunnel *t, const struct fault *why)
{
    return t->ex.submitted_at != 0 && !t->ex.is_first && !t->is_fresh &&
           err_class(why->code) == ERR_CLASS_TRANSIENT &&
           why->code != ERR_TIMEOUT;
}

/* It is not the target that is wrong. */
static void note_lack(struct tunnel *t)
{
    if (t->goal.is_udp)
        tunnel_lacks_note(&t->host->lacks, &t->proxy, loop_now(t->loop));
}

/* Before the proxy has said yes.  What was meant for the proxy's connection is
 * nothing to the origin's: sending again through a new one is. */
static void fail_asking(struct tunnel *t, const struct fault *why)
{
    if (is_worth_another(t, why)) {
        t->is_fresh = true;
        loop_later(t->loop, &t->ask_task);
        return;
    }
    if (why->code == ERR_NOT_NEGOTIATED)
        note_lack(t);
    const struct fault fault = tunnel_fault_asking(why, &t->proxy);
    over(t, &fault);
}

static void fail_refused(struct tunnel *t)
{
    const struct fault fault = tunnel_fault_refused(&t->refusal, method_of(t));
    if (tunnel_lacks_is_told(t->refusal.status))
        note_lack(t);
    over(t, &fault);
}

static void fail_open(struct tunnel *t, const struct fault *why)
{
    const struct fault fault = tunnel_fault_open(why);
    over(t, &fault);
}

/* ---- credentials ---- */

/* What all tunnels of this user know of the proxy; NULL: there is no user. */
static struct auth *auth_of(struct tunnel *t)
{
    return proxy_auth_find(&t->host->auths, t->settings, &t->proxy);
}

/* What asks for a protocol is a GET in HTTP/1.1. */
static struct span wire_method(const struct tunnel *t)
{
    bool is_upgrade = t->goal.is_udp && t->hop.http <= SETTINGS_HTTP_1_1 &&
                      t->hop.http != SETTINGS_HTTP_AUTO;
    return is_upgrade ? SPAN_LIT("GET") : SPAN_LIT("CONNECT");
}

/* The value of Proxy-Authorization, if one is to be sent now. */
static struct span credentials(struct tunnel *t)
{
    const struct auth_request what = {.method = wire_method(t),
                                      .uri = t->request.target};
    return proxy_auth_value(auth_of(t), &what, &t->ex.arena);
}

static bool can_answer(struct tunnel *t, const struct response_head *head)
{
    struct auth *auth = auth_of(t);
    if (head->status != 407 || auth == NULL ||
        !auth_challenged(auth, head->fields, "proxy-authenticate", t->nanswers))
        return false;
    t->nanswers++;
    return true;
}

/* ---- the answer ---- */

static bool is_opening(const struct tunnel *t, const struct response_head *head)
{
    if (t->goal.is_udp)
        return message_is_switched(head);
    return head->status >= 200 && head->status < 300;
}

static void open_up(struct tunnel *t, const struct response_head *head)
{
    t->facts = tunnel_facts_keep(
        &t->arena,
        &(struct tunnel_facts_source){.of = t->ex.facts,
                                      .proxy = &t->proxy,
                                      .why = t->settings->proxy.why,
                                      .head = head,
                                      .shows_answer = !t->goal.is_udp});
    t->state = TUNNEL_OPEN;
    t->was_open = true;
    t->events->on_open(t, head);
    if (t->state == TUNNEL_OPEN && t->out.len > 0)
        tunnel_send(t);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct tunnel *t = of_exchange(ex);
    bool is_open = is_opening(t, head);
    if (head->status < 200 && head->status != 101)
        return;
    if (is_open) {
        open_up(t, head);
        return;
    }
    t->state = TUNNEL_REFUSED;
    t->wants_credentials = can_answer(t, head);
    refusal_begin(&t->refusal, head->status,
                  fields_value(head->fields, "proxy-status"),
                  fields_value(head->fields, "content-type"));
    if (head->status < 300) /* what follows is no words */
        fail_refused(t);
    else
        loop_arm(t->loop, &t->patience, loop_now(t->loop) + REFUSAL_TIME);
}

/* The rest of a refusal is not worth the wait: with an answer to it, the next
 * request goes over another connection. */
static void cut_refusal(struct tunnel *t)
{
    if (!t->wants_credentials) {
        fail_refused(t);
        return;
    }
    pool_cancel(&t->ex);
    loop_later(t->loop, &t->ask_task);
}

static void on_patience(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    cut_refusal(container_of(timer, struct tunnel, patience));
}

static enum sink_flow on_body(struct exchange *ex, struct span bytes)
{
    struct tunnel *t = of_exchange(ex);
    switch (t->state) {
    case TUNNEL_OPEN:
        return t->events->on_bytes(t, bytes);
    case TUNNEL_REFUSED:
        refusal_add(&t->refusal, bytes);
        t->nrefused += bytes.len;
        if (t->nrefused > REFUSAL_BYTES)
            cut_refusal(t);
        return SINK_MORE;
    case TUNNEL_ASKING:
    case TUNNEL_OVER:
    case TUNNEL_CLOSING:
    case TUNNEL_CLOSED:
        break;
    }
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)ex;
    (void)trailers;
}

static void on_end(struct exchange *ex)
{
    struct tunnel *t = of_exchange(ex);
    if (t->state == TUNNEL_OPEN)
        t->events->on_end(t);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct tunnel *t = of_exchange(ex);
    switch (t->state) {
    case TUNNEL_REFUSED:
        loop_disarm(t->loop, &t->patience);
        if (t->wants_credentials)
            loop_later(t->loop, &t->ask_task);
        else
            fail_refused(t);
        return;
    case TUNNEL_ASKING:
        fail_asking(t, fault);
        return;
    case TUNNEL_OPEN:
        if (fault)
            fail_open(t, fault);
        else
            over(t, NULL);
        return;
    case TUNNEL_CLOSING:
    case TUNNEL_OVER:
    case TUNNEL_CLOSED:
        return;
    }
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_end = on_end,
    .on_done = on_done,
};

/* ---- bytes out ---- */

static enum io read_out(struct body_source *source, uint8_t *to, size_t cap,
                        size_t *n)
{
    struct tunnel *t = container_of(source, struct tunnel, source);
    *n = buf_take(&t->out, to, cap);
    if (t->was_full && t->out.len <= OUT_LOW) {
        t->was_full = false;
        if (t->state == TUNNEL_OPEN)
            t->events->on_drain(t);
    }
    if (*n > 0)
        return IO_OK;
    return t->is_out_done ? IO_EOF : IO_AGAIN;
}

/* It is sent again only as long as nothing was read. */
static bool rewind_out(struct body_source *source)
{
    const struct tunnel *t = container_of(source, struct tunnel, source);
    return t->state == TUNNEL_ASKING;
}

void tunnel_send(struct tunnel *t)
{
    t->was_full = t->was_full || t->out.len >= TUNNEL_OUT_HIGH;
    pool_resume(&t->ex, EXCHANGE_SEND);
}

void tunnel_shut(struct tunnel *t)
{
    t->is_out_done = true;
    pool_resume(&t->ex, EXCHANGE_SEND);
}

void tunnel_send_datagrams(struct tunnel *t)
{
    pool_resume(&t->ex, EXCHANGE_DATAGRAM);
}

void tunnel_receive(struct tunnel *t)
{
    pool_resume(&t->ex, EXCHANGE_RECEIVE);
}

/* ---- the request ---- */

static bool build(struct tunnel *t, struct fault *fault)
{
    tunnel_request_begin(&t->request, &t->goal, &t->proxy, &t->ex.arena);
    return tunnel_request_finish(&t->request, &t->settings->proxy,
                                 credentials(t), fault);
}

static void submit(struct tunnel *t)
{
    const struct origin proxy = {.is_secure = t->proxy.kind == PROXY_HTTPS,
                                 .host = t->proxy.host,
                                 .port = t->proxy.port};
    t->ex.needs = t->goal.is_udp ? FEATURE_PROTOCOL : 0;
    pool_submit(t->host->pool(t->host, &proxy, &t->hop), &t->ex);
}

static void ask(struct tunnel *t, struct datagrams *datagrams)
{
    struct arena arena = t->ex.arena;
    arena_reset(&arena);
    t->state = TUNNEL_ASKING;
    t->nrefused = 0;
    t->ex = (struct exchange){.request = &t->request,
                              .body = &t->source,
                              .datagrams = datagrams,
                              .sink = &sink,
                              .state = EXCHANGE_DONE,
                              .needs_fresh = t->is_fresh,
                              .xfer_id = TRACE_NO_XFER,
                              .arena = arena};
    list_init(&t->ex.link);
    if (t->fault.code == ERR_NONE && build(t, &t->fault))
        submit(t);
    else
        loop_later(t->loop, &t->ask_task);
}

/* Again, or the news that it could not even begin. */
static void on_ask_task(struct loop_task *task)
{
    struct tunnel *t = container_of(task, struct tunnel, ask_task);
    if (t->fault.code != ERR_NONE) {
        const struct fault why = t->fault;
        over(t, &why);
        return;
    }
    pool_release(&t->ex);
    ask(t, t->ex.datagrams);
}

void tunnel_start(struct tunnel *t, const struct tunnel_config *config)
{
    *t = (struct tunnel){.events = config->events,
                         .loop = config->host->loop,
                         .host = config->host,
                         .settings = config->settings,
                         .goal = config->goal,
                         .source = {.read = read_out, .rewind = rewind_out},
                         .patience.on_expired = on_patience,
                         .ask_task.run = on_ask_task,
                         .close_task.run = on_close_task};
    arena_init(&t->arena);
    arena_init(&t->ex.arena);
    buf_init(&t->out, loop_buffers(t->loop));
    list_append(&t->host->tunnels, &t->link);
    t->goal.host = arena_copy(&t->arena, config->goal.host);
    if (proxy_of(&t->proxy, t->settings, &t->arena, &t->fault))
        proxy_settings(&t->hop, t->settings);
    t->hop.socket.haproxy = false; /* it is for the origin behind */
    ask(t, config->datagrams);
}

/* ---- what is known of it ---- */

void tunnel_facts(const struct tunnel *t, struct conn_facts *facts)
{
    tunnel_facts_give(t->facts, facts);
}

uint64_t tunnel_rtt(const struct tunnel *t)
{
    return pool_rtt(&t->ex);
}

void tunnel_path_stats(const struct tunnel *t, struct path_stats *stats)
{
    pool_path_stats(&t->ex, stats);
}
