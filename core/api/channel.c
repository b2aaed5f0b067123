#include "client/channel.h"

#include "api/client_self.h"

void qv_channel_start(struct qv_client *c, struct qv_channel *ch,
                      const struct qv_channel_request *request)
{
    channel_start(&c->client, ch, request);
}

void qv_channel_cancel(struct qv_channel *ch)
{
    if (ch->state)
        channel_cancel(ch->state);
}

void qv_channel_resume(struct qv_channel *ch)
{
    if (ch->state)
        channel_resume(ch->state);
}

enum qv_channel_sent qv_channel_send(struct qv_channel *ch,
                                     const struct qv_channel_message *m)
{
    return ch->state ? channel_send(ch->state, m) : QV_CHANNEL_SEND_ENDED;
}

void qv_channel_end(struct qv_channel *ch, uint64_t code, const char *reason)
{
    if (ch->state)
        channel_end(ch->state, code, reason);
}

size_t qv_channel_max(const struct qv_channel *ch)
{
    return ch->state ? channel_max(ch->state) : 0;
}

void qv_channel_get_stats(const struct qv_channel *ch,
                          struct qv_channel_stats *stats)
{
    *stats = (struct qv_channel_stats){.rtt = 0};
    if (ch->state)
        channel_get_stats(ch->state, stats);
}

void qv_channel_give_up(struct qv_channel *ch, struct qv_channel_result *result)
{
    *result = (struct qv_channel_result){
        .http_version = "0",
        .by = QV_CHANNEL_BY_US,
        .reason = "",
        .time_open = -1,
    };
    if (ch->state)
        channel_give_up(ch->state, result);
}

int64_t qv_channel_open_stream(struct qv_channel *ch, bool is_uni)
{
    return ch->state ? channel_open_stream(ch->state, is_uni) : -1;
}

bool qv_channel_end_stream(struct qv_channel *ch, int64_t stream)
{
    return ch->state && channel_end_stream(ch->state, stream);
}

bool qv_channel_reset_stream(struct qv_channel *ch, int64_t stream,
                             uint32_t code)
{
    return ch->state && channel_reset_stream(ch->state, stream, code);
}
