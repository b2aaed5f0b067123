/*
 * fake_pool -- the owner of one client connection and of the exchanges on it,
 * as strict as conn/conn.h is.
 *
 * It submits, pauses, feeds, cancels and closes as the input says, from outside
 * and from inside callbacks, and stops the program when the connection breaks
 * a rule:
 *  - an exchange ends once, by on_done, on_returned or its cancel, and nothing
 *    of it comes later; what is returned had delivered nothing;
 *  - submit, cancel, resume, drain and close do not call back;
 *  - nothing but a failure comes to a sink that has paused, until it resumes;
 *  - one final head; no field that could be two; no body for HEAD;
 *  - a stream that was to be switched is read from the source when it is; the
 *    peer's end is told once, and nothing of the peer behind it;
 *  - a success delivered as many bytes as its Content-Length announced;
 *  - the same holds for the streams of an exchange, each for itself; nothing of
 *    one comes after its on_gone(), nor after the end of the exchange;
 *  - on_closed is the last event, and no exchange outlives it;
 *  - what an input made grow stays below a bound (under ASan).
 *
 * Order: fake_pool_init(), a connection given to fake_pool_adopt(), then
 * fake_pool_act() for bytes below FAKE_POOL_ACTS and whatever the program does
 * as the peer, fake_pool_settle(), and fake_pool_fini().
 */
#ifndef TESTS_FUZZ_FAKE_POOL_H
#define TESTS_FUZZ_FAKE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "conn/conn.h"
#include "fuzz_input.h"
#include "http/datagrams.h"
#include "http/substreams.h"
#include "io/loop.h"
#include "settings/settings.h"

#define FAKE_POOL_CALLS 12
/* Streams of an exchange that are alive at once, of both sides. */
#define FAKE_POOL_SUBS 16
/* Operations of fake_pool_act(). */
#define FAKE_POOL_ACTS 8

enum fake_call_life {
    FAKE_CALL_NEW,
    FAKE_CALL_LIVE,
    FAKE_CALL_DONE,
    FAKE_CALL_RETURNED,
    FAKE_CALL_CANCELLED,
    FAKE_CALL_DROPPED, /* its connection was closed under it */
};

struct fake_call {
    struct exchange ex;
    struct fake_pool *pool;
    enum fake_call_life life;
    struct request request;
    /* The upload: `give` bytes are there, then the end, a failure or a wait. */
    struct body_source source;
    size_t give;
    size_t given;
    bool is_last;
    bool is_broken;
    bool has_no_rewind;
    struct datagrams datagrams; /* of one that asks for a protocol */
    uint8_t acts;               /* bits of enum fake_act */
    bool is_paused;             /* by its own word */
    /* What came. */
    int status;
    bool is_switched;
    bool has_ended;    /* the peer's side */
    int64_t announced; /* -1: nothing */
    bool is_coded; /* Transfer-Encoding, so that the length counts nothing */
    struct str body;
    struct substreams subs; /* of HTTP/3 */
    struct substream *live[FAKE_POOL_SUBS];
    bool is_ok;
    enum err error;
};

struct fake_pool {
    struct loop *loop;
    struct settings settings;
    struct conn *conn; /* NULL: none yet, or closed */
    struct fake_call calls[FAKE_POOL_CALLS];
    size_t ncalls;
    bool is_calling; /* into the connection: it may not call back */
    bool is_submitting_again;
    bool is_submitting_on_capacity;
    bool is_submitting_on_done;
    bool is_closing_on_done;
    uint8_t next_kind;
    size_t heap_at_start; /* bytes allocated, when ASan counts them */
};

void fake_pool_init(struct fake_pool *p);
void fake_pool_adopt(struct fake_pool *p, struct conn *c);
/* A new exchange; `kind` chooses method, body and what it does to callbacks. */
struct fake_call *fake_pool_submit(struct fake_pool *p, uint8_t kind);
/* ways: of enum exchange_way. */
void fake_pool_resume(struct fake_call *c, unsigned ways);
/* One operation, its arguments from the input. */
void fake_pool_act(struct fake_pool *p, uint8_t op, struct fuzz_input *in);
/* Turns until nothing moves; then what must hold at the end holds. */
void fake_pool_settle(struct fake_pool *p);
/* Exchanges that ended well. */
size_t fake_pool_successes(const struct fake_pool *p);
/* Closes what is left. */
void fake_pool_close(struct fake_pool *p);
void fake_pool_fini(struct fake_pool *p);

#endif
