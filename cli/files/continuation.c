#include "files/continuation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "files/validator.h"

/* Places in a body that was decoded are none in the representation. */
static bool is_coded(const struct qv_head *head)
{
    const char *coding =
        validator_field(head->fields, head->nfields, "content-encoding");
    return coding && strcasecmp(coding, "identity") != 0;
}

bool continuation_is_for(const struct qv_request *r)
{
    return r->body.kind == QV_BODY_NONE && !r->custom_method && !r->head &&
           (!r->method || strcmp(r->method, "GET") == 0);
}

bool continuation_head(struct continuation *c, const struct qv_head *head,
                       bool is_decoded)
{
    bool was_awaited = c->is_awaited;
    bool goes_on = was_awaited && head->is_rest;
    c->is_awaited = false;
    if (head->is_complete || (goes_on && c->validator))
        return true;
    free(c->validator);
    c->validator = NULL;
    /* A part that the user has asked for is none of ours. */
    if (goes_on || head->status != 206)
        c->validator = is_decoded && is_coded(head) ? NULL : validator_of(head);
    if (goes_on || !was_awaited)
        return true;
    c->came = 0;
    return false;
}

bool continuation_ask(struct continuation *c, struct qv_transfer *t)
{
    if (c->is_forbidden || !c->validator || c->came == 0)
        return false;
    c->is_awaited = true;
    qv_transfer_continue(t, c->came, c->validator);
    return true;
}

void continuation_reset(struct continuation *c, uint64_t came)
{
    free(c->validator);
    c->validator = NULL;
    c->came = came;
    c->is_awaited = came > 0;
}

void continuation_fini(struct continuation *c)
{
    free(c->validator);
    c->validator = NULL;
}
