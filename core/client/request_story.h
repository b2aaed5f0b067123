/*
 * request_story -- what transfers and channels decide themselves about a request,
 * told in the story of each (http/story.h): where it goes, and by which proxy.
 * Without a story every function does nothing.
 */
#ifndef CORE_CLIENT_REQUEST_STORY_H
#define CORE_CLIENT_REQUEST_STORY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/story.h"
#include "http/url.h"
#include "quiver.h"

struct loop;

/* Who tells. */
struct request_story {
    struct story *story; /* NULL: nobody wants to know */
    struct loop *loop;
    uint64_t conn_id; /* 0: none serves it yet */
};

void request_story_tell(const struct request_story *s, enum story_topic topic,
                        const char *of, const char *chosen, const char *because,
                        ...) __attribute__((format(printf, 5, 6)));
/* The same for the rest of somebody's arguments. */
void request_story_vtell(const struct request_story *s, enum story_topic topic,
                         const char *of, const char *chosen,
                         const char *because, va_list args)
    __attribute__((format(printf, 5, 0)));

/* The URL was looked up in what is known; was_secure: before that. */
void request_story_url(const struct request_story *s, const struct url *url,
                       bool was_secure);

/* Which proxy. */
struct request_story_proxy {
    const struct url *url;
    const struct qv_options *chosen;
    const struct qv_options *asked;         /* as they were before that */
    const struct qv_proxy_environment *env; /* NULL: there is none */
};
void request_story_proxy(const struct request_story *s,
                         const struct request_story_proxy *what);

#endif
