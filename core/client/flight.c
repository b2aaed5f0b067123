#include "client/flight.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/proxy_choice.h"
#include "client/transfer_story.h"

/* Kept for later: as many as fly at once by default, ten times over. */
#define FREE_MAX ((size_t)512)

static void reset(struct flight *f)
{
    struct arena arena = f->arena;
    struct arena ex_arena = f->ex.arena;
    struct conn_facts *kept_facts = f->kept_facts;
    prepared_drop(f->prepared);
    arena_reset(&arena);
    arena_reset(&ex_arena);
    *f = (struct flight){
        .arena = arena, .ex.arena = ex_arena, .kept_facts = kept_facts};
}

static void destroy(struct spare *s)
{
    struct flight *f = container_of(s, struct flight, spare);
    arena_fini(&f->arena);
    arena_fini(&f->ex.arena);
    free(f->kept_facts);
    free(f);
}

static void put(struct client *c, struct flight *f)
{
    reset(f);
    spares_put(&c->flights, &f->spare, FREE_MAX, destroy);
}

static void reap(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, reap_task);
    struct client *c = f->client;
    struct transfer *to_free = f->to_free;
    put(c, f);
    if (to_free)
        transfer_free(c, to_free);
}

static void on_stop(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, stop_task);
    f->transfer->events->on_stop(f);
}

static struct flight *get(struct client *c)
{
    struct spare *spare = spares_take(&c->flights);
    if (spare)
        return container_of(spare, struct flight, spare);
    struct flight *f = XALLOC_NEW(struct flight);
    arena_init(&f->arena);
    arena_init(&f->ex.arena);
    return f;
}

struct flight *flight_take(struct transfer *t)
{
    struct client *c = t->client;
    struct flight *f = get(c);
    f->transfer = t;
    f->client = c;
    f->ex.state = EXCHANGE_DONE; /* none yet */
    list_init(&f->ex.link);
    f->stop_task.run = on_stop;
    f->reap_task.run = reap;
    t->flight = f;
    return f;
}

void flight_put_back(struct transfer *t)
{
    struct flight *f = t->flight;
    t->flight = NULL;
    put(t->client, f);
}

/* What has come of a response's body and was not delivered. */
static void drop_body(struct flight *f)
{
    decode_free(f->decode);
    f->decode = NULL;
    body_digest_free(f->content_digest);
    f->content_digest = NULL;
    str_clear(&f->aside);
}

void flight_retire(struct transfer *t)
{
    struct flight *f = t->flight;
    struct loop *loop = t->client->loop;
    t->flight = NULL;
    drop_body(f);
    str_fini(&f->aside);
    pool_release(&f->ex);
    request_body_fini(f->body);
    slowness_stop(&f->slowness);
    loop_disarm(loop, &f->rate_timer);
    loop_forget(loop, &f->send_task);
    loop_forget(loop, &f->stop_task);
    loop_forget(loop, &f->resume_task);
    loop_forget(loop, &f->over_task);
    loop_forget(loop, &f->done_task);
    loop_reap(loop, &f->reap_task);
}

struct qv_options *flight_own_options(struct flight *f)
{
    if (f->own_options == NULL)
        f->own_options = ARENA_NEW(&f->arena, struct qv_options);
    if (f->options != f->own_options)
        *f->own_options = *f->options;
    f->options = f->own_options;
    return f->own_options;
}

bool flight_prepare(struct flight *f, struct fault *fault)
{
    struct client *c = f->client;
    struct prepared *before = f->prepared;
    const struct qv_options *options = f->options;
    struct qv_options chosen;
    if (!proxy_choice_is_none(options, c->options.proxies)) {
        chosen = *options;
        proxy_choice(&chosen, &f->url, c->options.proxies);
        options = &chosen;
    }
    transfer_story_proxy(f, options, f->options);
    f->prepared = prepared_take(&c->prepared, options, &c->options, fault);
    prepared_drop(before);
    return f->prepared != NULL;
}

void flight_clear_hop(struct flight *f)
{
    struct arena arena = f->ex.arena;
    struct body_source *body = f->kept_body ? f->kept_body : f->ex.body;
    drop_body(f);
    pool_release(&f->ex);
    arena_reset(&arena);
    f->hop = (struct hop){.has_head = false};
    f->request.method = (struct span){NULL, 0}; /* it lay in that arena */
    f->facts = NULL;
    f->kept_body = NULL;
    f->ex = (struct exchange){.request = &f->request,
                              .body = f->has_body ? body : NULL,
                              .state = EXCHANGE_DONE, /* not yet begun */
                              .xfer_id = f->transfer->id,
                              .story = f->transfer->story,
                              .arena = arena};
    list_init(&f->ex.link);
}

void flight_fail_hop(struct flight *f, const struct fault *fault)
{
    f->hop.fault = ARENA_NEW(&f->ex.arena, struct fault);
    *f->hop.fault = *fault;
}

void flight_keep_body(struct flight *f)
{
    f->kept_body = f->ex.body;
    f->ex.body = NULL;
}

void flight_describe(const struct flight *f, struct request_build_state *state)
{
    *state = (struct request_build_state){
        .method = flight_method(f),
        .url = &f->url,
        .options = f->options,
        .has_body = f->has_body,
        .body_len = request_body_len(f->body),
        .body = f->ex.body,
        .is_foreign = f->is_foreign,
        .no_expect = f->no_expect,
        .from = f->transfer->resume.from,
        .if_range = f->transfer->resume.if_range,
        .referer = f->referer,
        .logins = &f->client->logins,
        .has_asked = f->has_asked,
    };
}

struct span flight_method(const struct flight *f)
{
    const char *custom = f->transfer->ask->custom_method;
    return custom && !f->is_custom_over ? span_str(custom) : f->method;
}

bool flight_rewind(struct flight *f, struct fault *fault)
{
    struct body_source *body = f->ex.body;
    if (!f->has_body || body == NULL || body->rewind(body))
        return true;
    fault_set(fault, ERR_REWIND, 0,
              "the body cannot be read again to send it once more");
    return false;
}

void flight_go_on(struct flight *f)
{
    if (f->is_paused || f->is_slowed)
        return;
    f->flow = FLOW_RESUMED;
    loop_later(f->client->loop, &f->resume_task);
}

bool flight_is_fruitful(const struct flight *f)
{
    return f->hop.is_rest && f->hop.delivered > 0;
}

static void keep_certs(struct flight *f, struct tls_facts *facts)
{
    if (facts->certs == NULL)
        return;
    struct span *copies =
        arena_alloc(&f->arena, facts->ncerts * sizeof *copies);
    for (unsigned i = 0; i < facts->ncerts; i++)
        copies[i] = arena_copy(&f->arena, facts->certs[i]);
    facts->certs = copies;
}

void flight_keep_facts(struct flight *f)
{
    if (f->facts == NULL || f->facts == f->kept_facts)
        return;
    if (f->kept_facts == NULL)
        f->kept_facts = xalloc_bytes(sizeof *f->kept_facts);
    *f->kept_facts = *f->facts;
    f->kept_facts->story = NULL; /* the transfer has it */
    keep_certs(f, &f->kept_facts->tls);
    f->facts = f->kept_facts;
}
