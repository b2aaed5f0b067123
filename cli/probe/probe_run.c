/*
 * Looks are made in rounds: as a request would be made; each version of HTTP
 * and each family of addresses, alone, so that its times are its own; what has
 * no times at once; then once more with the tickets of those before, for early
 * data, and on the connection of HTTP/3, which has found the path's MTU by then.
 *
 * Looks differ in options that keep their connections apart, so each opens its
 * own, whatever another has learned.  They are HEAD requests, or GET whose body
 * is cut off where HEAD is not understood.
 */
#include "probe/probe_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "engine/engine_request.h"
#include "engine/hinting.h"
#include "files/ending.h"
#include "files/writer.h"
#include "probe/probe_feature.h"
#include "probe/probe_finding.h"
#include "probe/probe_show.h"

#define ROUNDS         8
#define VERSIONS_ROUND 6

/* Of version probes, which may be lost. */
#define VERSION_PROBES 3

/* How a look differs from the request as it was given. */
struct look_row {
    unsigned round;
    bool needs_tls;
    bool is_http_given; /* `http` is asked for */
    enum qv_http http;
    enum qv_family family;
    enum qv_tls tls_min;
    enum qv_tls tls_max;
    bool is_lenient; /* any certificate, and it is kept */
    bool wants_staple;
    bool is_fresh; /* no ticket is used */
    bool is_early;
};

static const struct look_row looks[PROBE_LOOK_COUNT] = {
    [PROBE_LOOK_RACE] = {.round = 0},
    [PROBE_LOOK_TLS] = {.round = 6,
                        .needs_tls = true,
                        .is_http_given = true,
                        .http = QV_HTTP_2,
                        .is_lenient = true,
                        .is_fresh = true},
    [PROBE_LOOK_TLS_1_2] = {.round = 6,
                            .needs_tls = true,
                            .is_http_given = true,
                            .http = QV_HTTP_2,
                            .tls_max = QV_TLS_1_2,
                            .is_lenient = true,
                            .is_fresh = true},
    [PROBE_LOOK_TLS_1_3] = {.round = 6,
                            .needs_tls = true,
                            .is_http_given = true,
                            .http = QV_HTTP_2,
                            .tls_min = QV_TLS_1_3,
                            .is_lenient = true,
                            .is_fresh = true},
    [PROBE_LOOK_STAPLE] = {.round = 6,
                           .needs_tls = true,
                           .is_http_given = true,
                           .http = QV_HTTP_2,
                           .wants_staple = true,
                           .is_fresh = true},
    [PROBE_LOOK_H1] = {.round = 1, .is_http_given = true, .http = QV_HTTP_1_1},
    [PROBE_LOOK_H2] = {.round = 2, .is_http_given = true, .http = QV_HTTP_2},
    [PROBE_LOOK_H3] = {.round = 3,
                       .needs_tls = true,
                       .is_http_given = true,
                       .http = QV_HTTP_3_ONLY},
    [PROBE_LOOK_IPV4] = {.round = 4,
                         .is_http_given = true,
                         .http = QV_HTTP_3,
                         .family = QV_FAMILY_IPV4},
    [PROBE_LOOK_IPV6] = {.round = 5,
                         .is_http_given = true,
                         .http = QV_HTTP_3,
                         .family = QV_FAMILY_IPV6},
    [PROBE_LOOK_MTU] = {.round = 7,
                        .needs_tls = true,
                        .is_http_given = true,
                        .http = QV_HTTP_3_ONLY},
    [PROBE_LOOK_EARLY_TCP] = {.round = 7,
                              .needs_tls = true,
                              .is_http_given = true,
                              .http = QV_HTTP_2,
                              .is_early = true},
    [PROBE_LOOK_EARLY_QUIC] = {.round = 7,
                               .needs_tls = true,
                               .is_http_given = true,
                               .http = QV_HTTP_3_ONLY,
                               .is_early = true},
};

struct look {
    struct engine_transfer transfer;
    struct qv_request request;
    struct qv_options options;
    struct run *run;
    bool is_running;
    bool is_get; /* HEAD was answered in a way that makes no sense */
};

struct run {
    const struct probe_options *options;
    struct engine engine;
    struct request request;
    const struct operation *op;
    struct look looks[PROBE_LOOK_COUNT];
    struct probe_findings findings;
    unsigned round;
    size_t nrunning;
    struct qv_ping ping;
    struct qv_timer again;
    unsigned nasked;
    struct writer out;
    struct qv_error error; /* it could not begin */
};

static bool is_secure(const struct run *r)
{
    return strncasecmp(r->request.engine.url, "http://", 7) != 0;
}

/* ---- rounds ---- */

static void begin_round(struct run *r);

static void one_is_over(struct run *r)
{
    if (--r->nrunning > 0 || r->engine.signals.signum)
        return;
    r->round++;
    if (r->round < ROUNDS)
        begin_round(r);
}

static void begin_look(struct run *r, enum probe_look look);

/* There are servers that send a body with the head, and some have no HEAD. */
static bool is_get_better(const struct look *l, const struct qv_result *r)
{
    static const int statuses[] = {QV_EXIT_WEIRD_REPLY, QV_EXIT_PARTIAL,
                                   QV_EXIT_H2_FRAMING, QV_EXIT_H2_STREAM,
                                   QV_EXIT_H3};
    bool is_odd = r->response_code == 405 || r->response_code == 501;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        is_odd = is_odd || r->error.status == statuses[i];
    return is_odd && !l->is_get;
}

static void on_done(struct qv_transfer *t, const struct qv_result *result)
{
    struct look *l = QV_OWNER(t, struct look, transfer.face);
    struct run *r = l->run;
    enum probe_look look = (enum probe_look)(l - r->looks);
    l->is_running = false;
    probe_finding_take(&r->findings, look, result);
    if (is_get_better(l, result)) {
        l->is_get = true;
        begin_look(r, look);
    }
    one_is_over(r);
}

/* Of GET: the head was enough. */
static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    (void)t;
    (void)data;
    (void)len;
    return QV_ENOUGH;
}

static const struct qv_transfer_ops transfer_ops = {
    .on_body = on_body,
    .on_done = on_done,
};

/* Some of what was asked for as well is of no use to a look: it is not about
 * the answer. */
static void set_options(struct qv_options *o, const struct look_row *row,
                        const struct run *r)
{
    uint64_t wait = r->options->wait;
    if (row->is_http_given && (is_secure(r) || row->http != QV_HTTP_3))
        o->http = !is_secure(r) && row->http == QV_HTTP_2 ? QV_HTTP_2_PRIOR
                                                          : row->http;
    if (row->family != QV_FAMILY_ANY)
        o->family = row->family;
    if (row->tls_min != QV_TLS_DEFAULT)
        o->tls_min = row->tls_min;
    if (row->tls_max != QV_TLS_DEFAULT)
        o->tls_max = row->tls_max;
    if (row->is_lenient) {
        o->insecure = true;
        o->keep_certs = true;
    }
    if (row->http == QV_HTTP_3_ONLY && !row->is_early)
        o->keep_certs = true; /* there may be nothing over TCP */
    o->cert_status = o->cert_status || row->wants_staple;
    o->no_sessionid = o->no_sessionid || row->is_fresh;
    o->tls_earlydata = row->is_early;
    o->follow = false;
    o->fail = false;
    o->retry.max = 0;
    if (o->max_time == 0 || o->max_time > wait)
        o->max_time = wait;
}

static void begin_look(struct run *r, enum probe_look look)
{
    struct look *l = &r->looks[look];
    l->run = r;
    l->is_running = true;
    l->request = r->request.engine;
    l->options = r->request.options;
    set_options(&l->options, &looks[look], r);
    l->request.options = &l->options;
    l->request.head = !l->is_get;
    l->request.method = NULL;
    l->transfer.face.ops = &transfer_ops;
    engine_suit(&r->engine, &l->transfer, r->op, l->request.url);
    r->nrunning++;
    qv_transfer_start(r->engine.client, &l->transfer.face, &l->request);
}

/* ---- QUIC's versions ---- */

static void end_versions(struct run *r)
{
    qv_timer_disarm(r->engine.client, &r->again);
    qv_ping_cancel(&r->ping);
    one_is_over(r);
}

static void ask_versions(struct run *r)
{
    (void)qv_ping_send(&r->ping, ++r->nasked);
    qv_timer_arm(r->engine.client, &r->again,
                 r->options->wait / VERSION_PROBES);
}

static void on_again(struct qv_timer *t)
{
    struct run *r = QV_OWNER(t, struct run, again);
    if (r->nasked > 0 && r->nasked < VERSION_PROBES)
        ask_versions(r);
    else
        end_versions(r);
}

static void on_open(struct qv_ping *p, const struct qv_ping_opened *o)
{
    (void)o;
    ask_versions(QV_OWNER(p, struct run, ping));
}

static void on_answer(struct qv_ping *p, const struct qv_ping_answer *a)
{
    struct run *r = QV_OWNER(p, struct run, ping);
    size_t cap =
        sizeof r->findings.quic_versions / sizeof r->findings.quic_versions[0];
    r->findings.nquic_versions = a->nversions < cap ? a->nversions : cap;
    memcpy(r->findings.quic_versions, a->versions,
           r->findings.nquic_versions * sizeof a->versions[0]);
    end_versions(r);
}

static void on_closed(struct qv_ping *p, const struct qv_error *error)
{
    struct run *r = QV_OWNER(p, struct run, ping);
    (void)error; /* HTTP/3 tells why there is none */
    qv_timer_disarm(r->engine.client, &r->again);
    one_is_over(r);
}

static const struct qv_ping_ops ping_ops = {
    .on_open = on_open,
    .on_answer = on_answer,
    .on_closed = on_closed,
};

static void begin_versions(struct run *r)
{
    r->ping.ops = &ping_ops;
    r->again.on_expired = on_again;
    r->nrunning++;
    /* The name may be slow: that is no reason to wait for ever. */
    r->nasked = 0;
    qv_timer_arm(r->engine.client, &r->again, r->options->wait);
    qv_ping_start(r->engine.client, &r->ping, QV_PING_VERSIONS,
                  &r->request.engine);
}

/* Those of the last round need a connection that there was. */
static bool is_wanted(const struct run *r, enum probe_look look)
{
    const struct probe_findings *f = &r->findings;
    if (looks[look].needs_tls && !is_secure(r))
        return false;
    if (look == PROBE_LOOK_EARLY_TCP)
        return probe_finding_is_good(f, PROBE_LOOK_H2);
    if (look == PROBE_LOOK_EARLY_QUIC || look == PROBE_LOOK_MTU)
        return probe_finding_is_good(f, PROBE_LOOK_H3);
    return true;
}

static void begin_round(struct run *r)
{
    r->nrunning++; /* one that fails at once ends no round */
    for (unsigned i = 0; i < PROBE_LOOK_COUNT; i++)
        if (looks[i].round == r->round && is_wanted(r, (enum probe_look)i))
            begin_look(r, (enum probe_look)i);
    if (r->round == VERSIONS_ROUND && is_secure(r))
        begin_versions(r);
    one_is_over(r);
}

/* ---- what the engine tells ---- */

static void on_ready(void *user)
{
    (void)user;
}

static void on_signal(void *user)
{
    struct run *r = user;
    for (unsigned i = 0; i < PROBE_LOOK_COUNT; i++)
        if (r->looks[i].is_running)
            qv_transfer_cancel(&r->looks[i].transfer.face);
    if (r->ping.ops) {
        qv_timer_disarm(r->engine.client, &r->again);
        qv_ping_cancel(&r->ping);
    }
}

static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_signal,
};

/* ---- from start to end ---- */

/* False: it cannot start, and r->error says so. */
static bool start(struct run *r)
{
    const struct operation *effective;
    r->op = r->engine.cmdline->first;
    writer_init(&r->out, r->engine.client);
    if (!engine_request_init(&r->engine, &r->request, r->options->url,
                             &effective, &r->error))
        return false;
    probe_finding_set_url(&r->findings, r->request.engine.url,
                          effective->proto_default);
    begin_round(r);
    return true;
}

static void show(struct run *r)
{
    struct str text = {0};
    if (r->options->json)
        probe_show_json(&text, &r->findings, r->options->required);
    else
        probe_show_text(&text, &r->findings, r->options->required, time(NULL));
    writer_write(&r->out, str_text(&text), text.len);
    writer_flush(&r->out);
    str_fini(&text);
    qv_client_run(r->engine.client); /* until it is written */
}

/* Is anything there at all? */
static const struct qv_error *failure_of(const struct run *r)
{
    for (unsigned i = 0; i < PROBE_LOOK_COUNT; i++)
        if (probe_finding_is_good(&r->findings, (enum probe_look)i))
            return NULL;
    return &r->findings.looks[PROBE_LOOK_RACE].error;
}

static int complain_lack(struct run *r)
{
    unsigned lacks = r->options->required & ~probe_feature_found(&r->findings);
    struct str text = {0};
    if (lacks == 0)
        return 0;
    str_add_text(&text, "the server lacks ");
    probe_feature_names(&text, lacks);
    engine_error(&r->engine, QV_EXIT_LACKS, NULL, str_text(&text));
    str_fini(&text);
    return QV_EXIT_LACKS;
}

static int conclude(struct run *r)
{
    const struct qv_error *error = failure_of(r);
    show(r);
    if (r->out.failed) {
        if (r->out.failed != EPIPE)
            engine_error(&r->engine, QV_EXIT_WRITE, NULL,
                         strerror(r->out.failed));
        return QV_EXIT_WRITE;
    }
    if (error) {
        engine_error(&r->engine, error->status, NULL, error->text);
        hinting_error(&r->engine, r->op, &r->request.engine, r->options->url,
                      error);
        return error->status;
    }
    return complain_lack(r);
}

static int finish(struct run *r, int status)
{
    int signum = r->engine.signals.signum;
    if (status == 0 && r->error.status) {
        status = r->error.status;
        engine_error(&r->engine, status, NULL, r->error.text);
    } else if (status == 0 && !signum) {
        status = conclude(r);
    }
    writer_fini(&r->out);
    engine_stop(&r->engine);
    int told = engine_end(&r->engine);
    request_fini(&r->request);
    probe_finding_fini(&r->findings);
    if (signum)
        return ENDING_STATUS(signum);
    return status ? status : told;
}

int probe_run(const struct probe_options *o, struct cmdline *s,
              struct config *c)
{
    struct run *me = XALLOC_NEW(struct run);
    struct engine_needs needs = {
        .cmdline = s,
        .config = c,
        .uses_stdout = true,
        .explains = true,
    };
    me->options = o;
    me->request.fd = -1;
    probe_finding_init(&me->findings);
    int status = engine_start(&me->engine, &needs, &engine_events, me);
    engine_watch_signals(&me->engine);
    if (status == 0 && start(me))
        qv_client_run(me->engine.client);
    status = finish(me, status);
    free(me);
    return status;
}
