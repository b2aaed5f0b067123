/*
 * An exchange a question.  POST: the answer is not kept by anybody on the way,
 * and a GET's URL would be as long (RFC 8484 4.1 leaves the choice; curl's is
 * the same).  The id is 0, and the answer's is not looked at: an exchange has
 * one answer.
 *
 * The server's name is looked up by the system, and so is where it is: asking
 * the server for itself would not end.
 */
#include "pool/doh.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "http/body.h"
#include "http/exchange.h"
#include "http/url.h"
#include "io/dns_message.h"

#define MESSAGE_MAX ((size_t)65535) /* RFC 8484 6 */

/* Nobody waits longer for a name. */
#define PATIENCE (5 * LOOP_S)

#define TYPE "application/dns-message"

struct doh {
    struct dns_server server;
    struct doh_host *host;
    struct str key;
    struct arena arena; /* of the URL and the settings */
    struct url url;
    struct settings settings;
};

struct question {
    struct doh *doh;
    struct dns_query *query; /* NULL: nobody waits */
    enum dns_type type;
    struct exchange ex;
    struct request request;
    struct body_bytes body;
    struct str message; /* what is asked */
    struct str answer;
    int status;
    bool is_dns; /* the answer says so */
    struct loop_timer timer;
    struct loop_task fail_task; /* it could not be asked */
    struct loop_task reap_task;
};

static struct question *of_exchange(struct exchange *ex)
{
    return container_of(ex, struct question, ex);
}

static void reap(struct loop_task *task)
{
    struct question *q = container_of(task, struct question, reap_task);
    arena_fini(&q->ex.arena);
    str_fini(&q->message);
    str_fini(&q->answer);
    free(q);
}

/* It is over for its exchange. */
static void retire(struct question *q)
{
    struct loop *loop = q->doh->host->loop;
    loop_disarm(loop, &q->timer);
    loop_forget(loop, &q->fail_task);
    pool_release(&q->ex);
    loop_reap(loop, &q->reap_task);
}

static void tell(struct question *q, const struct dns_answer *a)
{
    struct dns_query *query = q->query;
    q->query = NULL;
    retire(q);
    if (query == NULL)
        return;
    query->server = NULL;
    query->state = NULL;
    query->on_answer(query, a);
}

static void tell_failure(struct question *q, const char *why)
{
    const struct dns_answer a = {.is_failure = true, .why = why};
    tell(q, &a);
}

/* ---- the exchange ---- */

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct question *q = of_exchange(ex);
    struct span type = fields_value(head->fields, "content-type");
    q->status = head->status;
    q->is_dns = span_starts_nocase(type, SPAN_LIT(TYPE));
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct question *q = of_exchange(ex);
    if (q->answer.len + data.len <= MESSAGE_MAX)
        str_add(&q->answer, data);
    else
        q->is_dns = false; /* longer than any answer */
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)ex;
    (void)trailers;
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct question *q = of_exchange(ex);
    char why[FAULT_DETAIL_MAX + 32];
    struct dns_answer a;
    if (fault) {
        (void)snprintf(why, sizeof why, "DNS over HTTPS: %s", fault->detail);
        tell_failure(q, why);
    } else if (q->status != 200) {
        (void)snprintf(why, sizeof why, "DNS over HTTPS: status %d", q->status);
        tell_failure(q, why);
    } else if (!q->is_dns) {
        tell_failure(q, "DNS over HTTPS: an answer that is none");
    } else {
        dns_message_read(str_span(&q->answer), q->type, &a, &q->ex.arena);
        tell(q, &a);
    }
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct question *q = container_of(t, struct question, timer);
    (void)now;
    pool_cancel(&q->ex);
    tell_failure(q, "DNS over HTTPS: no answer in time");
}

static void on_fail(struct loop_task *task)
{
    tell_failure(container_of(task, struct question, fail_task),
                 "this is no name");
}

/* ---- questions ---- */

static void compose(struct question *q)
{
    const struct doh *d = q->doh;
    struct request *r = &q->request;
    *r = (struct request){.method = SPAN_LIT("POST"),
                          .scheme = SPAN_LIT("https"),
                          .authority = url_authority(&d->url, &q->ex.arena),
                          .target = url_target(&d->url, &q->ex.arena),
                          .body_len = (int64_t)q->message.len};
    fields_init(&r->fields, &q->ex.arena);
    fields_add(&r->fields, SPAN_LIT("Accept"), SPAN_LIT(TYPE));
    fields_add(&r->fields, SPAN_LIT("Content-Type"), SPAN_LIT(TYPE));
    body_bytes_init(&q->body, str_span(&q->message));
}

static void submit(struct question *q)
{
    struct doh *d = q->doh;
    const struct origin origin = {.is_secure = true,
                                  .host = url_address(&d->url, &q->ex.arena),
                                  .port = d->url.port};
    struct pool *p = d->host->pool(d->host, &origin, &d->settings);
    pool_submit(p, &q->ex);
    loop_arm(d->host->loop, &q->timer, loop_now(d->host->loop) + PATIENCE);
}

static void ask(struct dns_server *s, struct dns_query *query, struct span name,
                enum dns_type type)
{
    struct doh *d = container_of(s, struct doh, server);
    struct question *q = XALLOC_NEW(struct question);
    q->doh = d;
    q->query = query;
    q->type = type;
    q->timer.on_expired = on_timer;
    q->fail_task.run = on_fail;
    q->reap_task.run = reap;
    q->ex.sink = &sink;
    q->ex.request = &q->request;
    q->ex.body = &q->body.source;
    q->ex.xfer_id = TRACE_NO_XFER;
    list_init(&q->ex.link);
    arena_init(&q->ex.arena);
    query->state = q;
    if (!dns_message_ask(name, type, &q->message)) {
        loop_later(d->host->loop, &q->fail_task);
        return;
    }
    compose(q);
    submit(q);
}

static void cancel(struct dns_query *query)
{
    struct question *q = query->state;
    query->state = NULL;
    if (q == NULL)
        return;
    q->query = NULL;
    if (q->ex.pool)
        pool_cancel(&q->ex);
    retire(q);
}

/* ---- servers ---- */

/* What holds for the origin is not for the one who names it. */
static void derive(struct settings *to, const struct settings *from)
{
    struct settings plain;
    settings_defaults(&plain);
    *to = *from;
    to->http = SETTINGS_HTTP_AUTO;
    to->tls = plain.tls;
    to->tls.verify = !from->addresses.doh_insecure;
    to->tls.ca_file = from->tls.ca_file;
    to->tls.ca_path = from->tls.ca_path;
    to->tls.ca_file_source = from->tls.ca_file_source;
    to->tls.ca_path_source = from->tls.ca_path_source;
    to->tls.staple = from->addresses.doh_staple;
    to->tls.ca_native = from->tls.ca_native;
    to->tls.key_log = from->tls.key_log;
    to->addresses = plain.addresses;
    to->addresses.family = from->addresses.family;
    to->addresses.resolve = from->addresses.resolve;
    to->addresses.interface = from->addresses.interface;
    to->addresses.https_rr = false;
    to->proxy = plain.proxy;
    to->pool = plain.pool;
    to->socket.haproxy = false;
}

/* It is the name of the origin that is not found then: its URL is a good one. */
static bool parse(struct doh *d, const char *text, struct fault *fault)
{
    struct fault of_url = {0};
    if (!url_parse(&d->url, span_str(text), NULL, &d->arena, &of_url))
        (void)fault_set(fault, ERR_HOST_NAME, 0, "--doh-url: %s",
                        of_url.detail);
    else if (!d->url.scheme->is_secure)
        (void)fault_set(fault, ERR_HOST_NAME, 0,
                        "--doh-url: only https:// URLs");
    else
        return true;
    return false;
}

static void free_doh(struct doh *d)
{
    str_fini(&d->key);
    arena_fini(&d->arena);
    free(d);
}

struct dns_server *doh_server(struct doh_host *h, const struct settings *s,
                              struct fault *fault)
{
    struct settings own;
    struct str key;
    derive(&own, s);
    str_init(&key);
    str_printf(&key, "%s\n", s->addresses.doh_url);
    settings_key(&own, &key);
    struct doh *d = map_find(&h->servers, str_span(&key));
    if (d) {
        str_fini(&key);
        return &d->server;
    }
    d = XALLOC_NEW(struct doh);
    d->server = (struct dns_server){.ask = ask, .cancel = cancel};
    d->host = h;
    d->key = key;
    arena_init(&d->arena);
    settings_copy(&d->settings, &own, &d->arena);
    if (!parse(d, s->addresses.doh_url, fault)) {
        free_doh(d);
        return NULL;
    }
    map_put(&h->servers, str_span(&d->key), d);
    return &d->server;
}

void doh_free_all(struct doh_host *h)
{
    size_t at = 0;
    struct doh *d;
    while ((d = map_next(&h->servers, &at)) != NULL)
        free_doh(d);
    map_fini(&h->servers);
}
