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

void server_counters_request(struct server_counters *c,
                             const struct server_counters_exchange *e)
{
    int class = e->status / 100;
    if (class >= SERVER_COUNTERS_STATUS_CLASSES)
        class = 0;
    c->requests[index_of(e->version)][class]++;
    c->incomplete += !e->is_complete;
    c->bytes_in += e->bytes_in;
    c->bytes_out += e->bytes_out;
    histogram_add(&c->durations, e->duration);
}

void server_counters_opened(struct server_counters_switched *s)
{
    s->open++;
    s->opened++;
}

void server_counters_closed(struct server_counters_switched *s)
{
    s->open--;
}
