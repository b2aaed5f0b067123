#include "client/request_story.h"

#include <stdarg.h>

#include "base/arena.h"
#include "base/str.h"
#include "io/loop.h"
#include "settings/proxy.h"

void request_story_vtell(const struct request_story *s, enum story_topic topic,
                         const char *of, const char *chosen,
                         const char *because, va_list args)
{
    struct str text;
    if (s->story == NULL)
        return;
    str_init(&text);
    str_vprintf(&text, because, args);
    (void)story_tell(s->story,
                     &(struct story_decision){
                         .at = loop_now(s->loop),
                         .topic = topic,
                         .conn_id = s->conn_id,
                         .of = of,
                         .chosen = chosen,
                     },
                     "%s", str_text(&text));
    str_fini(&text);
}

void request_story_tell(const struct request_story *s, enum story_topic topic,
                        const char *of, const char *chosen, const char *because,
                        ...)
{
    va_list args;
    va_start(args, because);
    request_story_vtell(s, topic, of, chosen, because, args);
    va_end(args);
}

/* "example.com:443" */
static void add_origin(struct str *out, const struct url *u)
{
    struct arena arena;
    arena_init(&arena);
    if (u->scheme != NULL) {
        str_add(out, url_address(u, &arena));
        str_printf(out, ":%u", u->port);
    }
    arena_fini(&arena);
}

void request_story_url(const struct request_story *s, const struct url *url,
                       bool was_secure)
{
    struct str of;
    if (s->story == NULL || was_secure || !url->scheme->is_secure)
        return;
    str_init(&of);
    add_origin(&of, url);
    request_story_tell(s, STORY_URL, str_text(&of), "https instead of http",
                       "the host has asked for TLS alone before (HSTS)");
    str_fini(&of);
}

static const char *no_proxy_reason(const struct request_story_proxy *what)
{
    const struct qv_options *asked = what->asked;
    const struct qv_proxy_environment *env = what->env;
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

static void add_proxy(struct str *out, const char *url)
{
    struct proxy proxy;
    struct arena arena;
    struct fault ignored;
    arena_init(&arena);
    if (proxy_parse(&proxy, url, &arena, &ignored))
        proxy_name(&proxy, out);
    arena_fini(&arena);
}

void request_story_proxy(const struct request_story *s,
                         const struct request_story_proxy *what)
{
    const struct qv_options *chosen = what->chosen;
    struct str of;
    struct str name;
    if (s->story == NULL)
        return;
    str_init(&of);
    str_init(&name);
    add_origin(&of, what->url);
    if (chosen->proxy == NULL || !*chosen->proxy) {
        request_story_tell(s, STORY_PROXY, str_text(&of), "none", "%s",
                           no_proxy_reason(what));
    } else {
        add_proxy(&name, chosen->proxy);
        request_story_tell(s, STORY_PROXY, str_text(&of), str_text(&name),
                           "%s names it",
                           chosen->proxy_why ? chosen->proxy_why : "-x");
    }
    str_fini(&name);
    str_fini(&of);
}
