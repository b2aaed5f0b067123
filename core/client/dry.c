#include "client/dry.h"

#include "client/flight.h"
#include "client/result.h"
#include "client/transfer.h"

/* NUL-terminated. */
static const char *text(struct flight *f, struct span s)
{
    return (const char *)arena_copy(&f->arena, s).base;
}

static void on_dry(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, resend_task);
    struct transfer *t = f->transfer;
    const struct request *r = &f->request;
    if (f->is_stopping)
        return;
    struct qv_built built = {
        .method = text(f, r->method),
        .url = text(f, url_text(&f->url, 0, &f->arena)),
        .authority = text(f, r->authority),
        .target = text(f, r->absolute.base ? r->absolute : r->target),
        .fields = result_fields(&r->fields, &f->arena),
        .nfields = r->fields.len,
        .content_type = r->content_type.base ? text(f, r->content_type) : NULL,
        .has_body = f->has_body,
        .body_len = r->body_len,
        .expects_continue = r->expect_continue,
    };
    if (t->face->ops->on_built)
        t->face->ops->on_built(t->face, &built);
    if (t->face != NULL && !f->is_stopping)
        transfer_finish(t, NULL);
}

void dry_start(struct flight *f)
{
    f->resend_task.run = on_dry;
    loop_later(f->client->loop, &f->resend_task);
}
