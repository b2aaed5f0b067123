#include "client/transfer_story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/request_story.h"
#include "http/message.h"

static struct request_story of_transfer(const struct transfer *t)
{
    const struct flight *f = t->flight;
    return (struct request_story){
        .story = t->story,
        .loop = t->client->loop,
        .conn_id = f && f->facts ? f->facts->id : 0,
    };
}

void transfer_story_tell(const struct transfer *t, enum story_topic topic,
                         const char *of, const char *chosen,
                         const char *because, ...)
{
    const struct request_story s = of_transfer(t);
    va_list args;
    va_start(args, because);
    request_story_vtell(&s, topic, of, chosen, because, args);
    va_end(args);
}

void transfer_story_url(const struct flight *f, bool was_secure)
{
    const struct request_story s = of_transfer(f->transfer);
    request_story_url(&s, &f->url, was_secure);
}

void transfer_story_proxy(const struct flight *f,
                          const struct qv_options *chosen,
                          const struct qv_options *asked)
{
    const struct request_story s = of_transfer(f->transfer);
    const struct request_story_proxy what = {
        .url = &f->url,
        .chosen = chosen,
        .asked = asked,
        .env = f->client->options.proxies,
    };
    request_story_proxy(&s, &what);
}

void transfer_story_waits(const struct transfer *t, const char *kind,
                          uint64_t ns)
{
    bool is_hold = strcmp(kind, "hold") == 0;
    bool is_rate = strcmp(kind, "rate") == 0;
    char chosen[64] = "until another is done";
    if (ns > 0)
        (void)snprintf(chosen, sizeof chosen, "for %.3f s",
                       (double)ns / (double)LOOP_S);
    transfer_story_tell(t, STORY_WAIT, NULL, chosen, "%s",
                        is_hold   ? "the host has asked for patience, or did "
                                    "not answer"
                        : is_rate ? "no more requests a second are wanted"
                                  : "as many run as may");
}

void transfer_story_not_early(const struct flight *f)
{
    const char *why = f->has_body        ? "it has a body"
                      : f->was_too_early ? "the server has answered 425"
                      : !message_is_safe(f->request.method)
                          ? "its method is not safe to be repeated"
                          : "it asks for another protocol";
    if (f->options->tls_earlydata)
        transfer_story_tell(f->transfer, STORY_EARLY_DATA, NULL, "not for this",
                            "%s", why);
}
