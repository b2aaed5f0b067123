#include "client/built.h"

#include "client/flight.h"

/* NUL-terminated. */
static const char *text(struct flight *f, struct span s)
{
    return (const char *)arena_copy(&f->arena, s).base;
}

/* The exchange's arena, which has them, is emptied with the next hop. */
static const struct qv_field *copy_fields(struct flight *f)
{
    const struct fields *from = &f->request.fields;
    if (from->len == 0)
        return NULL;
    struct qv_field *out = arena_alloc(&f->arena, from->len * sizeof *out);
    for (size_t i = 0; i < from->len; i++)
        out[i] = (struct qv_field){.name = text(f, from->items[i].name),
                                   .value = text(f, from->items[i].value)};
    return out;
}

const struct qv_built *built_new(struct flight *f)
{
    const struct request *r = &f->request;
    if (r->method.base == NULL)
        return NULL;
    struct qv_built *b = arena_alloc(&f->arena, sizeof *b);
    *b = (struct qv_built){
        .method = text(f, r->method),
        .url = text(f, url_text(&f->url, 0, &f->arena)),
        .authority = text(f, r->authority),
        .target = text(f, r->absolute.base ? r->absolute : r->target),
        .fields = copy_fields(f),
        .nfields = r->fields.len,
        .content_type = r->content_type.base ? text(f, r->content_type) : NULL,
        .has_body = f->has_body,
        .body_len = r->body_len,
        .expects_continue = r->expect_continue,
    };
    return b;
}
