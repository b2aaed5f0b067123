#include "http/url.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "client/result.h"
#include "quiver.h"

static const char *terminated(struct span s, struct arena *arena)
{
    return (const char *)arena_copy(arena, s).base;
}

bool qv_url_parse(struct qv_url *u, const char *text,
                  const char *default_scheme, struct qv_error *error)
{
    struct arena *arena = XALLOC_NEW(struct arena);
    struct url_options o = {.default_scheme = default_scheme};
    struct url url;
    struct fault fault = {0};
    arena_init(arena);
    *u = (struct qv_url){.memory = arena};
    if (!url_parse(&url, span_str(text), &o, arena, &fault)) {
        result_error(error, &fault);
        qv_url_free(u);
        return false;
    }
    u->scheme = terminated(url.scheme->name, arena);
    u->user = terminated(url.user, arena);
    u->password = terminated(url.password, arena);
    u->host = terminated(url_address(&url, arena), arena);
    u->port = url.port;
    u->path = terminated(url.path, arena);
    u->query = terminated(url.query, arena);
    u->fragment = terminated(url.fragment, arena);
    u->text = terminated(
        url_text(&url, URL_TEXT_USER | URL_TEXT_FRAGMENT, arena), arena);
    u->shown = terminated(url_text(&url, 0, arena), arena);
    return true;
}

void qv_url_free(struct qv_url *u)
{
    if (u->memory) {
        arena_fini(u->memory);
        free(u->memory);
    }
    *u = (struct qv_url){.memory = NULL};
}
