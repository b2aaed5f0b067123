/*
 * events -- --sse: a job whose answer is a stream of events (WHATWG HTML 9.2),
 * written as lines of JSON.
 *
 *   {"t":0.012345,"event":"message","data":"...","id":"7","retry":null}
 *
 * A stream that ends is asked for again, from the last identifier on, until the
 * server answers 204 or something that is no such stream, or --max-time is over.
 * Only GET is: another method would do again what it has done.
 */
#ifndef CLI_FETCH_EVENTS_H
#define CLI_FETCH_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/event_stream.h"
#include "core/quiver.h"

struct job;

struct events {
    struct job *job;
    struct event_stream stream;
    uint64_t begun_at;
    uint64_t max_time; /* of all connections together; 0: any */
    unsigned nevents;
    unsigned nfailed; /* connections in a row that brought no event */
    bool is_stream;   /* the answer at hand is one */
    bool was_open;    /* one was */
    bool is_over;     /* there is no more to come */
    bool has_news;    /* this connection has brought an event */
    bool is_waiting;  /* for `again`; the client is held */
    bool is_late;     /* --max-time would end within the wait */
    struct qv_result late;
    struct qv_timer again;
    size_t nheaders; /* those of the request, without Last-Event-ID */
    struct str last; /* that one */
};

/* Once the request of the job is made. */
void events_begin(struct events *e, struct job *j);
void events_fini(struct events *e);

void events_head(struct events *e, const struct qv_head *head);
enum qv_flow events_body(struct events *e, const void *data, size_t len);
/* A connection is over.  True: another follows, and the job is not over. */
bool events_go_on(struct events *e, const struct qv_result *result);
/* False: what the job ends with; *result, or that there was no time for another
 * connection (exit 28). */
const struct qv_result *events_result(struct events *e,
                                      const struct qv_result *result);
/* True: the job waited for its next connection, and does not any more. */
bool events_cancel(struct events *e);

#endif
