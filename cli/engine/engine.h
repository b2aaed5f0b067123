/*
 * engine -- what every command that sends requests has: the client with its
 * options, the configuration's word on each origin, SIGINT and SIGTERM, what is
 * told of the run (-v, --stats, --metrics, --trace-events), messages, and the
 * lines at the end of the terminal.
 *
 *     status = engine_start(&e, &needs, &events, user);
 *     engine_watch_signals(&e);
 *     ... transfers: engine_suit(), qv_transfer_start(), qv_client_run() ...
 *     engine_stop(&e);     after the last transfer
 *     ... whatever else uses the client is freed ...
 *     told = engine_end(&e);
 *
 * Every transfer of the client is the `face` of a struct engine_transfer.  What
 * follows no redirects (a channel) needs none: it is made from what
 * engine_operation() gives.
 */
#ifndef CLI_ENGINE_ENGINE_H
#define CLI_ENGINE_ENGINE_H

#include <stdbool.h>
#include <time.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "engine/netrc_login.h"
#include "engine/signals.h"
#include "request/cmdline.h"
#include "request/request.h"
#include "state/state.h"
#include "telemetry/telemetry.h"
#include "telemetry/verbose.h"
#include "terminal/status_area.h"

struct config;

/* What the command brings; both outlive the engine. */
struct engine_needs {
    const struct cmdline *cmdline;
    struct config *config;
    unsigned max_parallel; /* transfers at once; see descriptors_places() */
    bool uses_stdout;      /* data goes there: events may not */
    bool heeds_limits;     /* see qv_client_options */
    bool explains;         /* the same */
};

/*
 * What the command is told, from the loop: never from within a function that it
 * called.  on_second_signal as signals.on_second: NULL for a command that ends
 * with the first.
 */
struct engine_events {
    void (*on_ready)(void *user); /* qv_client_options.on_ready */
    void (*on_first_signal)(void *user);
    void (*on_second_signal)(void *user);
};

struct engine {
    const struct cmdline *cmdline;
    struct config *config;
    struct qv_client *client;
    struct signals signals;
    struct qv_signal move; /* SIGUSR1: to another path */
    struct telemetry telemetry;
    /* private: */
    struct qv_proxy_environment proxies;
    const struct engine_events *events;
    void *user;
    struct verbose verbose;
    struct state state;
    struct netrc_login netrc;
    struct status_area area;
    unsigned (*draw)(void *user, struct str *out, unsigned width);
    void *draw_user;
    void (*before_lines)(void *user);
    void *before_user;
};

/* A transfer, and what its request was made from. */
struct engine_transfer {
    struct qv_transfer face;
    const struct operation *op;        /* as the command line has it */
    const struct operation *effective; /* the same for the URL's origin */
};

/*
 * The client, -v and telemetry are there after it, whatever it gives back: 0,
 * or the exit status of telemetry that cannot be (a line was printed).  The
 * events live as long as the engine.
 */
int engine_start(struct engine *e, const struct engine_needs *needs,
                 const struct engine_events *events, void *user);
void engine_watch_signals(struct engine *e);
/* The numbers as they are now are the last ones; the screen is cleared, and
 * signals do again what they do by themselves.  More than once does nothing
 * more. */
void engine_stop(struct engine *e);
/* Frees the client and prints what telemetry has: 0, or an exit status after a
 * line that says why. */
int engine_end(struct engine *e);

/* The operation that holds for the origin of this URL: `op` with what the
 * configuration says of it, as long as the engine lives. */
const struct operation *
engine_operation(struct engine *e, const struct operation *op, const char *url);
/* The same for a transfer: t->op and t->effective. */
void engine_suit(struct engine *e, struct engine_transfer *t,
                 const struct operation *op, const char *url);
/* Adds what --session knows of the origin, and keeps there what the command line
 * gives for it: for a request that was just made from `effective`. */
void engine_add_session(struct engine *e, struct request *r,
                        const struct operation *op,
                        const struct operation *effective);
/* The same for a request that is kept otherwise, with its options: the caller puts the lines before
 * its fields, as meant for its origin alone. */
void engine_session_lines(struct engine *e, struct qv_request *r,
                          struct qv_options *options,
                          const struct operation *op,
                          const struct operation *effective,
                          struct strings *lines);
/* -v says so, if a section of the configuration is for it. */
void engine_tell_origin(struct engine *e, const struct operation *effective);

/* The method that a request has, before any redirect. */
const char *engine_method_of(const struct qv_request *r);

/* What the wall clock showed at this turn's time of the loop, from which the times
 * of transfers are counted: what two of them did at once is so in their records. */
void engine_wall_clock(const struct engine *e, struct timespec *at);

/* ---- what is said ---- */

/* May errors be printed? (-s, -S) */
bool engine_is_loud(const struct engine *e);
/* A line on standard error, see complain.h, unless errors or warnings are not to
 * be printed; the lines at the end of the terminal make place for it. */
void engine_error(struct engine *e, int status, const char *host,
                  const char *text);
void engine_warning(struct engine *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line of -v; nothing without it. */
void engine_note(struct engine *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same of one transfer. */
void engine_note_of(struct engine *e, uint64_t xfer_id, const char *text);

/* The lines at the end of the terminal: draw() as in status_area.h; those of
 * --stats come below.  Standard error is a terminal that can be drawn on. */
void engine_area_start(struct engine *e,
                       unsigned (*draw)(void *user, struct str *out,
                                        unsigned width),
                       void *user);
/* The lines make place for something that is written to standard error. */
void engine_area_hide(struct engine *e);
/* For a command that keeps the end of the terminal itself (a prompt): before()
 * is called when they would make place.  NULL: it does not any more. */
void engine_before_lines(struct engine *e, void (*before)(void *user),
                         void *user);
/* The lines are drawn a last time, and stay. */
void engine_area_leave(struct engine *e);

#endif
