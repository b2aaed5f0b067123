/*
 * Raw bytes both ways, once the stream has become another protocol's.
 */
#include "base/fault.h"
#include "client/channel_kind.h"

#define LINGER (2 * LOOP_S)

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    if (ask->protocol && ask->protocol[0])
        return true;
    fault_set(fault, ERR_USAGE, 0, "a channel needs the name of a protocol");
    return false;
}

/* Who asks for an Upgrade gets HTTP/1.1, which alone has one. */
static unsigned needs(const struct channel *ch)
{
    (void)ch;
    return FEATURE_UPGRADE;
}

static void ask_nothing(struct channel *ch)
{
    (void)ch;
}

static bool accept_all(struct channel *ch, const struct response_head *head,
                       struct fault *fault)
{
    (void)ch;
    (void)head;
    (void)fault;
    return true;
}

static void describe(struct channel *ch, struct qv_channel_opened *o)
{
    (void)ch;
    o->transport = "stream";
}

static void peer_end(struct channel *ch)
{
    channel_close(ch, QV_CHANNEL_BY_PEER);
}

const struct channel_kind channel_bytes = {
    .linger = LINGER,
    .check = check,
    .needs = needs,
    .ask = ask_nothing,
    .accept = accept_all,
    .describe = describe,
    .feed = channel_tell_bytes,
    .peer_end = peer_end,
    .send = channel_out_bytes,
    .end = channel_out_fin,
};
