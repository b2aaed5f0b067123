#include "request/cmdline.h"

#include <stdlib.h>

#include "args/parser.h"
#include "core/base/xalloc.h"
#include "request/form.h"

struct cmdline *cmdline_new(void)
{
    struct cmdline *s = xalloc_zeroed(1, sizeof *s);
    s->parallel_max = PARALLEL_MAX_DEFAULT;
    s->screen.is_styled = true;
    s->record_body_max = RECORD_BODY_MAX_DEFAULT;
    cmdline_next(s);
    return s;
}

struct operation *cmdline_next(struct cmdline *s)
{
    struct operation *op = xalloc_zeroed(1, sizeof *op);
    request_options_init(&op->how);
    head_file_init(&op->heads);
    if (s->last)
        s->last->next = op;
    else
        s->first = op;
    s->last = op;
    return op;
}

static void operation_free(struct operation *op)
{
    free(op->targets);
    occurrences_fini(&op->given);
    strings_fini(&op->checksums);
    strings_fini(&op->expected);
    str_fini(&op->data.bytes);
    strings_fini(&op->items);
    form_drop(op->form);
    head_file_fini(&op->heads);
    request_options_fini(&op->how);
    free(op);
}

void cmdline_free(struct cmdline *s)
{
    if (!s)
        return;
    while (s->first) {
        struct operation *op = s->first;
        s->first = op->next;
        operation_free(op);
    }
    strings_fini(&s->state.hsts);
    strings_disown(&s->owned);
    free(s);
}

static void new_target(struct operation *op)
{
    op->targets = xalloc_room(op->targets, op->ntargets, &op->targets_cap,
                              sizeof *op->targets);
    op->targets[op->ntargets++] = (struct target){0};
}

/* The one behind the *n that have what is given now. */
static struct target *target_after(struct operation *op, size_t *n)
{
    if (*n == op->ntargets)
        new_target(op);
    return &op->targets[(*n)++];
}

struct target *cmdline_url_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nurls);
    t->has_url = true;
    return t;
}

struct target *cmdline_place_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nplaces);
    t->has_place = true;
    return t;
}

struct target *cmdline_upload_target(struct operation *op)
{
    struct target *t = target_after(op, &op->nuploads);
    t->has_upload = true;
    return t;
}

static void copy_data(struct post_data *to, const struct post_data *from)
{
    *to = *from;
    to->bytes = (struct str){0};
    if (from->bytes.len)
        str_add(&to->bytes, span_of(from->bytes.base, from->bytes.len));
}

/* *to has been a copy of *from's members. */
static void copy_strings(struct strings *to, const struct strings *from)
{
    *to = (struct strings){0};
    for (size_t i = 0; i < from->len; i++)
        strings_add(to, from->at[i]);
}

void cmdline_copy_operation(struct operation *op, const struct operation *from)
{
    struct operation *next = op->next;
    struct head_file heads = op->heads;
    *op = *from;
    op->next = next;
    op->base = NULL;
    op->heads = heads;
    op->targets = NULL;
    op->ntargets = op->targets_cap = 0;
    op->nurls = op->nplaces = op->nuploads = 0;
    op->given = (struct occurrences){0};
    op->items = (struct strings){0};
    copy_strings(&op->checksums, &from->checksums);
    copy_strings(&op->expected, &from->expected);
    copy_data(&op->data, &from->data);
    op->form = form_hold(from->form);
    request_options_copy(&op->how, &from->how);
}

void cmdline_aim(struct parser *p, struct operation *op)
{
    p->scope[SCOPE_OPERATION] = op;
    p->scope[SCOPE_REQUEST] = &op->how;
}
