#include "client/transfer_story.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "http/message.h"
#include "settings/proxy.h"

void transfer_story_tell(const struct transfer *t, enum story_topic topic,
                         const char *of, const char *chosen,
                         const char *because, ...)
{
    struct str text;
    va_list args;
    if (t->story == NULL)
        return;
    str_init(&text);
    va_start(args, because);
    str_vprintf(&text, because, args);
    va_end(args);
    const struct flight *f = t->flight;
    (void)story_tell(t->story,
                     &(struct story_decision){
                         .at = loop_now(t->client->loop),
                         .topic = topic,
                         .conn_id = f && f->facts ? f->facts->id : 0,
                         .of = of,
                         .chosen = chosen,
                     },
                     "%s", str_text(&text));
    str_fini(&text);
}

/* In the scratch arena of the flight; NULL: nobody wants it. */
static const char *origin_of(struct flight *f)
{
    char text[320];
    if (f->transfer->story == NULL || f->url.scheme.base == NULL)
        return NULL;
    struct span host = url_address(&f->url, &f->arena);
    (void)snprintf(text, sizeof text, "%.*s:%u", SPAN_ARG(host), f->url.port);
    return arena_string(&f->arena, text);
}

void transfer_story_url(const struct flight *f, bool was_secure)
{
    const char *of = origin_of((struct flight *)(uintptr_t)f);
    if (was_secure || !url_is_secure(&f->url))
        return;
    transfer_story_tell(f->transfer, STORY_URL, of, "https instead of http",
                        "the host has asked for TLS alone before (HSTS)");
}

static const char *no_proxy_reason(const struct flight *f,
                                   const struct qv_options *asked)
{
    const struct qv_proxy_environment *env = f->client->options.proxies;
    bool has_any =
        asked->proxy || asked->preproxy ||
        (env && (env->http.value || env->https.value || env->all.value));
    if (!has_any)
        return "none is named, by options or by the environment";
    if (asked->unix_socket)
        return "it is reached by a Unix socket";
    if (asked->proxy && !*asked->proxy)
        return "-x asks for none";
    if (asked->noproxy)
        return "--noproxy names the host";
    if (env && env->none_for.value)
        return "no_proxy names the host, or no variable is for its scheme";
    return "the variables that are set are not for its scheme";
}

void transfer_story_proxy(const struct flight *f,
                          const struct qv_options *chosen,
                          const struct qv_options *asked)
{
    struct proxy proxy;
    struct arena arena;
    struct fault ignored;
    struct str name;
    const char *of = origin_of((struct flight *)(uintptr_t)f);
    if (of == NULL)
        return;
    if (chosen->proxy == NULL || !*chosen->proxy) {
        transfer_story_tell(f->transfer, STORY_PROXY, of, "none", "%s",
                            no_proxy_reason(f, asked));
        return;
    }
    arena_init(&arena);
    str_init(&name);
    if (proxy_parse(&proxy, chosen->proxy, &arena, &ignored))
        proxy_name(&proxy, &name);
    transfer_story_tell(f->transfer, STORY_PROXY, of, str_text(&name),
                        "%s names it",
                        chosen->proxy_why ? chosen->proxy_why : "-x");
    str_fini(&name);
    arena_fini(&arena);
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
