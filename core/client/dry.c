#include "client/dry.h"

#include "client/built.h"
#include "client/flight.h"
#include "client/transfer.h"

static void on_dry(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, send_task);
    struct transfer *t = f->transfer;
    if (f->is_stopping)
        return;
    if (t->face->ops->on_built)
        t->face->ops->on_built(t->face, built_new(f));
    if (t->face != NULL && !f->is_stopping)
        transfer_finish(t, NULL);
}

void dry_start(struct flight *f)
{
    f->send_task.run = on_dry;
    loop_later(f->client->loop, &f->send_task);
}
