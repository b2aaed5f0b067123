#include "serve/server_counters.h"

static int index_of(enum http_version version)
{
    switch (version) {
    case HTTP_VERSION_NONE:
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_1_1:
        return 0;
    case HTTP_VERSION_2:
        return 1;
    case HTTP_VERSION_3:
        return 2;
    }
    return 0;
}

void server_counters_connection(struct server_counters *c, bool is_h2)
{
    c->connections[is_h2]++;
}

void server_counters_request(struct server_counters *c, const struct reply *r,
                             uint64_t duration, bool is_complete)
{
    int status = r->is_sent ? r->response.status / 100 : 0;
    if (status >= SERVER_COUNTERS_STATUS_CLASSES)
        status = 0;
    c->requests[index_of(r->stream->version)][status]++;
    c->incomplete += !is_complete;
    c->bytes_in += r->bytes_received;
    c->bytes_out += r->bytes_sent;
    histogram_add(&c->durations, duration);
}
