#include "pool/tunnel_facts.h"

#include <stdio.h>
#include <string.h>

static const struct response_head *copy_head(struct arena *arena,
                                             const struct response_head *head)
{
    struct response_head *kept = ARENA_NEW(arena, struct response_head);
    struct fields *fields = ARENA_NEW(arena, struct fields);
    fields_init(fields, arena);
    for (size_t i = 0; i < head->fields->len; i++)
        fields_add(fields, head->fields->items[i].name,
                   head->fields->items[i].value);
    *kept = *head;
    kept->reason = arena_copy(arena, head->reason);
    kept->fields = fields;
    return kept;
}

static void copy_addresses(struct conn_facts *to, const struct conn_facts *from)
{
    memcpy(to->remote_addr, from->remote_addr, sizeof to->remote_addr);
    memcpy(to->local_addr, from->local_addr, sizeof to->local_addr);
    to->remote_port = from->remote_port;
    to->local_port = from->local_port;
}

static void set_url(struct proxy_facts *f, const struct proxy *p)
{
    struct str name;
    str_init(&name);
    proxy_name(p, &name);
    (void)snprintf(f->url, sizeof f->url, "%s", str_text(&name));
    str_fini(&name);
}

const struct conn_facts *tunnel_facts_keep(struct arena *arena,
                                           const struct tunnel_facts_source *s)
{
    struct conn_facts *kept = ARENA_NEW(arena, struct conn_facts);
    bool is_old = s->head->version < HTTP_VERSION_2;
    copy_addresses(kept, s->of);
    kept->proxy = (struct proxy_facts){
        .status = s->head->status,
        .version = s->head->version,
        .conn_id = s->of->id,
        .head_bytes = is_old ? s->head->wire_len : 0,
        .answer = is_old && s->shows_answer ? copy_head(arena, s->head) : NULL,
        .is_tls = s->of->is_tls,
        .verified = s->of->tls.verified,
    };
    set_url(&kept->proxy, s->proxy);
    (void)snprintf(kept->proxy.why, sizeof kept->proxy.why, "%s",
                   s->why ? s->why : "-x");
    return kept;
}

void tunnel_facts_give(const struct conn_facts *kept, struct conn_facts *facts)
{
    if (kept == NULL)
        return;
    copy_addresses(facts, kept);
    facts->proxy = kept->proxy;
}
