#include "conn/conn.h"

#include "base/trace.h"
#include "http/story.h"
#include "io/loop.h"
#include "transport/transport.h"

/* The origin learns through which of its places the request comes (RFC 7838 5):
 * a field that the connection alone knows of, unless the user gives another. */
static void add_alt_used(const struct conn *c, struct exchange *ex)
{
    struct span name = SPAN_LIT("alt-used");
    if (c->facts.alt_used[0] == '\0' || fields_find(&ex->request->fields, name))
        return;
    struct request *own = ARENA_NEW(&ex->arena, struct request);
    *own = *ex->request;
    fields_init(&own->fields, &ex->arena);
    for (size_t i = 0; i < ex->request->fields.len; i++)
        fields_add(&own->fields, ex->request->fields.items[i].name,
                   ex->request->fields.items[i].value);
    fields_add(&own->fields, SPAN_LIT("Alt-Used"), span_str(c->facts.alt_used));
    ex->asked = ex->request;
    ex->request = own;
}

void conn_take(struct conn *c, struct exchange *ex, uint64_t now)
{
    c->active++;
    if (c->total)
        ++*c->total;
    ex->state = EXCHANGE_ACTIVE;
    ex->conn = c;
    ex->facts = &c->facts;
    ex->qlog = NULL;
    ex->is_first = c->ntaken++ == 0;
    ex->submitted_at = now;
    ex->sent_at = 0;
    ex->first_byte_at = 0;
    ex->bytes_head_sent = 0;
    ex->bytes_body_sent = 0;
    ex->bytes_head_received = 0;
    ex->bytes_body_received = 0;
    if (ex->request)
        add_alt_used(c, ex);
}

void conn_release(struct conn *c, struct exchange *ex)
{
    c->active--;
    ex->qlog = NULL;
    ex->tells_sent = ex->tells_received = false;
    if (c->total)
        --*c->total;
    if (ex->asked)
        ex->request = ex->asked;
    ex->asked = NULL;
    ex->conn = NULL;
    ex->stream = NULL;
}

void conn_fini(struct conn *c)
{
    story_free(c->facts.story);
    c->facts.story = NULL;
}

void conn_confirm(struct conn *c, const struct transport_confirmed *how,
                  struct loop *loop)
{
    const struct tls_facts *tls = how->tls;
    c->facts.tls = *tls;
    c->facts.secured_at = loop_now(loop);
    trace_printf(loop_trace(loop), TRACE_TLS, loop_now(loop), c->facts.id,
                 "%s, %s, %s%s, early data %s (%llu bytes)", tls->version,
                 tls->cipher, tls->group, tls->resumed ? ", resumed" : "",
                 how->outcome == EARLY_DATA_ACCEPTED   ? "accepted"
                 : how->outcome == EARLY_DATA_REJECTED ? "rejected, sent again"
                                                       : "not used",
                 (unsigned long long)how->bytes);
}

void conn_confirm_exchange(struct exchange *ex,
                           const struct transport_confirmed *how)
{
    if (ex->early != EARLY_DATA_SENT)
        return;
    ex->early = how->outcome;
    ex->early_bytes = how->bytes;
}
