/*
 * A tunnel by CONNECT (RFC 9110 9.3.6): the proxy at the URL passes bytes to and
 * from the target.  Each side ends alone, as those of a TCP connection do, and
 * the channel is over when both have.
 */
#include "base/fault.h"
#include "client/channel_kind.h"

/* Of a side that has said its last word: the other may go on for long. */
#define LINGER ((uint64_t)24 * 3600 * LOOP_S)

struct connect_codec {
    bool has_peer_ended;
};

static struct connect_codec *codec_of(const struct channel *ch)
{
    return ch->codec;
}

static bool check(const struct qv_channel_request *ask, struct fault *fault)
{
    if (ask->target && ask->target[0])
        return true;
    fault_set(fault, ERR_USAGE, 0, "a tunnel needs a target");
    return false;
}

/* Every version has CONNECT. */
static unsigned needs(const struct channel *ch)
{
    (void)ch;
    return 0;
}

static void ask_for_target(struct channel *ch)
{
    ch->request.authority = span_str(ch->ask->target);
    ch->request.target = ch->request.authority;
}

static bool accept_all(struct channel *ch, const struct response_head *head,
                       struct fault *fault)
{
    (void)head;
    (void)fault;
    ch->codec = ARENA_NEW(&ch->arena, struct connect_codec);
    return true;
}

static void describe(struct channel *ch, struct qv_channel_opened *o)
{
    (void)ch;
    o->transport = "stream";
}

/* Once for the peer's side, and once more when the exchange is over, which is
 * when ours is as well: what it has still to send is not cut off. */
static void peer_end(struct channel *ch)
{
    struct connect_codec *c = codec_of(ch);
    if (ch->is_over) {
        channel_close(ch, QV_CHANNEL_BY_PEER);
        return;
    }
    if (c->has_peer_ended)
        return;
    c->has_peer_ended = true;
    (void)channel_tell(
        ch, &(struct qv_channel_event){.what = QV_CHANNEL_END, .stream = -1});
}

const struct channel_kind channel_connect = {
    .linger = LINGER,
    .check = check,
    .needs = needs,
    .ask = ask_for_target,
    .accept = accept_all,
    .describe = describe,
    .feed = channel_tell_bytes,
    .peer_end = peer_end,
    .send = channel_out_bytes,
    .end = channel_out_fin,
};
