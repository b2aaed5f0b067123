#include "request/expansion.h"

#include <stdlib.h>

bool expansion_begin(struct expansion *x, const struct operation *op,
                     const struct target *t, struct glob_error *error)
{
    *x = (struct expansion){0};
    x->urls = glob_new(t->url, "URL", op->globoff || t->is_plain, error);
    if (x->urls && t->upload)
        x->uploads = glob_new(t->upload, "-T", op->globoff, error);
    if (x->urls && (!t->upload || x->uploads) &&
        (!t->output || glob_knows(x->urls, x->uploads, t->output, error)))
        return true;
    expansion_end(x);
    return false;
}

void expansion_end(struct expansion *x)
{
    glob_free(x->urls);
    glob_free(x->uploads);
    *x = (struct expansion){0};
}

static void advance(struct expansion *x)
{
    if (++x->url_at < glob_count(x->urls))
        return;
    x->url_at = 0;
    if (!x->uploads || ++x->upload_at == glob_count(x->uploads))
        expansion_end(x);
}

void expansion_next(struct expansion *x, const struct target *t,
                    struct expanded *next)
{
    struct glob_choice url = {x->urls, x->url_at};
    struct glob_choice upload = {x->uploads, x->upload_at};
    *next = (struct expanded){.url = glob_url(x->urls, x->url_at)};
    if (t->output)
        next->output = glob_name(url, upload, t->output);
    if (x->uploads)
        next->upload = glob_url(x->uploads, x->upload_at);
    advance(x);
}

void expanded_free(struct expanded *e)
{
    free(e->url);
    free(e->output);
    free(e->upload);
}
