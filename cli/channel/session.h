/*
 * session -- one run of `quiver channel`: the channel, who speaks, and how it
 * ends.
 *
 *     start -> open -> our side ended, or the peer's -> closed
 *
 * The exit status is the first of: a signal's, the channel's error, what a
 * speaker has met with (session_fail()).
 */
#ifndef CLI_CHANNEL_SESSION_H
#define CLI_CHANNEL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "channel/channel_options.h"
#include "channel/recording.h"
#include "channel/speaker.h"
#include "core/quiver.h"
#include "engine/engine.h"
#include "files/writer.h"
#include "request/request.h"

struct session {
    const struct channel_options *options;
    const char *url; /* as given */
    struct engine engine;
    struct writer out; /* standard output */
    bool is_out_terminal;
    /* private: */
    const struct operation *op; /* for this origin */
    struct request request;
    struct qv_channel_request ask;
    struct qv_channel channel;
    struct speaker *speaker;
    struct event_line_form form;
    struct recording recording;
    uint64_t started;   /* qv_client_now() */
    bool is_open;       /* it was, once */
    bool has_datagrams; /* of QUIC: they are not in a stream */
    bool is_ended;      /* our side */
    bool is_closed;     /* the channel is over */
    bool is_deaf;       /* -n: nothing more is taken notice of */
    unsigned nreceived;
    size_t refused;        /* bytes of a refusal's body that were shown */
    struct qv_timer quiet; /* until our end */
    bool is_quieting;
    struct qv_timer leave;
    struct qv_channel_result result;
    char reason[256]; /* of *result */
    struct {
        char ip[64];
        unsigned port;
        uint64_t conn_id;
        bool conn_reused;
    } peer; /* once it is open */
    int failed;
};

struct config;

/* From the request to the exit status.  new_speaker gives NULL when there can
 * be none, and has said why (session_fail()). */
int session_run(const struct channel_options *o, struct cmdline *s,
                struct config *c,
                struct speaker *(*new_speaker)(struct session *s));

/* ---- for speakers ---- */

/* s since the start. */
double session_time(const struct session *s);

/* Once it is open; see qv_channel_send(). */
enum qv_channel_sent session_send(struct session *s,
                                  const struct qv_channel_message *m);
/* Our side is complete; code 0 and reason NULL: those of the options.  More than
 * once does nothing more. */
void session_end(struct session *s, uint64_t code, const char *reason);
/* The same, once nothing has come for the time of --end-delay. */
void session_end_quietly(struct session *s);
/* Our side is ended now, and the peer's end is not waited for. */
void session_leave(struct session *s);
/* The channel takes events again that QV_PAUSE held up. */
void session_resume(struct session *s);

/* Something has gone wrong that does not end the channel: a line says what, and
 * the exit status will be this one.  text NULL: it is silent. */
void session_fail(struct session *s, int status, const char *text);

/* The mode that was asked for, or the usual one of this kind of channel. */
enum payload_mode session_mode(const struct session *s,
                               enum payload_mode asked);
/* What a message is whose mode does not say: by the kind of channel. */
enum qv_channel_what session_usual(const struct session *s, bool is_text);

#endif
