#include "conn/conn.h"

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

/* Asking costs a system call over TCP: each time only for who explains, else as
 * seldom as connections with many exchanges need. */
static void look_at_path(struct conn *c)
{
    bool is_due = (c->ntaken & (c->ntaken - 1)) == 0 || c->ntaken % 256 == 0;
    if (is_due || c->facts.story)
        c->ops->path_stats(c, &c->facts.path);
    if (c->facts.story == NULL)
        return;
    struct allowed *a = &c->facts.story->allowed;
    allowed_init(a);
    c->ops->allowed(c, a);
    if (c->limit != CONN_LIMIT_UNKNOWN && c->limit > 0)
        a->streams = (int64_t)c->limit;
    if (c->keep_alive)
        a->idle = (int64_t)c->keep_alive;
}

void conn_release(struct conn *c, struct exchange *ex)
{
    look_at_path(c);
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

void conn_note(const struct conn *c, struct loop *loop,
               const struct exchange *ex, enum trace_kind kind,
               struct span text)
{
    trace_emit(loop_trace(loop),
               &(struct trace_event){
                   .kind = kind,
                   .at = loop_now(loop),
                   .conn_id = c->facts.id,
                   .xfer_id = ex ? ex->xfer_id : TRACE_NO_XFER,
                   .text = text,
               });
}

void conn_fini(struct conn *c)
{
    story_free(c->facts.story);
    c->facts.story = NULL;
}

static void tell_confirmed(const struct conn *c, struct loop *loop,
                           enum early_data outcome, uint64_t bytes)
{
    struct story_decision what = {
        .at = loop_now(loop),
        .topic = STORY_TICKET,
        .conn_id = c->facts.id,
        .chosen = c->facts.tls.resumed ? "resumed" : "not resumed",
    };
    (void)story_tell(c->facts.story, &what, "%s",
                     c->facts.tls.resumed
                         ? "the server took the ticket that it had given"
                         : "the server did not take its ticket");
    what.topic = STORY_EARLY_DATA;
    what.chosen = outcome == EARLY_DATA_ACCEPTED   ? "accepted"
                  : outcome == EARLY_DATA_REJECTED ? "rejected"
                                                   : "not used";
    (void)story_tell(c->facts.story, &what,
                     outcome == EARLY_DATA_REJECTED
                         ? "the server did not take the %llu bytes that went "
                           "out before the handshake; they were sent again"
                         : "%llu bytes went out before the handshake",
                     (unsigned long long)bytes);
}

void conn_tell_confirmed(const struct conn *c, struct loop *loop,
                         enum early_data outcome, uint64_t bytes)
{
    if (c->facts.story)
        tell_confirmed(c, loop, outcome, bytes);
}

void conn_confirm(struct conn *c, const struct transport_confirmed *how,
                  struct loop *loop)
{
    const struct tls_facts *tls = how->tls;
    c->facts.tls = *tls;
    c->facts.secured_at = loop_now(loop);
    conn_tell_confirmed(c, loop, how->outcome, how->bytes);
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
