#include "pool/pool_story.h"

#include <stdio.h>

#include "base/trace.h"

static void tell(const struct pool *p, struct story *s,
                 const struct story_decision *what, const char *because)
{
    struct story_decision full = *what;
    full.at = loop_now(pool_self_loop(p));
    full.of = p->counters.origin;
    (void)story_tell(s, &full, "%s", because);
}

/* Why none of the open connections serves it now. */
static void add_obstacle(const struct pool *p, const struct exchange *ex,
                         struct str *text)
{
    char names[FEATURE_LIST_MAX];
    if (p->nopen == 0 && p->nconns == 0)
        str_add_text(text, "no connection to it is open");
    else if (p->nopen == 0)
        str_add_text(text, "those that are open take nothing more");
    else if (ex->needs_fresh)
        str_add_text(text, "what was open has failed it: one is needed that is "
                           "made after that");
    else if (!pool_groups_may_serve(p, ex->needs)) {
        feature_list(ex->needs, names);
        str_printf(text, "those that are open cannot do what it needs: %s",
                   names);
    } else
        str_printf(text,
                   "all %zu that are open carry as many requests as they "
                   "take",
                   p->nopen);
}

void pool_story_waits(const struct pool *p, const struct exchange *ex)
{
    struct str text;
    if (ex->story == NULL)
        return;
    str_init(&text);
    add_obstacle(p, ex, &text);
    tell(p, ex->story,
         &(struct story_decision){
             .topic = STORY_CONNECTION,
             .chosen = p->ndials > 0 ? "waits for a new one" : "waits for one"},
         str_text(&text));
    str_fini(&text);
}

void pool_story_gets(const struct pool_member *member,
                     const struct exchange *ex)
{
    const struct conn *c = member->conn;
    char chosen[64];
    struct str text;
    if (ex->story == NULL)
        return;
    uint64_t age = loop_now(pool_self_loop(member->pool)) - member->opened_at;
    str_init(&text);
    (void)snprintf(chosen, sizeof chosen, "connection %llu, %s",
                   (unsigned long long)c->facts.id,
                   member->nassigned > 0 ? "reused" : "new");
    if (member->nassigned > 0)
        str_printf(
            &text,
            "it is open for %.3f s, speaks %s, has had %zu request%s and "
            "carries %zu now",
            (double)age / (double)LOOP_S, c->ops->title, member->nassigned,
            member->nassigned == 1 ? "" : "s", c->active);
    else
        str_printf(&text, "it was made for what waits, and speaks %s",
                   c->ops->title);
    tell(member->pool, ex->story,
         &(struct story_decision){.topic = STORY_CONNECTION,
                                  .conn_id = c->facts.id,
                                  .chosen = chosen},
         str_text(&text));
    str_fini(&text);
}

void pool_story_returned(const struct conn *c, const struct exchange *ex,
                         const struct fault *why)
{
    story_absorb(ex->story, &c->facts);
    tell(ex->pool, ex->story,
         &(struct story_decision){.topic = STORY_RESEND,
                                  .conn_id = c->facts.id,
                                  .chosen = "sent on another connection"},
         why->detail);
}

void pool_story_drains(const struct pool *p, const struct conn *c,
                       const struct fault *why)
{
    bool has_goaway = c->facts.version >= HTTP_VERSION_2;
    tell(p, c->facts.story,
         &(struct story_decision){.topic = has_goaway ? STORY_GOAWAY
                                                      : STORY_CONNECTION,
                                  .conn_id = c->facts.id,
                                  .chosen = "takes no more requests"},
         why ? why->detail : "");
}

void pool_story_peer(const struct pool *p, const struct conn *c)
{
    struct loop *loop = pool_self_loop(p);
    struct allowed a;
    struct str text;
    if (c->facts.story == NULL)
        return;
    str_init(&text);
    allowed_init(&a);
    c->ops->allowed(c, &a);
    if (c->limit < CONN_LIMIT_UNKNOWN)
        str_printf(&text, "%zu request%s at once", c->limit,
                   c->limit == 1 ? "" : "s");
    str_printf(&text, "%s%s%s%s", text.len > 0 ? "" : "nothing more",
               a.connect == ALLOWED_YES ? ", extended CONNECT" : "",
               a.datagrams == ALLOWED_YES ? ", HTTP datagrams" : "",
               a.webtransport == ALLOWED_YES ? ", WebTransport" : "");
    tell(p, c->facts.story,
         &(struct story_decision){.topic = STORY_PEER,
                                  .conn_id = c->facts.id,
                                  .chosen = str_text(&text)},
         "its settings say so");
    str_clear(&text);
    for (size_t i = 0; i < a.nsettings; i++)
        str_printf(&text, " %s=%llu", a.settings[i].name,
                   (unsigned long long)a.settings[i].value);
    if (a.nsettings > 0)
        trace_printf(loop_trace(loop), TRACE_DECISION, loop_now(loop),
                     c->facts.id, "settings of the peer:%s", str_text(&text));
    str_fini(&text);
}

void pool_story_learned(const struct exchange *ex, struct span value)
{
    struct str text;
    if (ex->story == NULL)
        return;
    str_init(&text);
    str_printf(&text, "its answer says Alt-Svc: %.*s",
               (int)(value.len < 200 ? value.len : 200),
               (const char *)value.base);
    tell(ex->pool, ex->story,
         &(struct story_decision){.topic = STORY_ALT_SVC,
                                  .conn_id = ex->facts ? ex->facts->id : 0,
                                  .chosen = "kept for the next connections"},
         str_text(&text));
    str_fini(&text);
}
