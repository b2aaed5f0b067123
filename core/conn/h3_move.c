#include "conn/h3_move.h"

#include "http/story.h"

enum conn_move h3_move(struct conn *c, bool is_forced)
{
    struct h3 *h = container_of(c, struct h3, conn);
    struct loop *loop = h->session.loop;
    struct fault why;
    if (h->session.q == NULL)
        return CONN_MOVE_NEEDLESS;
    switch (quic_move(h->session.q, is_forced, &why)) {
    case QUIC_MOVE_NEEDLESS:
        return CONN_MOVE_NEEDLESS;
    case QUIC_MOVE_STARTED:
        trace_printf(loop_trace(loop), TRACE_QUIC, loop_now(loop), c->facts.id,
                     "Connection #%llu tries another path",
                     (unsigned long long)c->facts.id);
        return CONN_MOVE_STARTED;
    case QUIC_MOVE_IMPOSSIBLE:
        trace_printf(loop_trace(loop), TRACE_QUIC, loop_now(loop), c->facts.id,
                     "Connection #%llu cannot move: %s",
                     (unsigned long long)c->facts.id, why.detail);
        return CONN_MOVE_IMPOSSIBLE;
    }
    return CONN_MOVE_NEEDLESS;
}

void h3_move_done(struct h3 *h)
{
    const struct h3_session *s = &h->session;
    struct conn_facts *f = &h->conn.facts;
    quic_facts(s->q, f);
    trace_printf(loop_trace(s->loop), TRACE_QUIC, loop_now(s->loop), f->id,
                 "Connection #%llu goes on from %s port %u to %s port %u",
                 (unsigned long long)f->id, f->local_addr, f->local_port,
                 f->remote_addr, f->remote_port);
    (void)story_tell(f->story,
                     &(struct story_decision){.at = loop_now(s->loop),
                                              .topic = STORY_PATH,
                                              .conn_id = f->id,
                                              .chosen = "migrated"},
                     "it goes on from %s port %u", f->local_addr,
                     f->local_port);
}
