#include "pool/tunnel_fault.h"

#include "base/fault.h"

static enum err code_before_answer(enum err code)
{
    switch (code) {
    case ERR_HOST_NAME:
        return ERR_PROXY_NAME;
    case ERR_EMPTY_REPLY:
    case ERR_PARTIAL:
    case ERR_SEND:
    case ERR_HEAD_TOO_LARGE:
    case ERR_CHANNEL_CLOSED:
        return ERR_RECV;
    default:
        return code;
    }
}

/* A name that is not found stands in the text already. */
static void describe(struct fault *fault, const struct proxy *p)
{
    struct str text;
    if (fault->code == ERR_HOST_NAME) {
        fault_prefix(fault, "proxy: ");
        return;
    }
    str_init(&text);
    str_add_text(&text, "proxy ");
    proxy_name(p, &text);
    str_add_text(&text, ": ");
    fault_prefix(fault, str_text(&text));
    str_fini(&text);
}

struct fault tunnel_fault_asking(const struct fault *why, const struct proxy *p)
{
    struct fault fault = *why;
    if (fault.remedy != REMEDY_LISTENER)
        fault.remedy = REMEDY_UNKNOWN;
    describe(&fault, p);
    fault.code = code_before_answer(fault.code);
    return fault;
}

struct fault tunnel_fault_open(const struct fault *why)
{
    struct fault fault = *why;
    fault.remedy = REMEDY_UNKNOWN;
    fault.code = ERR_RECV;
    fault_prefix(&fault, "the proxy's tunnel: ");
    return fault;
}
