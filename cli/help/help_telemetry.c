#include "help/help_telemetry.h"

const struct help_config_part help_telemetry_parts[] = {
    {"DESCRIPTION",
     "quiver-fetch(1) and quiver-batch(1) can tell what they do inside: events "
     "with --trace-events, statistics with --stats and --stats-out, metrics "
     "for Prometheus with --metrics.  quiver-serve(1) has --metrics too.  "
     "Members, events and metrics may be added; what is here keeps its "
     "meaning.",
     NULL},
    {"EVENTS",
     "One JSON object a line: \"ts\" (UTC, microseconds), \"event\", and as "
     "far "
     "as they belong to it \"xfer_id\", \"conn_id\" and \"origin\"; then the "
     "values below.  Durations are in seconds.  A span is begun by .start and "
     "ended by .stop or .exception.  A request is one span with all its "
     "redirects and retries.",
     "quiver.request.start        method url\n"
     "quiver.request.stop         duration status protocol bytes_in bytes_out\n"
     "                            attempts redirects\n"
     "quiver.request.exception    the same, and kind error code detail\n"
     "quiver.request.waiting      reason (rate, hold, limit) delay\n"
     "quiver.request.retry        attempt reason delay status, or the error\n"
     "quiver.request.redirect     status url\n"
     "quiver.request.returned     times; by a connection, unprocessed\n"
     "quiver.pool.queue           queue_length, the request itself included\n"
     "quiver.pool.checkout        wait queue_length active protocol; the\n"
     "                            request has got this connection\n"
     "quiver.conn.start           a connection is being made\n"
     "quiver.conn.stop            duration dns connect tls quic protocol\n"
     "                            remote_ip remote_port attempts\n"
     "quiver.conn.exception       duration attempts, and the error\n"
     "quiver.conn.draining        protocol active; takes no more requests\n"
     "quiver.conn.close           reason lifetime requests protocol\n"
     "quiver.connection.tcp.start       addr port; one address is tried\n"
     "quiver.connection.tcp.stop        duration addr port\n"
     "quiver.connection.tcp.exception   the same, and kind reason\n"
     "quiver.connection.http3.start     as tcp, over QUIC\n"
     "quiver.connection.http3.stop\n"
     "quiver.connection.http3.exception\n"
     "quiver.connection.http3.draining  as quiver.conn.draining"},
    {NULL,
     "An error is kind (transient, invalid, unrecoverable; cancelled when the "
     "run was ended), error (its name), code (the exit status) and detail.",
     NULL},
    {"STATISTICS",
     "One JSON object on one line.  Its members, of which \"connections\" to "
     "\"handshake\" stand in each element of \"origins\" as well:",
     "v            1\n"
     "elapsed      seconds\n"
     "transfers    waiting running done failed cancelled retried redirected\n"
     "bytes        in out\n"
     "connections  open idle streams dialling dials dials_failed\n"
     "             failed: dials by reason; opened: by protocol; closed: by\n"
     "             the reason of the end\n"
     "queue        length; ever: waited expired returned\n"
     "requests     count retried; by protocol and class of status; duration\n"
     "handshake    dns connect tls quic total: count mean max\n"
     "origins      origin bytes ...\n"
     "open         for each connection that is open: id origin protocol\n"
     "             streams requests age draining rtt min_rtt cwnd sent lost"},
    {NULL,
     "A connection ends for one of these reasons: idle, max_age and "
     "max_requests by the pool's rules, crowded by its limits, misdirected "
     "after a 421, cancelled with the request it carried, end of the run; "
     "goaway after the server took no "
     "more "
     "requests, peer when the server closed it, error when it broke.",
     NULL},
    {"METRICS",
     "Times are in seconds.  An origin is a label up to a number of 100, the "
     "others, and those that were not used for long, are summed up as "
     "\"other\".",
     "quiver_build_info                      version\n"
     "quiver_transfers                       state\n"
     "quiver_transfers_total                 result\n"
     "quiver_retries_total\n"
     "quiver_redirects_total\n"
     "quiver_requests_total                  origin protocol status\n"
     "quiver_request_duration_seconds        origin le\n"
     "quiver_received_bytes_total            origin\n"
     "quiver_sent_bytes_total                origin\n"
     "quiver_pool_queue_length               origin\n"
     "quiver_pool_waits_total                origin\n"
     "quiver_pool_timeouts_total             origin\n"
     "quiver_requests_returned_total         origin\n"
     "quiver_pool_streams                    origin\n"
     "quiver_pool_dialling                   origin\n"
     "quiver_pool_connections                origin state\n"
     "quiver_dials_total                     origin\n"
     "quiver_dials_failed_total              origin reason\n"
     "quiver_connections_opened_total        origin protocol\n"
     "quiver_connections_closed_total        origin reason\n"
     "quiver_handshake_duration_seconds      stage le\n"
     "quiver_connection_rtt_seconds          protocol\n"
     "quiver_connection_cwnd_bytes           protocol\n"
     "quiver_connection_lost_packets         protocol"},
    {NULL, "Of a server:",
     "quiver_serve_requests_total            protocol status\n"
     "quiver_serve_request_duration_seconds  le\n"
     "quiver_serve_connections\n"
     "quiver_serve_connections_total         protocol\n"
     "quiver_serve_responses_incomplete_total\n"
     "quiver_serve_received_bytes_total\n"
     "quiver_serve_sent_bytes_total\n"
     "quiver_serve_quic_handshakes_total\n"
     "quiver_serve_quic_handshakes_failed_total\n"
     "quiver_serve_quic_retries_total\n"
     "quiver_serve_quic_version_negotiations_total\n"
     "quiver_serve_quic_refused_total\n"
     "quiver_serve_quic_stateless_resets_total"},
    {NULL, NULL, NULL},
};
