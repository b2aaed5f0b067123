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

/* 408 and 429 ask for patience, 5xx tell of trouble (RFC 9110 15.6). */
static enum err code_of(int status)
{
    return status >= 500 || status == 408 || status == 429 ? ERR_CONNECT
                                                           : ERR_TUNNEL;
}

struct fault tunnel_fault_refused(const struct refusal *f, const char *method)
{
    struct fault fault;
    char line[REFUSAL_LINE_MAX];
    refusal_line(f, line);
    fault_set(&fault, code_of(f->status), (uint64_t)f->status,
              "%s tunnel failed, response %s", method, line);
    return fault;
}
