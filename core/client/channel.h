/*
 * channel -- a stream that is open both ways, as the client keeps it.
 *
 *   WAITING ----> OPEN ----> ENDING ----> CLOSING -> (on_closed)
 *      |  a permit, |  our side is  ^  both are over,
 *      |  an answer |  complete     |  or it has failed
 *      '-> REFUSED -+---------------'
 *
 * One exchange carries the channel: bytes of the stream come by its sink and
 * are pulled by its body source, datagrams go by its struct datagrams.  What
 * the bytes mean is the channel's kind (channel_kind.h).
 *
 * How it gets its connection is in channel_open.c, what comes in channel_in.c,
 * what leaves in channel_out.c, how it ends in channel.c, why in channel_story.c.
 */
#ifndef CORE_CLIENT_CHANNEL_H
#define CORE_CLIENT_CHANNEL_H

#include "base/buf.h"
#include "base/str.h"
#include "client/admission.h"
#include "client/client.h"
#include "client/prepared.h"
#include "http/datagrams.h"
#include "http/exchange.h"
#include "http/url.h"
#include "quiver.h"

struct channel_kind;
struct story;

enum channel_state {
    CHANNEL_WAITING,
    CHANNEL_REFUSED, /* the answer is no: its body comes */
    CHANNEL_OPEN,
    CHANNEL_ENDING,  /* our side is complete: the peer's end is awaited */
    CHANNEL_CLOSING, /* `end` is decided: what is queued leaves, then on_closed
                      */
};

/* How a channel has ended. */
struct channel_end {
    struct fault fault; /* ERR_NONE: well */
    enum qv_channel_by by;
    bool has_code;
    uint64_t code;
    const char *reason; /* in the channel's arena; "" */
};

struct channel {
    struct qv_channel *face; /* NULL: cancelled, or on_closed has come */
    struct client *client;
    const struct qv_channel_request *ask;
    const struct channel_kind *kind;
    void *codec; /* the kind's own, in the arena */
    struct client_work work;
    struct permit permit;
    enum channel_state state;
    struct arena arena; /* of the whole channel */

    struct url url;
    const char *protocol; /* that the stream is to become; NULL: none */
    uint64_t id;          /* the client's name for it, in events */
    const struct qv_options *asked; /* the request's */
    struct qv_options options;      /* with the version that is tried now */
    struct prepared *prepared;
    struct request request;
    struct fields upgrade_fields;
    struct exchange ex;
    struct loop_task submit_task;
    enum http_version version; /* of the answer */
    struct qv_head head;       /* the answer's; status 0: none came */
    size_t refused;            /* bytes of its body, if it is a no */

    /* In. */
    bool is_paused;      /* the caller said so */
    struct str aside;    /* stream bytes that wait for it */
    size_t aside_at;     /* the first of them */
    bool has_peer_ended; /* behind what is aside */
    bool is_over;        /* and so is the exchange, with `over` */
    struct fault over;
    struct datagrams *unread; /* datagrams that wait for it; NULL: none did */
    struct loop_task resume_task;
    struct pool_watch watch;
    bool is_leaving_untold; /* the connection takes no new channels */

    /* Out. */
    struct body_source source;
    struct buf out;
    bool is_out_done; /* nothing comes behind `out` */
    bool is_out_full; /* somebody was told so */
    struct datagrams datagrams;
    struct datagrams_counters told; /* of those, as the caller knows them */
    size_t told_max;
    bool is_quic; /* its datagrams go in QUIC's own */
    struct loop_task drain_task;

    struct channel_end end;
    struct loop_task end_task;
    struct loop_task reap_task;

    unsigned nunauthorized; /* times that it was asked for after a 401 */
    unsigned nchallenged;   /* the same, after a 407 */
    bool is_login_due;      /* once more, with an answer to the challenge */
    uint64_t started_at;
    uint64_t opened_at;
    uint64_t heard_at;          /* anything came from the peer */
    struct loop_timer deadline; /* until it is open; then -m */
    struct loop_timer silence;
    struct loop_timer closing; /* for the peer's end, or the last bytes */
    struct loop_timer ping;
    unsigned unanswered; /* pings */
    uint64_t heard;      /* pool_heard() at the last one */
    struct qv_channel_stats stats;
    struct story *story;           /* NULL: nobody asked for one */
    struct conn_facts *kept_facts; /* of the connection; NULL: ex.facts are its
                                      own */
};

void channel_start(struct client *c, struct qv_channel *face,
                   const struct qv_channel_request *ask);
void channel_cancel(struct channel *ch);
void channel_resume(struct channel *ch);
enum qv_channel_sent channel_send(struct channel *ch,
                                  const struct qv_channel_message *m);
void channel_end(struct channel *ch, uint64_t code, const char *reason);
int64_t channel_open_stream(struct channel *ch, bool is_uni);
bool channel_end_stream(struct channel *ch, int64_t id);
bool channel_reset_stream(struct channel *ch, int64_t id, uint32_t code);
size_t channel_max(const struct channel *ch);
void channel_get_stats(const struct channel *ch, struct qv_channel_stats *s);
/* Cancelled, with the result of such an end. */
void channel_give_up(struct channel *ch, struct qv_channel_result *r);

/* ---- for its own files, and its kinds ---- */

extern const struct exchange_sink channel_sink;

/* channel_story.c: why a channel went as it went (http/story.h), and its opening
 * as the result of a request.  Only of a client that explains; else every
 * function does nothing. */

void channel_story_init(struct channel *ch);
void channel_story_fini(struct channel *ch);

/* The URL was looked up in what is known; was_secure: before that. */
void channel_story_url(const struct channel *ch, bool was_secure);
/* Another version is tried than ALPN would choose: the first, */
void channel_story_first(const struct channel *ch);
/* or the next one, because of this. */
void channel_story_next(const struct channel *ch, const struct fault *why);
/* The options with the proxy that was chosen. */
void channel_story_proxy(const struct channel *ch,
                         const struct qv_options *chosen);
/* The answer is a challenge that can be met. */
void channel_story_login(const struct channel *ch, int status);

/* The exchange is over, and its connection about to go: what both have told is
 * taken. */
void channel_story_keep(struct channel *ch);
/* In the channel's arena, borrowing from it; NULL: nobody wants to know. */
const struct qv_result *channel_story_result(struct channel *ch);

/* Ends the channel with this fault; the stream is reset with `wire`, or as a
 * cancel would (0).  on_closed comes from a task. */
void channel_fail(struct channel *ch, enum qv_channel_by by,
                  const struct fault *why, uint64_t wire);
/* The same, because the peer's bytes make no capsules: as a malformed message
 * (RFC 9297 3.3). */
void channel_fail_malformed(struct channel *ch, const char *what);
/* Both sides are over, as ch->end says: what is queued leaves, then on_closed
 * comes. */
void channel_close(struct channel *ch, enum qv_channel_by by);
/* Our FIN is on its way. */
void channel_all_sent(struct channel *ch);
/* What on_closed tells of the close: the peer's code and reason. */
void channel_set_code(struct channel *ch, uint64_t code, struct span reason);

/* Has the channel been open, and is it not over? */
static inline bool channel_is_live(const struct channel *ch)
{
    return ch->face &&
           (ch->state == CHANNEL_OPEN || ch->state == CHANNEL_ENDING);
}

/* The exchange is over before the channel was open: nobody had what it takes, or
 * the answer was a challenge.  True when it is asked for again. */
bool channel_open_retry(struct channel *ch, const struct fault *why);
/* An answer has come. */
void channel_open_head(struct channel *ch, const struct response_head *head);

/* As it is on the wire, with the version that is known now. */
struct span channel_method(const struct channel *ch);

/* Seeks a permit, then a connection. */
void channel_open_start(struct channel *ch);
/* The timers of a channel, and when it is open they are armed. */
void channel_watch_init(struct channel *ch);
void channel_watch(struct channel *ch);

/* An event for the caller; false: nothing more may be told now. */
bool channel_tell(struct channel *ch, const struct qv_channel_event *e);
/* A whole message has come: counts it, tells it. */
bool channel_tell_message(struct channel *ch, enum qv_channel_what what,
                          struct span data);
/* Bytes of the stream as they are: channel_kind.feed() of kinds that have
 * nothing else. */
size_t channel_tell_bytes(struct channel *ch, struct span bytes);
/* May bytes and datagrams be handed on now? */
bool channel_is_receiving(const struct channel *ch);
void channel_in_init(struct channel *ch);
void channel_in_fini(struct channel *ch);

void channel_out_init(struct channel *ch);
void channel_out_fini(struct channel *ch);
/* The channel is open: what is queued may leave. */
void channel_out_open(struct channel *ch);
/* Is there room for more in ch->out?  False: on_drain will come. */
bool channel_out_has_room(struct channel *ch);
/* Bytes were added to ch->out. */
void channel_out_wake(struct channel *ch);
/* Behind what is in ch->out comes our FIN. */
void channel_out_done(struct channel *ch);
/* channel_kind.end() of kinds whose FIN says it all. */
void channel_out_fin(struct channel *ch, uint64_t code, const char *reason);
/* channel_kind.send() of kinds that have nothing but bytes. */
enum qv_channel_sent channel_out_bytes(struct channel *ch,
                                       const struct qv_channel_message *m);
/* A capsule on the stream, if there is room. */
enum qv_channel_sent channel_out_capsule(struct channel *ch, uint64_t type,
                                         struct span value);
/* In QUIC's own; no more than ch->datagrams.max bytes. */
void channel_out_datagram(struct channel *ch, struct span payload);
/* The same for one in two pieces. */
void channel_out_datagram_behind(struct channel *ch, struct span head,
                                 struct span payload);
/* A datagram of the caller's has left, in one of QUIC's or a capsule. */
void channel_out_count(struct channel *ch, size_t len);

#endif
