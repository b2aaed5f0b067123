/*
 * channel_kind -- what the stream and the datagrams of a channel mean.
 *
 * One of these for each enum qv_channel_kind; its state is ch->codec.  None of
 * the functions calls the caller but feed(), datagram() and peer_end(), which
 * are called by the connection.
 */
#ifndef CORE_CLIENT_CHANNEL_KIND_H
#define CORE_CLIENT_CHANNEL_KIND_H

#include "client/channel.h"

struct channel_kind {
    const char *protocol; /* unless another is asked for; NULL: none has one */
    uint64_t linger;      /* ns that the peer's end is awaited */
    /* Can what is asked for be done?  False with *fault. */
    bool (*check)(const struct qv_channel_request *ask, struct fault *fault);
    /* What a connection must have (enum feature). */
    unsigned (*needs)(const struct channel *ch);
    /* Adds the kind's fields to ch->request and ch->upgrade_fields; called anew
     * for each version that is tried. */
    void (*ask)(struct channel *ch);
    /* The answer has switched the stream: is it as it must be?  Makes
     * ch->codec.  False with *fault. */
    bool (*accept)(struct channel *ch, const struct response_head *head,
                   struct fault *fault);
    /* Fills in transport, why, subprotocol, extensions. */
    void (*describe)(struct channel *ch, struct qv_channel_opened *o);
    /* Bytes of the stream: returns how many were used.  Fewer only when nothing
     * more may be told (channel_tell()). */
    size_t (*feed)(struct channel *ch, struct span bytes);
    /* A datagram; NULL: they have no meaning. */
    void (*datagram)(struct channel *ch, struct span payload);
    /* The peer's side of the stream is complete. */
    void (*peer_end)(struct channel *ch);
    enum qv_channel_sent (*send)(struct channel *ch,
                                 const struct qv_channel_message *m);
    /* Our side is complete: says so on the stream, if there is a way. */
    void (*end)(struct channel *ch, uint64_t code, const char *reason);
    /* The peer has not ended its side within the linger.  NULL: then it is
     * over. */
    void (*linger_over)(struct channel *ch);
    /* There is room in ch->out again; NULL: nothing waits for it but the
     * caller. */
    void (*drain)(struct channel *ch);
    /* Asks the peer for a sign of life; NULL: the connection does. */
    void (*ping)(struct channel *ch);
    /* The caller takes events again; NULL: nothing waits but what is aside. */
    void (*resume)(struct channel *ch);
    /* Streams beside the channel's own; NULL: there are none. */
    int64_t (*open_stream)(struct channel *ch, bool is_uni);
    bool (*end_stream)(struct channel *ch, int64_t id);
    bool (*reset_stream)(struct channel *ch, int64_t id, uint32_t code);
    void (*fini)(struct channel *ch);
};

extern const struct channel_kind channel_bytes;
extern const struct channel_kind channel_datagrams;
extern const struct channel_kind channel_connect;
extern const struct channel_kind channel_udp;
extern const struct channel_kind channel_websocket;
extern const struct channel_kind channel_webtransport;

#endif
