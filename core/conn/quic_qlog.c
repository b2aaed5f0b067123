#include "conn/quic_qlog.h"

#include "conn/quic_paths.h"
#include "io/qlog_files.h"

static void on_record(void *user_data, uint32_t flags, const void *data,
                      size_t len)
{
    const struct quic *q = user_data;
    (void)flags;
    if (len > 0)
        qlog_record(q->qlog, span_of(data, len));
}

void quic_qlog_begin(struct quic *q, const ngtcp2_cid *odcid,
                     ngtcp2_settings *settings)
{
    q->qlog = qlog_files_open(q->loop, span_of(odcid->data, odcid->datalen),
                              q->link != NULL);
    if (q->qlog)
        settings->qlog_write = on_record;
}

void quic_qlog_started(struct quic *q, const ngtcp2_path *at)
{
    struct addr local;
    struct addr remote;
    if (q->qlog == NULL)
        return;
    quic_paths_addr(&local, &at->local);
    quic_paths_addr(&remote, &at->remote);
    qlog_files_started(q->qlog, "QUIC", &local, &remote);
}

/* ConnectivityConnectionClosed (draft-ietf-quic-qlog-quic-events-02 4.1.3). */
static const char *trigger(const struct quic *q, const ngtcp2_ccerr *error)
{
    if (q->was_reset)
        return "stateless_reset";
    switch (error->type) {
    case NGTCP2_CCERR_TYPE_TRANSPORT:
        return error->error_code == NGTCP2_NO_ERROR &&
                       q->ending.why.code == ERR_NONE
                   ? "clean"
                   : "error";
    case NGTCP2_CCERR_TYPE_APPLICATION:
        return error->error_code == q->protocol->no_error ? "clean"
                                                          : "application";
    case NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION:
        return "version_mismatch";
    case NGTCP2_CCERR_TYPE_IDLE_CLOSE:
        return "idle_timeout";
    case NGTCP2_CCERR_TYPE_DROP_CONN:
    case NGTCP2_CCERR_TYPE_RETRY:
        return "error";
    }
    return "error";
}

void quic_qlog_ended(struct quic *q)
{
    struct qlog *log = q->qlog;
    const struct quic_ending *e = &q->ending;
    if (log == NULL)
        return;
    const ngtcp2_ccerr *error =
        e->is_drained ? ngtcp2_conn_get_ccerr2(q->conn) : &e->error;
    qlog_begin(log, "connectivity:connection_closed");
    qlog_string(log, "owner", e->is_drained ? "remote" : "local");
    qlog_number(log,
                error->type == NGTCP2_CCERR_TYPE_APPLICATION
                    ? "application_code"
                    : "connection_code",
                error->error_code);
    if (e->why.code != ERR_NONE)
        qlog_string(log, "reason",
                    e->why.detail[0] ? e->why.detail : err_text(e->why.code));
    qlog_string(log, "trigger", trigger(q, error));
    qlog_end(log);
}

void quic_qlog_close(struct quic *q)
{
    qlog_files_close(q->qlog);
    q->qlog = NULL;
}

struct qlog *quic_qlog(const struct quic *q)
{
    return q->qlog;
}
