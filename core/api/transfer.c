#include "client/transfer.h"

#include "api/client_self.h"
#include "api/precheck.h"
#include "client/flight.h"
#include "client/hop_digests.h"
#include "client/request_settings.h"
#include "client/result.h"
#include "http/message.h"
#include "quiver/trace.h"

bool qv_method_is_idempotent(const char *method)
{
    return message_is_idempotent(span_str(method));
}

bool qv_method_means_content(const char *method)
{
    return message_means_content(span_str(method));
}

void qv_transfer_start(struct qv_client *c, struct qv_transfer *t,
                       const struct qv_request *request)
{
    transfer_start(&c->client, t, request);
}

void qv_transfer_cancel(struct qv_transfer *t)
{
    if (t->state)
        transfer_cancel(t->state);
}

bool qv_transfer_is_underway(const struct qv_transfer *t)
{
    const struct transfer *x = t->state;
    return x && x->flight && x->flight->is_begun;
}

uint64_t qv_transfer_id(const struct qv_transfer *t)
{
    const struct transfer *x = t->state;
    return x ? x->id : QV_NO_XFER;
}

void qv_transfer_pause(struct qv_transfer *t)
{
    if (t->state)
        transfer_pause(t->state);
}

void qv_transfer_earlier(struct qv_transfer *t, const void *data, size_t len)
{
    const struct transfer *x = t->state;
    if (x && x->flight)
        hop_digests_earlier(x->flight, span_of(data, len));
}

void qv_transfer_resume(struct qv_transfer *t)
{
    if (t->state)
        transfer_resume(t->state);
}

void qv_transfer_continue(struct qv_transfer *t, uint64_t from,
                          const char *if_range)
{
    struct transfer *x = t->state;
    if (x)
        resume_continue(&x->resume, from, if_range);
}

struct qv_options *qv_transfer_own_options(struct qv_transfer *t)
{
    const struct transfer *state = t->state;
    return flight_own_options(state->flight);
}

void qv_options_adopt(struct qv_options *options, const struct qv_options *from,
                      const struct qv_options *to)
{
    request_settings_adopt(options, from, to);
}

bool qv_request_check(const struct qv_request *request, struct qv_error *error)
{
    struct fault fault = {0};
    bool ok = precheck_request(request, &fault);
    if (!ok)
        result_error(error, &fault);
    return ok;
}

void qv_transfer_fail(struct qv_transfer *t, int status, const char *text)
{
    if (t->state)
        transfer_fail(t->state, err_of_exit_status(status), text);
}

void qv_transfer_progress(const struct qv_transfer *t, struct qv_progress *p)
{
    const struct transfer *x = t->state;
    const struct flight *f = x ? x->flight : NULL;
    *p = (struct qv_progress){.down_total = -1, .up_total = -1};
    if (f == NULL)
        return;
    uint64_t before = f->hop.is_rest ? x->resume.from : 0;
    p->down = before + f->ex.bytes_body_received;
    p->up = f->ex.bytes_body_sent;
    p->started = f->ex.submitted_at;
    if (f->has_body && f->request.body_len >= 0)
        p->up_total = f->request.body_len;
    uint64_t len = 0;
    if (f->hop.fields &&
        message_content_length(f->hop.fields, &len) == MESSAGE_LENGTH_KNOWN)
        p->down_total = (int64_t)(before + len);
}
