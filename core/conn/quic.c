/*
 * A client's connection: it begins on a path of its own, and may go over to
 * another.
 */
#include "conn/quic.h"

#include "base/fault.h"
#include "conn/quic_callbacks.h"
#include "conn/quic_cid.h"
#include "conn/quic_config.h"
#include "conn/quic_fault.h"
#include "conn/quic_link.h"
#include "conn/quic_memory.h"
#include "conn/quic_paths.h"
#include "conn/quic_qlog.h"
#include "conn/quic_turn.h"
#include "transport/tls_shown.h"

/* ---- what its paths tell ---- */

static void on_readable(struct datagram_path *p)
{
    struct quic_path *path = p->owner;
    struct quic *q = path->quic;
    quic_paths_receive(path);
    quic_turn_received(q);
}

static void on_datagram(struct datagram_path *p, struct span data, uint8_t ecn)
{
    struct quic_path *path = p->owner;
    path->refusals = 0;
    quic_turn_packet(path->quic, &path->at, data, ecn);
}

static void on_writable(struct datagram_path *p)
{
    struct quic_path *path = p->owner;
    loop_last(path->quic->loop, &path->quic->flush);
}

static const struct datagram_path_events path_events = {
    .on_readable = on_readable,
    .on_datagram = on_datagram,
    .on_writable = on_writable,
};

/* ---- connect ---- */

static int new_client_conn(struct quic *q, const struct quic_path *path,
                           const struct quic_store *store)
{
    ngtcp2_callbacks callbacks;
    struct quic_config config;
    quic_callbacks_set(&callbacks);
    quic_config_client(q->settings, loop_now(q->loop), &config);
    if (path->datagrams->max_payload < config.settings.max_tx_udp_payload_size)
        config.settings.max_tx_udp_payload_size = path->datagrams->max_payload;
    ngtcp2_cid dcid;
    ngtcp2_cid scid;
    quic_cid_make(&dcid, NGTCP2_MIN_INITIAL_DCIDLEN);
    quic_cid_make(&scid, QUIC_CID_LEN);
    quic_qlog_begin(q, &dcid, &config.settings);
    struct ticket *token = quic_memory_begin(q, store, &config.settings);
    int result = ngtcp2_conn_client_new(&q->conn, &dcid, &scid, &path->at,
                                        quic_config_first_version(q->settings),
                                        &callbacks, &config.settings,
                                        &config.params, NULL, q);
    tickets_dispose(token); /* copied */
    return result;
}

static bool start_client(struct quic *q, struct datagram_path *datagrams,
                         struct span host, struct tls_context *tls,
                         const struct quic_store *store, struct fault *fault)
{
    const struct quic_path *path =
        quic_paths_add(q, datagrams, &path_events, fault);
    if (path == NULL ||
        !quic_tls_client(&q->tls, tls, q->protocol->alpn, host, fault))
        return false;
    q->tls.expected.shown = tls_shown_new(q->loop);
    int result = new_client_conn(q, path, store);
    if (result != 0) {
        quic_fault_library(fault, result);
        return false;
    }
    quic_tls_attach(&q->tls, &q->conn);
    quic_memory_start(q, store);
    quic_qlog_started(q, &path->at);
    loop_last(q->loop, &q->flush);
    return true;
}

struct quic *quic_connect(struct loop *loop, struct datagram_path *path,
                          struct span host, const struct settings *s,
                          struct tls_context *tls,
                          const struct quic_store *store, struct quic_app *app,
                          struct fault *fault)
{
    struct quic *q = quic_turn_new(loop, s, app->ops->protocol);
    q->app = app;
    if (start_client(q, path, host, tls, store, fault))
        return q;
    quic_turn_free(q);
    return NULL;
}

bool quic_hide_name(struct quic *q, const struct tls_ech_wish *wish,
                    struct fault *fault)
{
    return quic_tls_hide_name(&q->tls, wish, fault);
}

/* ---- migrate ---- */

/* One that leads through a proxy is there because no other may be used. */
static bool is_of_one_kind(const struct quic *q,
                           const struct datagram_path *path)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++)
        if (q->paths[i].datagrams && q->paths[i].datagrams->ops != path->ops)
            return false;
    return true;
}

static bool is_unwanted(const struct quic *q)
{
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    return theirs && theirs->disable_active_migration;
}

/* ngtcp2's word for it is a state that is wrong. */
static void explain_refusal(const struct quic *q, int result,
                            struct fault *fault)
{
    (void)fault_set(fault, ERR_QUIC, 0, "no migration: %s",
                    is_unwanted(q) ? "the server does not want it"
                                   : ngtcp2_strerror(result));
}

/* at_once: before the peer has answered there. */
static bool migrate(struct quic *q, struct datagram_path *path, bool at_once,
                    struct fault *fault)
{
    struct quic_path *slot = quic_paths_add(q, path, &path_events, fault);
    if (slot == NULL)
        return false;
    uint64_t now = loop_now(q->loop);
    int result =
        at_once
            ? ngtcp2_conn_initiate_immediate_migration(q->conn, &slot->at, now)
            : ngtcp2_conn_initiate_migration(q->conn, &slot->at, now);
    if (result != 0) {
        quic_paths_remove(slot);
        explain_refusal(q, result, fault);
        return false;
    }
    slot->is_tried = slot != quic_paths_active(q);
    quic_wake(q);
    return true;
}

/* A server may answer on a path only once it is used (aioquic's does), which RFC
 * 9000 9.2 allows us to do; and the path in use is dead, as it seems.  If this
 * one is, too, it leaves the connection to that one again. */
static bool is_last_resort(const struct quic *q)
{
    return q->was_unanswered && quic_silence(q) > LOOP_S;
}

enum quic_move quic_move(struct quic *q, bool is_forced, struct fault *fault)
{
    const struct quic_path *active = quic_paths_active(q);
    if (q->link || !quic_is_running(q) || active == NULL ||
        !q->settings->quic.migration || active->datagrams->ops->again == NULL)
        return QUIC_MOVE_NEEDLESS;
    struct datagram_path *path =
        active->datagrams->ops->again(active->datagrams, NULL, fault);
    if (path == NULL) /* no network at all: one may come */
        return QUIC_MOVE_NEEDLESS;
    if (!is_forced &&
        (quic_paths_same_host(&path->local, &active->datagrams->local) ||
         quic_paths_tries(q, &path->local))) {
        path->ops->close(path);
        return QUIC_MOVE_NEEDLESS;
    }
    if (migrate(q, path, is_last_resort(q), fault))
        return QUIC_MOVE_STARTED;
    /* Anything else passes: the handshake is about to be confirmed, the peer
     * is about to give another connection ID. */
    return is_unwanted(q) ? QUIC_MOVE_IMPOSSIBLE : QUIC_MOVE_NEEDLESS;
}

bool quic_migrate(struct quic *q, struct datagram_path *path,
                  struct fault *fault)
{
    if (!is_of_one_kind(q, path)) {
        (void)fault_set(fault, ERR_QUIC, 0,
                        "no migration from a path of %s to one of %s",
                        q->paths[0].datagrams ? q->paths[0].datagrams->ops->name
                                              : "another kind",
                        path->ops->name);
        path->ops->close(path);
        return false;
    }
    if (q->link || !quic_is_running(q)) {
        path->ops->close(path);
        (void)fault_set(fault, ERR_QUIC, 0,
                        "only a client's open connection can migrate");
        return false;
    }
    return migrate(q, path, false, fault);
}
