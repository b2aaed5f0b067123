/*
 * A response flows   connection -> [decode ->] caller.
 *
 * The caller may pause at the head and at any byte.  From then on nothing passes
 * until it resumes: bytes that the decoder has not used are set aside, and so is
 * what a connection still brings (none of ours does: SINK_PAUSE stops it, so what
 * waits is one read of the connection at most).  They are delivered in the
 * order in which they came, then the connection is resumed, or the end told
 * that had come meanwhile.  A read is decoded where it lies and only its rest
 * is copied: most bodies are never set aside.
 *
 * --limit-rate is another pause, by the clock: a piece passes, and the next one
 * when the first is paid for.  So is the last one, before the end is told.
 *
 * A body that nobody wants (of a redirect, of an error under -f) is read and
 * dropped so that the connection can be used again, but only DROP_MAX bytes
 * of it.
 */
#include "client/response.h"

#include "base/fault.h"
#include "client/body_trace.h"
#include "client/client_counters.h"
#include "client/hop_digests.h"
#include "client/proxied.h"
#include "client/redirect.h"
#include "client/result.h"
#include "client/retry.h"

/* Reading on to here is cheaper than a new connection. */
#define DROP_MAX ((uint64_t)65536)

#define DECODE_PIECE ((size_t)16384)

static struct flight *flight_of(struct exchange *ex)
{
    return container_of(ex, struct flight, ex);
}

/* Heads. */

static void hand_over(struct flight *f, const struct response_head *head,
                      bool is_connect)
{
    struct qv_transfer *face = f->transfer->face;
    const struct qv_head public = {
        .status = head->status,
        .version = message_version_name(head->version),
        .reason = (const char *)arena_copy(&f->ex.arena, head->reason).base,
        .fields = result_fields(head->fields, &f->ex.arena),
        .nfields = head->fields->len,
        .is_redirect =
            (f->hop.is_redirect || f->hop.retry.is_login) && !is_connect,
        .is_connect = is_connect,
        .is_rest = f->hop.is_rest && !is_connect,
        .is_complete = f->hop.is_complete && !is_connect,
        .wants_earlier = hop_digests_want_earlier(f) && !is_connect,
    };
    face->ops->on_head(face, &public);
}

/* Before the first one of a connection that was made through a proxy. */
static void tell_connect(struct flight *f)
{
    const struct exchange *ex = &f->ex;
    const struct response_head *answer =
        ex->is_first && ex->facts ? ex->facts->proxy.answer : NULL;
    if (answer && !f->hop.has_told_connect)
        hand_over(f, answer, true);
    f->hop.has_told_connect = true;
}

static void tell_head(struct flight *f, const struct response_head *head)
{
    if (f->transfer->face->ops->on_head == NULL)
        return;
    f->transfer->has_told = true;
    tell_connect(f);
    if (f->transfer->face) /* not cancelled meanwhile */
        hand_over(f, head, false);
}

/* False when the transfer cannot go on with this head. */
static bool judge_redirect(struct flight *f, const struct response_head *head)
{
    if (!redirect_is(head->status))
        return true;
    bool is_ambiguous;
    struct span location = redirect_location(head, &is_ambiguous);
    if (location.base == NULL)
        return true;
    if (is_ambiguous && f->options->follow) {
        transfer_fail(f->transfer, ERR_WEIRD_REPLY,
                      "redirect with two different Location fields");
        return false;
    }
    f->hop.next = arena_copy(&f->arena, location);
    f->hop.is_redirect = f->options->follow;
    f->hop.is_dropped = f->hop.is_redirect;
    return true;
}

/* Bytes of the whole that came before those of this hop. */
static uint64_t before(const struct flight *f)
{
    return f->hop.is_rest ? f->transfer->resume.from : 0;
}

static bool judge_size(struct flight *f, const struct response_head *head)
{
    uint64_t limit = f->options->max_filesize;
    uint64_t len = 0;
    if (limit == 0 || f->hop.is_dropped ||
        message_is_bodyless(f->request.method, head->status) ||
        message_content_length(head->fields, &len) != MESSAGE_LENGTH_KNOWN ||
        (before(f) <= limit && len <= limit - before(f)))
        return true;
    transfer_fail(f->transfer, ERR_TOO_LARGE, "Maximum file size exceeded");
    return false;
}

static unsigned what_to_decode(const struct qv_options *o)
{
    if (o->raw)
        return 0;
    return (o->compressed ? (unsigned)DECODE_CONTENT : 0) |
           (o->tr_encoding ? (unsigned)DECODE_TRANSFER : 0);
}

static bool start_decoding(struct flight *f, const struct response_head *head)
{
    unsigned what = what_to_decode(f->options);
    if (!what || f->hop.is_dropped ||
        message_is_bodyless(f->request.method, head->status))
        return true;
    struct fault fault;
    if (decode_new(&f->decode, head->fields, what, &fault))
        return true;
    transfer_stop(f->transfer, &fault);
    return false;
}

static void note_interim(struct flight *f, int status)
{
    struct hop *h = &f->hop;
    if ((h->ninterim & (h->ninterim - 1)) == 0) { /* 0 or a power of two */
        size_t cap = h->ninterim ? 2 * h->ninterim : 1;
        int *grown = arena_alloc(&f->ex.arena, cap * sizeof *grown);
        if (h->ninterim > 0)
            memcpy(grown, h->interim, h->ninterim * sizeof *grown);
        h->interim = grown;
    }
    h->interim[h->ninterim++] = status;
}

static void learn(struct flight *f, const struct response_head *head)
{
    struct learned_peer from = {
        .url = &f->url, .ask = f->transfer->ask, .is_foreign = f->is_foreign};
    learned_take(&f->client->learned, &from, f->ex.facts, head->fields);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct flight *f = flight_of(ex);
    if (f->is_stopping)
        return;
    admission_heard(&f->client->admission, &f->transfer->permit);
    f->hop.version = head->version;
    if (head->status < 200) {
        note_interim(f, head->status);
        tell_head(f, head);
        return;
    }
    f->hop.has_head = true;
    f->hop.status = head->status;
    f->hop.fields = head->fields;
    f->hop.rtt = pool_rtt(ex);
    f->throttle.rate = f->options->limit_rate;
    pool_learn(ex, head->fields);
    learn(f, head);
    if (retry_on_head(f, head)) {
        f->hop.is_dropped = true;
        if (f->hop.retry.is_login && head->status != 407)
            tell_head(f, head); /* as curl: it is no failure */
        return;
    }
    if (f->options->fail && head->status >= 400)
        f->hop.is_dropped = true; /* as is one of which nothing is missing */
    if (judge_redirect(f, head) && judge_size(f, head) &&
        start_decoding(f, head)) {
        hop_digests_start(f, head);
        tell_head(f, head);
    }
}

/* Bodies. */

/* Passes decoded bytes on; false when no more are to come now. */
static bool deliver(struct flight *f, struct span data)
{
    uint64_t limit = f->options->max_filesize;
    if (f->is_stopping)
        return false;
    if (limit && before(f) + f->hop.delivered + data.len > limit) {
        transfer_fail(f->transfer, ERR_TOO_LARGE, "Maximum file size exceeded");
        return false;
    }
    f->hop.delivered += data.len;
    struct qv_transfer *face = f->transfer->face;
    if (face->ops->on_body == NULL)
        return true;
    f->transfer->has_told = true;
    enum qv_flow flow = face->ops->on_body(face, data.base, data.len);
    if (f->transfer->face == NULL) /* cancelled meanwhile */
        return false;
    switch (flow) {
    case QV_MORE:
        return true;
    case QV_PAUSE:
        f->is_paused = true;
        f->flow = FLOW_PAUSED;
        return false;
    case QV_ENOUGH:
        f->hop.is_dropped = true;
        transfer_stop(f->transfer, &(struct fault){.code = ERR_NONE});
        return false;
    case QV_ABORT:
        transfer_fail(f->transfer, ERR_WRITE, "the output was closed");
        return false;
    }
    return false;
}

/* Passes on what the decoder makes of what it was fed; false when no more are
 * to come now. */
static bool deliver_decoded(struct flight *f)
{
    uint8_t piece[DECODE_PIECE];
    struct fault fault;
    for (;;) {
        size_t n = 0;
        switch (decode_read(f->decode, piece, sizeof piece, &n, &fault)) {
        case IO_OK:
            if (!deliver(f, span_of(piece, n)))
                return false;
            break;
        case IO_AGAIN:
        case IO_EOF:
            return true;
        case IO_FAILED:
            transfer_stop(f->transfer, &fault);
            return false;
        }
    }
}

/* Passes bytes of the connection on, decoded if they are coded; false when no
 * more are to come now.  What a pause leaves of them is set aside. */
static bool pass_at_once(struct flight *f, struct span data)
{
    if (f->decode == NULL) {
        hop_digests_add(f, data);
        return data.len == 0 || deliver(f, data);
    }
    decode_feed(f->decode, data);
    bool is_used_up = deliver_decoded(f);
    if (f->decode == NULL) /* cancelled meanwhile */
        return false;
    size_t left = decode_left(f->decode);
    hop_digests_add(f, span_of(data.base, data.len - left));
    if (is_used_up)
        return true;
    if (f->flow == FLOW_PAUSED) {
        str_add(&f->aside, span_of(data.base + data.len - left, left));
    }
    return false;
}

static void on_rate_time(struct loop_timer *timer, uint64_t now)
{
    struct flight *f = container_of(timer, struct flight, rate_timer);
    (void)now;
    f->is_slowed = false;
    flight_go_on(f);
}

static void slow_down(struct flight *f)
{
    f->is_slowed = true;
    f->flow = FLOW_PAUSED;
    f->rate_timer.on_expired = on_rate_time;
    loop_arm(f->client->loop, &f->rate_timer, f->throttle.next);
}

/* The same, no faster than --limit-rate. */
static bool pass(struct flight *f, struct span data)
{
    uint64_t now = loop_now(f->client->loop);
    if (f->throttle.rate == 0)
        return pass_at_once(f, data);
    while (data.len > 0 && now >= f->throttle.next) {
        size_t n = throttle_room(&f->throttle, now, data.len);
        struct span piece = span_of(data.base, n);
        data = span_of(data.base + n, data.len - n);
        throttle_take(&f->throttle, now, n);
        if (pass_at_once(f, piece))
            continue;
        if (f->flow == FLOW_PAUSED)
            str_add(&f->aside, data);
        return false;
    }
    if (now >= f->throttle.next)
        return true;
    str_add(&f->aside, data);
    slow_down(f);
    return false;
}

static void set_status_fault(const struct flight *f, struct fault *fault)
{
    fault_set(fault, ERR_HTTP_STATUS, (uint64_t)f->hop.status,
              "The requested URL returned error: %d", f->hop.status);
}

static void drop(struct flight *f)
{
    struct fault fault = {.code = ERR_NONE};
    if (f->ex.bytes_body_received <= DROP_MAX)
        return;
    if (!f->hop.is_redirect && !f->hop.is_complete &&
        f->hop.retry.when == RETRY_NEVER)
        set_status_fault(f, &fault);
    transfer_stop(f->transfer, &fault);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct flight *f = flight_of(ex);
    body_trace_received(f->client->loop, ex, data);
    if (f->hop.is_dropped)
        drop(f);
    else if (f->flow == FLOW_OPEN)
        (void)pass(f, data);
    else
        str_add(&f->aside, data);
    return f->flow == FLOW_OPEN && !f->is_stopping ? SINK_MORE : SINK_PAUSE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct flight *f = flight_of(ex);
    struct qv_transfer *face = f->transfer->face;
    if (f->is_stopping || f->hop.is_dropped)
        return;
    f->hop.trailers = trailers;
    if (face->ops->on_trailers)
        face->ops->on_trailers(face, result_fields(trailers, &f->ex.arena),
                               trailers->len);
}

/* The end. */

/* What a complete response may still be: an error by its status, or a body
 * whose coding is cut off. */
static void judge_end(struct flight *f)
{
    const struct hop *h = &f->hop;
    struct fault fault;
    if (h->fault || h->retry.when != RETRY_NEVER || h->is_complete)
        return;
    if (f->options->fail && h->status >= 400)
        set_status_fault(f, &fault);
    else if ((f->decode == NULL || decode_finish(f->decode, &fault)) &&
             hop_digests_are_right(f, &fault))
        return;
    flight_fail_hop(f, &fault);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct flight *f = flight_of(ex);
    ex->state = EXCHANGE_DONE;
    f->hop.is_over = true;
    if (fault && !f->hop.is_complete) {
        flight_fail_hop(f, fault);
        proxied_on_fault(f, f->hop.fault);
    }
    client_counters_hop(f->transfer);
    if (f->flow != FLOW_OPEN)
        flight_keep_facts(f);
    if (f->is_stopping || f->flow != FLOW_OPEN)
        return; /* stop_task or resume_task goes on from here */
    loop_soon(f->client->loop, &f->over_task);
}

static void end_hop(struct flight *f)
{
    judge_end(f);
    f->transfer->events->on_over(f);
}

void response_on_over(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, over_task);
    if (!f->is_stopping)
        end_hop(f);
}

/* What was set aside leaves the flight first: the caller may pause again in
 * the middle of it, or cancel. */
static bool pass_aside(struct flight *f)
{
    struct str aside = f->aside;
    str_init(&f->aside);
    bool is_used_up = pass(f, str_span(&aside));
    str_fini(&aside);
    return is_used_up;
}

void response_on_resume(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, resume_task);
    if (f->flow != FLOW_RESUMED || f->is_stopping)
        return;
    f->flow = FLOW_OPEN;
    if (!pass_aside(f))
        return;
    if (f->hop.is_over)
        end_hop(f);
    else
        pool_resume(&f->ex, EXCHANGE_RECEIVE);
}

const struct exchange_sink response_sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};
