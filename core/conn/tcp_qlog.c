#include "conn/tcp_qlog.h"

#include "base/random.h"
#include "io/addr.h"
#include "io/qlog_files.h"

#define ID_LEN 8

static void add_head(struct qlog *q, const char *protocol, bool is_server,
                     const uint8_t id[ID_LEN])
{
    struct str text = {0};
    str_printf(&text,
               "\x1e{\"qlog_format\":\"JSON-SEQ\",\"qlog_version\":\"0.3\","
               "\"trace\":{\"vantage_point\":{\"name\":\"quiver\",\"type\":"
               "\"%s\"},\"common_fields\":{\"protocol_type\":[\"TCP\",\"%s\"],"
               "\"time_format\":\"relative\",\"reference_time\":0,"
               "\"group_id\":\"",
               is_server ? "server" : "client", protocol);
    for (size_t i = 0; i < ID_LEN; i++)
        str_printf(&text, "%02x", id[i]);
    str_add_text(&text, "\"}}}\n");
    qlog_record(q, str_span(&text));
    str_fini(&text);
}

struct qlog *tcp_qlog_open(struct loop *loop, const char *protocol,
                           bool is_server)
{
    uint8_t id[ID_LEN];
    if (loop_qlog(loop) == NULL)
        return NULL;
    random_bytes(id, sizeof id);
    struct qlog *q = qlog_files_open(loop, span_of(id, sizeof id), is_server);
    if (q)
        add_head(q, protocol, is_server, id);
    return q;
}

void tcp_qlog_started(struct qlog *q, const struct conn_facts *facts)
{
    struct addr local;
    struct addr remote;
    qlog_files_name(q, facts->id);
    if (addr_parse(&local, span_str(facts->local_addr), facts->local_port) &&
        addr_parse(&remote, span_str(facts->remote_addr), facts->remote_port))
        qlog_files_started(q, "TCP", &local, &remote);
}
