#include "conn/conn.h"

void conn_take(struct conn *c, struct exchange *ex, uint64_t now)
{
    c->active++;
    if (c->total)
        ++*c->total;
    ex->state = EXCHANGE_ACTIVE;
    ex->conn = c;
    ex->facts = &c->facts;
    ex->is_first = c->ntaken++ == 0;
    ex->submitted_at = now;
    ex->sent_at = 0;
    ex->first_byte_at = 0;
    ex->bytes_head_sent = 0;
    ex->bytes_body_sent = 0;
    ex->bytes_head_received = 0;
    ex->bytes_body_received = 0;
}

void conn_release(struct conn *c, struct exchange *ex)
{
    c->active--;
    if (c->total)
        --*c->total;
    ex->conn = NULL;
    ex->stream = NULL;
}
