#include "serve/page.h"

#include <stdlib.h>

#include "base/list.h"
#include "serve/reply.h"
#include "serve/target.h"

struct page_reply {
    struct reply reply;
    const struct page *page;
};

static bool is_method(const struct stream *s, const char *name)
{
    return span_equal(s->request->method, span_str(name));
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    const struct page *page = container_of(r, struct page_reply, reply)->page;
    struct span path = target_path(r->stream->request->target);
    size_t len = 0;
    (void)trailers;
    if (!span_equal(path, span_str(page->path))) {
        reply_status(r, 404);
        return;
    }
    if (!is_method(r->stream, "GET") && !is_method(r->stream, "HEAD")) {
        reply_field(r, "allow", "GET, HEAD");
        reply_status(r, 405);
        return;
    }
    char *text = page->render(page->user, &len);
    reply_text(r, 200, page->type, span_of(text, len));
    free(text);
}

void page_start(struct stream *s, const struct page *page)
{
    static const struct reply_ops ops = {.on_end = on_end};
    struct page_reply *p = ARENA_NEW(s->arena, struct page_reply);
    p->page = page;
    reply_init(&p->reply, s, &ops);
}
