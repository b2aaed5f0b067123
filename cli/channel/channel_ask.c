#include "channel/channel_ask.h"

static uint64_t linger_of(const struct channel_options *o)
{
    if (o->linger == CHANNEL_OPTIONS_UNSET)
        return 0;
    return o->linger != 0 ? o->linger : 1; /* the engine's 0 is its default */
}

void channel_ask(struct qv_channel_request *ask,
                 const struct channel_options *o,
                 const struct qv_request *request)
{
    const char *protocol = o->upgrade != NULL ? o->upgrade : o->protocol;
    *ask = (struct qv_channel_request){
        .request = *request,
        .kind = o->kind,
        .protocol = protocol,
        .transport = o->transport,
        .has_capsules = !o->no_capsules && o->kind != QV_CHANNEL_KIND_BYTES &&
                        o->kind != QV_CHANNEL_KIND_WEBSOCKET,
        .is_unspecified = o->method != NULL,
        .subprotocols = o->subprotocols.at,
        .nsubprotocols = o->subprotocols.len,
        .no_deflate = o->no_deflate,
        .open_timeout = o->open_timeout,
        .message_timeout = o->message_timeout,
        .ping_interval = o->ping_interval,
        .linger = linger_of(o),
        .queue = o->queue,
        .queue_age = o->queue_age,
        .max_message = (size_t)o->max_message,
    };
    if (o->method != NULL)
        ask->request.method = o->method;
}
