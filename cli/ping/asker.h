/*
 * asker -- a way to ask: opens what it needs, sends numbered questions, hears
 * the answers.
 *
 *   start -> on_open -> on_answer ... -> on_down -> start once more
 *
 * ask_frames (PING of QUIC and HTTP/2, version probes), ask_head (HEAD
 * requests), ask_websocket.  Nothing calls back before the function that caused
 * it has returned.
 */
#ifndef CLI_PING_ASKER_H
#define CLI_PING_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"
#include "engine/engine.h"
#include "ping/ping_options.h"

struct asker;

struct asker_opened {
    const char *by;   /* "QUIC PING over HTTP/3": for people */
    const char *name; /* "quic-ping": for programs */
    const char *http; /* "3"; "": none */
    const char *ip;
    unsigned port;
    uint64_t time_connect; /* ns; 0: there was nothing to open */
};

struct asker_answer {
    uint64_t seq;
    uint64_t rtt;   /* ns */
    uint64_t held;  /* ns that the peer says it has kept it, not in rtt */
    bool is_shared; /* no time of its own */
    int status;     /* of HTTP; 0: none */
    const uint32_t *versions;
    size_t nversions;
};

struct asker_events {
    /* How the connection came to be, or why it did not, when --explain wants to
     * know; of a WebSocket when it is over. */
    void (*on_how)(void *user, const struct qv_result *how);
    void (*on_open)(void *user, const struct asker_opened *o);
    void (*on_answer)(void *user, const struct asker_answer *a);
    /* Nothing more is answered: of what was asked, seq or (0) all. */
    void (*on_down)(void *user, uint64_t seq, const struct qv_error *error);
    /* The asker has no way here, as HTTP/1.1 has no PING: it has stopped. */
    void (*on_unable)(void *user);
};

struct asker_ops {
    void (*start)(struct asker *a);
    bool (*ask)(struct asker *a, uint64_t seq); /* false: not now */
    void (*stop)(struct asker *a);              /* silently */
    void (*free)(struct asker *a);              /* stopped, or down */
};

/* What askers are made of: borrowed while they live. */
struct asker_config {
    const struct ping_options *options;
    struct engine *engine;
    const struct operation *op; /* as the command line has it */
    const struct operation *effective;
    const struct qv_request *request;
    const struct asker_events *events;
    void *user;
};

struct asker {
    const struct asker_ops *ops;
    const struct asker_config *config;
};

struct asker *ask_frames_new(const struct asker_config *c);
struct asker *ask_head_new(const struct asker_config *c);
struct asker *ask_websocket_new(const struct asker_config *c);

#endif
