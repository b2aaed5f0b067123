/*
 * A dial against what a network does: addresses of either family early, late or
 * never, TCP and QUIC that answer, refuse or stay silent at each, in any order
 * and at any moment, and an owner who cancels.
 *
 * dial/ reads no byte of a peer (what it is told of ALPN was checked against
 * the offer before, tls_peer.h); what a peer has in hand is the order of
 * events.  So the resolver and the attempts are the input's, and all between
 * them and the owner is real.
 *
 * What must hold: one end, or silence after a cancel, and nothing left running
 * after either; the record says of each attempt how it ended; an address is
 * tried once over each protocol; a dial fails only when all was tried, or time
 * is up, and does not last for ever when everything under it has ended.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/candidates.h"
#include "dial/connect_attempt.h"
#include "dial/dial.h"
#include "fake_loop.h"
#include "fuzz_input.h"
#include "io/resolver.h"

#define OPERATIONS_MAX 100
/* What there may be: each address over TCP and over QUIC. */
#define TRIES_MAX (ROUTE_RUNS_MAX * 2 * CANDIDATES_MAX)
#define PORT      443

enum {
    KNOB_PLAIN = 1,
    KNOB_FAMILY = 6,
    KNOB_PATIENT = 8, /* no limit of time */
    KNOB_GIVEN = 16,  /* --resolve, --connect-to */
    KNOB_ELSEWHERE = 32,
};

enum {
    OP_ADDRESSES,
    OP_RESOLVED,
    OP_REACH,
    OP_WIN,
    OP_FAIL,
    OP_TURNS,
    OP_PASS,
    OP_CANCEL,
    OP_COUNT,
};

enum life {
    LIFE_RUNNING,
    LIFE_CONNECTED,
    LIFE_FAILED,
    LIFE_CANCELLED,
};

/* An attempt that the input moves. */
struct
try {
    struct connect_attempt attempt;
    struct loop_task reap;
    size_t index; /* in the world's records */
};

struct record {
    struct try *running; /* NULL: over */
    const struct connect_attempt_ops *ops;
    struct addr addr;
    bool was_reached; /* and so the addresses behind are not tried */
    enum attempt_result result;
};

/* The name of an endpoint is asked for.  Each endpoint has a port of its own. */
struct question {
    struct resolver_query *query; /* NULL: answered, or dropped */
    bool was_dropped;
    uint16_t port;
    bool was_told[2]; /* addresses of this family: v4, v6 */
    bool has_any;
};

static struct world {
    struct loop *loop;
    struct dialer dialer;
    struct settings settings;
    struct dial *dial;
    struct conn conn; /* what wins */
    enum life life;
    bool is_secure;
    bool is_starting;
    struct route_run alternatives[ROUTE_ALTERNATIVES_MAX];
    size_t nalternatives;
    uint16_t origin_port; /* where the origin is dialled */
    struct question questions[ROUTE_RUNS_MAX];
    size_t nquestions;
    struct addr addrs[TRIES_MAX];
    size_t naddrs;
    struct record records[TRIES_MAX];
    size_t nrecords;
} world;

/* The resolver. */

void resolver_start(struct loop *loop, struct resolver_query *q,
                    struct span host, uint16_t port,
                    enum resolver_family family)
{
    struct world *w = &world;
    assert(loop == w->loop && host.len > 0 && port > 0);
    assert(w->life == LIFE_RUNNING && !w->is_starting);
    for (size_t i = 0; i < w->nquestions; i++)
        assert(w->questions[i].port != port);
    assert(w->nquestions < ROUTE_RUNS_MAX);
    w->questions[w->nquestions++] = (struct question){
        .query = q,
        .port = port,
        .was_told = {family == RESOLVER_IPV6, family == RESOLVER_IPV4},
    };
}

void resolver_cancel(struct resolver_query *q)
{
    for (size_t i = 0; i < world.nquestions; i++)
        if (world.questions[i].query == q) {
            world.questions[i].query = NULL;
            world.questions[i].was_dropped = true;
        }
}

static void make_address(struct addr *a, unsigned family, size_t i,
                         uint16_t port)
{
    struct str text;
    str_init(&text);
    str_printf(&text, family ? "2001:db8::%zx" : "192.0.2.%zu", i + 1);
    bool is_good = addr_parse(a, str_span(&text), port);
    assert(is_good);
    str_fini(&text);
}

static struct question *pick_question(struct world *w, size_t which)
{
    size_t n = 0;
    for (size_t i = 0; i < w->nquestions; i++)
        n += w->questions[i].query != NULL;
    if (n == 0)
        return NULL;
    which %= n;
    for (size_t i = 0;; i++)
        if (w->questions[i].query && which-- == 0)
            return &w->questions[i];
}

static void tell_addresses(struct world *w, uint8_t how)
{
    struct question *asked = pick_question(w, how >> 5);
    unsigned family = how & 1;
    if (asked == NULL || asked->was_told[family])
        return;
    asked->was_told[family] = true;
    asked->has_any = true;
    struct addr *first = &w->addrs[w->naddrs];
    size_t n = (size_t)(how >> 1) % CANDIDATES_MAX + 1;
    for (size_t i = 0; i < n; i++)
        make_address(first + i, family, i, asked->port);
    w->naddrs += n;
    asked->query->on_addresses(asked->query, first, n);
}

static void end_question(struct world *w, uint8_t which)
{
    struct question *asked = pick_question(w, which);
    struct fault none;
    if (asked == NULL)
        return;
    struct resolver_query *q = asked->query;
    asked->query = NULL;
    fault_set(&none, ERR_HOST_NAME, 0, "no such host");
    q->on_end(q, asked->has_any ? NULL : &none);
}

/* Attempts at addresses. */

static void reap(struct loop_task *task)
{
    free(container_of(task, struct try, reap));
}

static void check_untried(const struct world *w,
                          const struct connect_attempt_ops *ops,
                          const struct addr *addr)
{
    for (size_t i = 0; i < w->nrecords; i++)
        assert(w->records[i].ops != ops ||
               !addr_equal(&w->records[i].addr, addr));
}

static struct connect_attempt *
start_try(const struct connect_attempt_ops *ops,
          const struct connect_attempt_goal *goal, const struct addr *addr)
{
    struct world *w = &world;
    assert(w->life == LIFE_RUNNING && !w->is_starting);
    assert(w->nrecords < TRIES_MAX);
    check_untried(w, ops, addr);
    struct try *t = XALLOC_NEW(struct try);
    t->index = w->nrecords++;
    t->reap.run = reap;
    w->records[t->index] =
        (struct record){.running = t, .ops = ops, .addr = *addr};
    connect_attempt_begin(&t->attempt, ops, goal, addr);
    return &t->attempt;
}

static struct connect_attempt *
start_tcp(const struct connect_attempt_goal *goal, const struct addr *addr)
{
    return start_try(&tcp_attempt_ops, goal, addr);
}

static struct connect_attempt *
start_quic(const struct connect_attempt_goal *goal, const struct addr *addr)
{
    return start_try(&quic_attempt_ops, goal, addr);
}

static void end_try(struct try *t, enum attempt_result result,
                    const struct fault *why)
{
    struct record *r = &world.records[t->index];
    assert(r->running == t);
    connect_attempt_end(&t->attempt, result, why);
    r->running = NULL;
    r->result = result;
    list_remove(&t->attempt.link);
    loop_reap(world.loop, &t->reap);
}

static void cancel_try(struct connect_attempt *t, enum attempt_result how)
{
    assert(how == ATTEMPT_LOST || how == ATTEMPT_CANCELLED);
    end_try(container_of(t, struct try, attempt), how, NULL);
}

static bool was_heard(const struct connect_attempt *t)
{
    const struct try *own = container_of((struct connect_attempt *)(uintptr_t)t,
                                         struct try, attempt);
    return world.records[own->index].was_reached;
}

const struct connect_attempt_ops tcp_attempt_ops = {
    .proto = "tcp",
    .start = start_tcp,
    .cancel = cancel_try,
    .was_heard = was_heard,
};

const struct connect_attempt_ops quic_attempt_ops = {
    .proto = "quic",
    .start = start_quic,
    .cancel = cancel_try,
    .was_heard = was_heard,
};

static struct try *pick_running(const struct world *w, size_t which)
{
    size_t n = 0;
    for (size_t i = 0; i < w->nrecords; i++)
        n += w->records[i].running != NULL;
    if (n == 0)
        return NULL;
    which %= n;
    for (size_t i = 0;; i++)
        if (w->records[i].running && which-- == 0)
            return w->records[i].running;
}

/* Its run has an address that answers: the others are given up (RFC 8305 5). */
static void check_alone(const struct world *w, size_t index)
{
    const struct record *r = &w->records[index];
    for (size_t i = 0; i < w->nrecords; i++) {
        const struct record *other = &w->records[i];
        assert(i == index || other->running == NULL || other->ops != r->ops ||
               addr_port(&other->addr) != addr_port(&r->addr));
    }
}

static void reach(struct try *t)
{
    bool is_by_winning = t->attempt.ops == &quic_attempt_ops;
    struct record *r = &world.records[t->index];
    if (is_by_winning || r->was_reached)
        return;
    r->was_reached = true;
    t->attempt.events->on_reached(&t->attempt);
    check_alone(&world, t->index);
}

static void win(struct try *t)
{
    size_t i = t->index;
    reach(t);
    if (world.records[i].running != t)
        return;
    end_try(t, ATTEMPT_WON, NULL);
    t->attempt.events->on_won(&t->attempt, &world.conn);
}

static void fail_try(struct try *t, uint8_t how)
{
    static const enum err codes[] = {ERR_CONNECT, ERR_TLS_VERIFY,
                                     ERR_TLS_HANDSHAKE, ERR_RECV};
    struct fault fault;
    fault_set(&fault, codes[how % 4], how, "refused");
    end_try(t, ATTEMPT_FAILED, &fault);
    t->attempt.events->on_failed(&t->attempt, &fault);
}

/* The end. */

static bool was_tried(const struct world *w,
                      const struct connect_attempt_ops *ops,
                      const struct addr *addr)
{
    for (size_t i = 0; i < w->nrecords; i++)
        if (w->records[i].ops == ops && addr_equal(&w->records[i].addr, addr))
            return true;
    return false;
}

static bool was_reached(const struct world *w, uint16_t port)
{
    for (size_t i = 0; i < w->nrecords; i++)
        if (w->records[i].was_reached && addr_port(&w->records[i].addr) == port)
            return true;
    return false;
}

/* Every address that is known of the endpoint was tried so. */
static void check_run(const struct world *w, enum route_carrier carrier,
                      uint16_t port)
{
    bool is_quic = carrier == ROUTE_QUIC;
    if (!is_quic && was_reached(w, port))
        return;
    for (size_t i = 0; i < w->naddrs; i++)
        if (addr_port(&w->addrs[i]) == port)
            assert(was_tried(w, is_quic ? &quic_attempt_ops : &tcp_attempt_ops,
                             &w->addrs[i]));
}

static bool may_go(const struct world *w, enum route_carrier carrier)
{
    enum settings_http http = w->settings.http;
    if (carrier == ROUTE_TCP)
        return http != SETTINGS_HTTP_3_ONLY;
    return w->is_secure &&
           (http == SETTINGS_HTTP_AUTO || http == SETTINGS_HTTP_3 ||
            http == SETTINGS_HTTP_3_ONLY);
}

/* More addresses might have come, but where one had answered already. */
static void check_heard_out(const struct world *w)
{
    for (size_t i = 0; i < w->nquestions; i++)
        assert(!w->questions[i].was_dropped ||
               was_reached(w, w->questions[i].port));
}

static void check_all_tried(const struct world *w)
{
    for (size_t i = 0; i < w->nalternatives; i++)
        if (may_go(w, w->alternatives[i].carrier))
            check_run(w, w->alternatives[i].carrier,
                      w->alternatives[i].at.port);
    if (may_go(w, ROUTE_TCP))
        check_run(w, ROUTE_TCP, w->origin_port);
    if (may_go(w, ROUTE_QUIC) && w->settings.http != SETTINGS_HTTP_AUTO)
        check_run(w, ROUTE_QUIC, w->origin_port);
}

static void check_facts(const struct world *w, const struct conn_facts *f)
{
    assert(f->nattempts == w->nrecords);
    for (size_t i = 0; i < w->nrecords && i < FACTS_ATTEMPTS_MAX; i++) {
        assert(f->attempts[i].result == w->records[i].result);
        assert(f->attempts[i].port == addr_port(&w->records[i].addr));
    }
}

/* Nothing runs any more, and each attempt ended as the dial did. */
static void check_end(struct world *w, enum life life)
{
    assert(w->life == LIFE_RUNNING && !w->is_starting);
    w->life = life;
    w->dial = NULL;
    for (size_t i = 0; i < w->nquestions; i++)
        assert(w->questions[i].query == NULL);
    size_t nwon = 0;
    for (size_t i = 0; i < w->nrecords; i++) {
        assert(w->records[i].running == NULL);
        nwon += w->records[i].result == ATTEMPT_WON;
    }
    assert(nwon == (life == LIFE_CONNECTED ? 1 : 0));
}

static void on_connected(struct dial *d, struct conn *c)
{
    struct world *w = &world;
    assert(d == w->dial && dial_owner(d) == w && c == &w->conn);
    check_end(w, LIFE_CONNECTED);
    check_facts(w, &c->facts);
    conn_fini(c);
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    struct world *w = &world;
    assert(d == w->dial && dial_owner(d) == w);
    assert(fault->code != ERR_NONE && fault->detail[0]);
    check_end(w, LIFE_FAILED);
    check_facts(w, facts);
    if (fault->code == ERR_TIMEOUT || fault->code == ERR_USAGE)
        return;
    check_heard_out(w);
    check_all_tried(w);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

static void give_addresses(struct settings_addresses *a, uint8_t how)
{
    static const char *const one[] = {"h.example:443:192.0.2.77", NULL};
    static const char *const both[] = {"*:443:[2001:db8::7],192.0.2.7", NULL};
    static const char *const taken[] = {"*:443:192.0.2.7", "-*:443", NULL};
    static const char *const bad[] = {"h.example:443:nothing", NULL};
    static const char *const other[] = {"h.example:443:i.example:444", NULL};
    static const char *const empty[] = {"::", NULL};
    static const char *const *const resolves[] = {one, both, taken, bad, NULL};
    a->resolve = resolves[how % 5];
    a->connect_to = how & 64 ? other : how & 128 ? empty : NULL;
    world.origin_port = how & 64 ? 444 : PORT;
}

/* What the origin said of itself, or its name did. */
static void choose_alternatives(struct world *w, uint8_t how)
{
    static const struct route_endpoint places[] = {
        {SPAN_LIT("h.example"), PORT},
        {SPAN_LIT("h.example"), 8443},
        {SPAN_LIT("alt.example"), 9443},
    };
    w->nalternatives = how % (ROUTE_ALTERNATIVES_MAX + 1U);
    for (size_t i = 0; i < w->nalternatives; i++) {
        unsigned bits = how >> (2 + 3 * i) & 7;
        w->alternatives[i] = (struct route_run){
            .carrier = bits & 1 ? ROUTE_QUIC : ROUTE_TCP,
            .at = places[bits / 2 % 3],
        };
    }
}

static void begin(struct world *w, struct fuzz_input *in)
{
    *w = (struct world){.loop = loop_new(), .origin_port = PORT};
    uint8_t knobs = fuzz_input_u8(in);
    settings_defaults(&w->settings);
    w->settings.addresses.https_rr = false; /* they would ask the system */
    w->settings.http = fuzz_input_u8(in) % (SETTINGS_HTTP_3_ONLY + 1);
    w->settings.addresses.family = (knobs & KNOB_FAMILY) / 2 % 3;
    if (knobs & KNOB_PATIENT)
        w->settings.timeouts.connect = 0;
    if (knobs & KNOB_GIVEN)
        give_addresses(&w->settings.addresses, fuzz_input_u8(in));
    if (knobs & KNOB_ELSEWHERE)
        choose_alternatives(w, fuzz_input_u8(in));
    w->is_secure = !(knobs & KNOB_PLAIN);
    dialer_init(&w->dialer, w->loop);
    static const struct conn_ops conn_ops = {.title = "HTTP"};
    w->conn.ops = &conn_ops;
    w->dialer.explains = true; /* no exchange ever runs */
    const struct dial_target target = {
        .host = SPAN_LIT("h.example"),
        .port = PORT,
        .is_secure = w->is_secure,
        .settings = &w->settings,
        .origin = "https://h.example",
        .alternatives = w->alternatives,
        .nalternatives = w->nalternatives,
    };
    w->is_starting = true;
    w->dial = dial_start(&w->dialer, &target, &dial_events, w);
    w->is_starting = false;
}

static void cancel(struct world *w)
{
    if (w->dial == NULL)
        return;
    dial_cancel(w->dial);
    check_end(w, LIFE_CANCELLED);
}

static void act(struct world *w, struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    uint8_t how = fuzz_input_u8(in);
    struct try *t = pick_running(w, how >> 2);
    switch (op) {
    case OP_ADDRESSES:
        tell_addresses(w, how);
        break;
    case OP_RESOLVED:
        end_question(w, how);
        break;
    case OP_REACH:
        if (t)
            reach(t);
        break;
    case OP_WIN:
        if (t)
            win(t);
        break;
    case OP_FAIL:
        if (t)
            fail_try(t, how);
        break;
    case OP_TURNS:
        fake_loop_turns(w->loop, how % 16U + 1);
        break;
    case OP_PASS:
        fake_loop_pass(w->loop, LOOP_MS << (how & 15));
        break;
    case OP_CANCEL:
        if (how < 16)
            cancel(w);
        break;
    }
}

/* All that is below ends, so the dial has to. */
static void finish(struct world *w)
{
    fake_loop_turns(w->loop, 2);
    for (size_t i = 0; i < ROUTE_RUNS_MAX; i++)
        end_question(w, 0);
    for (int i = 0; i <= TRIES_MAX && w->life == LIFE_RUNNING; i++) {
        struct try *t = pick_running(w, 0);
        if (t)
            fail_try(t, 0);
        fake_loop_turns(w->loop, 1);
        if (w->settings.timeouts.connect == 0)
            fake_loop_pass(w->loop, w->settings.timeouts.race + LOOP_S);
    }
    assert(w->life != LIFE_RUNNING);
    fake_loop_pass(w->loop, 600 * LOOP_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct world *w = &world;
    begin(w, &in);
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++)
        act(w, &in);
    finish(w);
    dialer_fini(&w->dialer);
    loop_free(w->loop);
    return 0;
}
