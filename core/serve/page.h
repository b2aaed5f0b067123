/*
 * page -- a server of one page, whose text is made anew for each request.
 *
 * For metrics: a server with options.page set answers GET and HEAD of that
 * path, and 404 to everything else.
 */
#ifndef CORE_SERVE_PAGE_H
#define CORE_SERVE_PAGE_H

#include <stddef.h>

#include "serve/stream.h"

/* Outlives its server. */
struct page {
    const char *path; /* "/metrics" */
    const char *type; /* content-type */
    /* The text, which is freed with free(). */
    char *(*render)(void *user, size_t *len);
    void *user;
};

void page_start(struct stream *s, const struct page *page);

#endif
