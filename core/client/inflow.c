/*
 * A response flows   connection -> [decode ->] caller.
 *
 * The caller may pause at any byte.  Coded bytes that were fed but not yet
 * decoded then are put aside (at most one read of the connection), and the
 * end of the exchange waits until they are delivered.
 *
 * A body that nobody wants (of a redirect, of an error under -f) is read and
 * dropped so that the connection can be used again, but only DROP_MAX bytes
 * of it.
 */
#include "client/inflow.h"

#include "base/fault.h"
#include "client/redirect.h"
#include "client/result.h"

/* Reading on to here is cheaper than a new connection. */
#define DROP_MAX ((uint64_t)65536)

#define DECODE_PIECE ((size_t)16384)

static struct transfer *transfer_of(struct exchange *ex)
{
    return container_of(ex, struct transfer, ex);
}

void inflow_reset(struct transfer *t)
{
    decode_free(t->decode);
    t->decode = NULL;
    str_clear(&t->coded);
    t->hop = (struct hop){0};
}

void inflow_fini(struct transfer *t)
{
    decode_free(t->decode);
    t->decode = NULL;
    str_fini(&t->coded);
}

/* Heads. */

static void tell_head(struct transfer *t, const struct response_head *head)
{
    if (t->face->ops->on_head == NULL)
        return;
    struct qv_head public = {
        .status = head->status,
        .version = message_version_name(head->version),
        .reason = (const char *)arena_copy(&t->ex.arena, head->reason).base,
        .fields = result_fields(head->fields, &t->ex.arena),
        .nfields = head->fields->len,
        .is_redirect = t->hop.is_redirect,
    };
    t->face->ops->on_head(t->face, &public);
}

/* False when the transfer cannot go on with this head. */
static bool judge_redirect(struct transfer *t, const struct response_head *head)
{
    bool is_ambiguous;
    if (!redirect_is(head->status))
        return true;
    struct span location = redirect_location(head, &is_ambiguous);
    if (location.base == NULL)
        return true;
    if (is_ambiguous && t->ask->options.follow) {
        transfer_fail(t, ERR_WEIRD_REPLY,
                      "redirect with two different Location fields");
        return false;
    }
    t->hop.next = arena_copy(&t->arena, location);
    t->hop.is_redirect = t->ask->options.follow;
    t->hop.is_dropped = t->hop.is_redirect;
    return true;
}

static bool judge_size(struct transfer *t, const struct response_head *head)
{
    uint64_t limit = t->ask->options.max_filesize;
    uint64_t len = 0;
    if (limit == 0 || t->hop.is_dropped ||
        message_is_bodyless(t->request.method, head->status) ||
        !span_to_u64(fields_value(head->fields, "content-length"), &len) ||
        len <= limit)
        return true;
    transfer_fail(t, ERR_TOO_LARGE, "Maximum file size exceeded");
    return false;
}

static bool start_decoding(struct transfer *t, const struct response_head *head)
{
    struct fault fault;
    if (!t->ask->options.compressed || t->hop.is_dropped ||
        message_is_bodyless(t->request.method, head->status))
        return true;
    if (decode_new(&t->decode, fields_value(head->fields, "content-encoding"),
                   &fault))
        return true;
    transfer_stop(t, &fault);
    return false;
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct transfer *t = transfer_of(ex);
    if (t->is_stopping)
        return;
    t->hop.version = head->version;
    if (head->status < 200) {
        tell_head(t, head);
        return;
    }
    t->hop.has_head = true;
    t->hop.status = head->status;
    t->hop.fields = head->fields;
    t->hop.rtt = pool_rtt(ex);
    if (t->ask->options.fail && head->status >= 400)
        t->hop.is_dropped = true;
    if (judge_redirect(t, head) && judge_size(t, head) &&
        start_decoding(t, head))
        tell_head(t, head);
}

/* Bodies. */

/* Passes decoded bytes on; false when no more are to come now. */
static bool deliver(struct transfer *t, struct span data)
{
    uint64_t limit = t->ask->options.max_filesize;
    if (t->is_stopping)
        return false;
    if (limit && t->hop.delivered + data.len > limit) {
        transfer_fail(t, ERR_TOO_LARGE, "Maximum file size exceeded");
        return false;
    }
    t->hop.delivered += data.len;
    if (t->face->ops->on_body == NULL)
        return true;
    switch (t->face->ops->on_body(t->face, data.base, data.len)) {
    case QV_MORE:
        return true;
    case QV_PAUSE:
        t->is_paused = true;
        return false;
    case QV_ABORT:
        transfer_fail(t, ERR_WRITE, "the output was closed");
        return false;
    }
    return false;
}

/* Decodes until everything fed is used up (true), or no more are wanted. */
static bool decode_on(struct transfer *t)
{
    uint8_t piece[DECODE_PIECE];
    struct fault fault;
    for (;;) {
        size_t n = 0;
        switch (decode_read(t->decode, piece, sizeof piece, &n, &fault)) {
        case IO_OK:
            if (!deliver(t, span_of(piece, n)))
                return false;
            break;
        case IO_AGAIN:
        case IO_EOF:
            return true;
        case IO_FAILED:
            transfer_stop(t, &fault);
            return false;
        }
    }
}

static void set_status_fault(const struct transfer *t, struct fault *fault)
{
    fault_set(fault, ERR_HTTP_STATUS, (uint64_t)t->hop.status,
              "The requested URL returned error: %d", t->hop.status);
}

static void drop(struct transfer *t)
{
    struct fault fault = {.code = ERR_NONE};
    if (t->ex.bytes_body_received <= DROP_MAX)
        return;
    if (!t->hop.is_redirect)
        set_status_fault(t, &fault);
    transfer_stop(t, &fault);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct transfer *t = transfer_of(ex);
    if (t->hop.is_dropped) {
        drop(t);
    } else if (t->decode == NULL) {
        (void)deliver(t, data);
    } else {
        decode_feed(t->decode, data);
        if (!decode_on(t) && t->is_paused) {
            size_t left = decode_left(t->decode);
            str_add(&t->coded, span_of(data.base + data.len - left, left));
        }
    }
    return t->is_paused || t->is_stopping ? SINK_PAUSE : SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    struct transfer *t = transfer_of(ex);
    if (t->face->ops->on_trailers && !t->is_stopping && !t->hop.is_dropped)
        t->face->ops->on_trailers(
            t->face, result_fields(trailers, &t->ex.arena), trailers->len);
}

/* The end. */

/* What a complete response may still be: an error by its status, or a body
 * whose coding is cut off. */
static void judge_end(struct transfer *t)
{
    struct hop *h = &t->hop;
    if (h->has_failed)
        return;
    if (t->ask->options.fail && h->status >= 400) {
        h->has_failed = true;
        set_status_fault(t, &h->fault);
    } else if (t->decode && !decode_finish(t->decode, &h->fault)) {
        h->has_failed = true;
    }
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct transfer *t = transfer_of(ex);
    ex->state = EXCHANGE_DONE;
    t->hop.is_over = true;
    if (fault) {
        t->hop.has_failed = true;
        t->hop.fault = *fault;
    }
    if (t->is_stopping || t->is_paused)
        return; /* stop_task or the resumption goes on from here */
    judge_end(t);
    transfer_hop_over(t);
}

void inflow_on_resume(struct loop_task *task)
{
    struct transfer *t = container_of(task, struct transfer, resume_task);
    if (t->is_paused || t->is_stopping)
        return;
    if (t->coded.len > 0 || t->decode) {
        struct str coded = t->coded;
        str_init(&t->coded);
        if (coded.len > 0)
            decode_feed(t->decode, str_span(&coded));
        bool is_used_up = decode_on(t);
        if (!is_used_up && t->is_paused) {
            size_t left = decode_left(t->decode);
            str_add(&t->coded, span_of(coded.base + coded.len - left, left));
        }
        str_fini(&coded);
        if (!is_used_up)
            return;
    }
    if (t->hop.is_over) {
        judge_end(t);
        transfer_hop_over(t);
    } else {
        pool_resume(&t->ex);
    }
}

const struct exchange_sink inflow_sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};
